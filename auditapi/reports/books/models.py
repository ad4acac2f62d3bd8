"""A book that was asked for: what is to be in it, and how far it is."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.audits.states import VisitKind
from auditapi.core.db import Base, Scoped, belongs_to, column_of, now


class BookState(enum.Enum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class BookForm(enum.Enum):
    PDF = "pdf"
    ZIP = "zip"


class Book(Scoped, Base):
    """`done` of `total` reports are made, or can't be: then they count as `missing` too. The
    file is kept for some weeks; that it was made is known for ever."""

    __tablename__ = "books"
    region_id: Mapped[UUID]
    visited_from: Mapped[date]
    visited_until: Mapped[date]
    kind: Mapped[VisitKind | None] = mapped_column(column_of(VisitKind))
    checklist: Mapped[str | None] = mapped_column(String(80))
    audience: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12))
    variant: Mapped[str] = mapped_column(String(20))
    paper: Mapped[str] = mapped_column(String(10))
    form: Mapped[BookForm] = mapped_column(column_of(BookForm))
    state: Mapped[BookState] = mapped_column(column_of(BookState), default=BookState.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(String(1000))
    object_key: Mapped[str | None] = mapped_column(String(200))
    sha256: Mapped[str | None] = mapped_column(String(64))
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        belongs_to("regions", "region_id"),
        belongs_to("people", "asked_by"),
        CheckConstraint("visited_from <= visited_until", name="period"),
        Index("ix_books_finished_at", "organisation_id", "finished_at"),
    )
