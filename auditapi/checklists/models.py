"""A published checklist version: frozen for ever, named by the hash of its content."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, Scoped, belongs_to, now, of_organisation


class ChecklistVersion(Scoped, Base):
    """`document` is the canonical JSON that phones get; `available_from` is when it is first
    handed out as the newest."""

    __tablename__ = "checklist_versions"
    key: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    title: Mapped[dict[str, str]] = mapped_column(JSONB)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by: Mapped[UUID | None]
    available_from: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        of_organisation(),
        belongs_to("people", "published_by"),
        UniqueConstraint("organisation_id", "key", "number"),
        UniqueConstraint("organisation_id", "key", "sha256"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_checklist_versions_newest", "organisation_id", "key", "available_from"),
    )
