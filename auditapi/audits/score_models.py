"""Scores of revisions, and their parts as typed rows: comparison reads these, never JSON."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, belongs_to, now, organisation_id

#: Places enough for the mean of any number of visits to be printed right.
PERCENT = Numeric(17, 12)
WEIGHT = Numeric(9, 4)


class ScoreRow(Base):
    """One audit revision's score. `explained` is the whole explanation, to be recomputed from;
    the columns repeat the printed figures for filters and lists."""

    __tablename__ = "scores"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    rules_version: Mapped[int]
    percentage: Mapped[Decimal | None] = mapped_column(PERCENT)
    raw_percentage: Mapped[Decimal | None] = mapped_column(PERCENT)
    coverage: Mapped[Decimal | None] = mapped_column(PERCENT)
    outcome: Mapped[str] = mapped_column(String(20))
    band: Mapped[str | None] = mapped_column(String(20))
    explained: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True)
    scored_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        belongs_to("audits", "audit_id"),
        Index("ix_scores_outcome", "organisation_id", "outcome"),
    )


class SectionResult(Base):
    __tablename__ = "section_results"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str] = mapped_column(String(80), primary_key=True)
    weight: Mapped[Decimal] = mapped_column(WEIGHT)
    percentage: Mapped[Decimal | None] = mapped_column(PERCENT)
    coverage: Mapped[Decimal | None] = mapped_column(PERCENT)
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "audit_id", "revision"],
            ["scores.organisation_id", "scores.audit_id", "scores.revision"],
        ),
    )


class ItemResult(Base):
    """One scored item of one score. The month-to-be-partitioned-by, `visited_on`, is in the
    key; store and kind are repeated so that head office's questions touch one table."""

    __tablename__ = "item_results"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    visited_on: Mapped[date] = mapped_column(primary_key=True)
    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(80), primary_key=True)
    section: Mapped[str] = mapped_column(String(80))
    store_id: Mapped[UUID]
    checklist_key: Mapped[str] = mapped_column(String(80))
    visit_kind: Mapped[str] = mapped_column(String(40))
    left_out: Mapped[str | None] = mapped_column(String(40))
    result: Mapped[Decimal | None] = mapped_column(Numeric(9, 8))
    weight: Mapped[Decimal] = mapped_column(WEIGHT)
    earned: Mapped[Decimal | None] = mapped_column(WEIGHT)
    tag: Mapped[str | None] = mapped_column(String(20))
    critical_fired: Mapped[bool]
    __table_args__ = (
        Index("ix_item_results_item", "organisation_id", "checklist_key", "item", "visited_on"),
        Index("ix_item_results_store_id", "organisation_id", "store_id", "visited_on"),
    )
