"""What a region and a store are, and who is bound to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, Scoped, belongs_to, now, of_organisation, organisation_id


class Region(Scoped, Base):
    """A node of the tree; a root has no parent."""

    __tablename__ = "regions"
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[UUID | None]
    __table_args__ = (
        of_organisation(),
        belongs_to("regions", "parent_id"),
        UniqueConstraint("organisation_id", "code"),
        Index("ix_regions_parent_id", "organisation_id", "parent_id"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )


class Store(Scoped, Base):
    """`attributes` are what `show_if` may read: format, assisted_service, dated_goods, …"""

    __tablename__ = "stores"
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(400), default="")
    region_id: Mapped[UUID]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    time_zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(12), default="en")
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        of_organisation(),
        belongs_to("regions", "region_id"),
        UniqueConstraint("organisation_id", "code"),
        Index("ix_stores_region_id", "organisation_id", "region_id"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
    )


class RegionManager(Base):
    """A regional manager sees the region and all below it."""

    __tablename__ = "region_managers"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    region_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    __table_args__ = (
        belongs_to("regions", "region_id", ondelete="CASCADE"),
        belongs_to("people", "person_id", ondelete="CASCADE"),
        Index("ix_region_managers_person_id", "organisation_id", "person_id"),
    )


class StoreManager(Base):
    __tablename__ = "store_managers"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    store_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    __table_args__ = (
        belongs_to("stores", "store_id", ondelete="CASCADE"),
        belongs_to("people", "person_id", ondelete="CASCADE"),
        Index("ix_store_managers_person_id", "organisation_id", "person_id"),
    )
