"""A report that was asked for, and the links by which it is opened without an account."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, Scoped, belongs_to, column_of, now


class ReportState(enum.Enum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Report(Scoped, Base):
    """One PDF of one audit revision in one view and language, kept under the hash of all that
    went in: the same input is never rendered twice. `appearance` is the number of the
    organisation's wishes it was made under, or is being made under."""

    __tablename__ = "reports"
    audit_id: Mapped[UUID]
    revision: Mapped[int]
    audience: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12))
    variant: Mapped[str] = mapped_column(String(20), default="full")
    paper: Mapped[str] = mapped_column(String(10), default="A4")
    state: Mapped[ReportState] = mapped_column(column_of(ReportState), default=ReportState.WAITING)
    input_hash: Mapped[str | None] = mapped_column(String(64))
    object_key: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(String(64))
    bytes: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(1000))
    attempts: Mapped[int] = mapped_column(default=0)
    appearance: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    rendered_at: Mapped[datetime | None]
    __table_args__ = (
        belongs_to("audits", "audit_id"),
        UniqueConstraint(
            "organisation_id", "audit_id", "revision", "audience", "language", "variant", "paper"
        ),
        Index("ix_reports_input_hash", "organisation_id", "input_hash"),
        Index(
            "ix_reports_waiting",
            "organisation_id",
            "asked_at",
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class ShareLink(Scoped, Base):
    """Opens the store's view of one audit until it expires or is revoked. The address is
    signed; only its id is kept."""

    __tablename__ = "share_links"
    audit_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(12))
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        belongs_to("audits", "audit_id"),
        belongs_to("people", "created_by"),
        Index("ix_share_links_audit_id", "organisation_id", "audit_id"),
    )
