"""Reads of books, and of the reports that belong in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from auditapi.audits.models import Audit
from auditapi.audits.score_models import ScoreRow
from auditapi.audits.states import Release, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core.db import organisation_id, session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor
from auditapi.reports.books.models import Book, BookState
from auditapi.reports.gathering import Wanted
from auditapi.reports.models import Report, ReportState
from auditapi.stores.models import Region, Store
from auditapi.stores.queries import visible_regions, with_all_below


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit that belongs in the book, and its report as far as there is one: plain values, since
    a book has hundreds of them for as long as it is written."""

    audit_id: UUID
    revision: int
    kind: VisitKind | None
    visited_on: date | None
    store_code: str
    store_name: str
    checklist: str
    outcome: str
    percentage: Decimal | None
    report: ReportState | None
    reason: str | None
    object_key: str | None
    appearance: int | None


_OF_AN_ENTRY = (
    Audit.id,
    Audit.revision,
    Audit.kind,
    Audit.visited_on,
    Store.code,
    Store.name,
    ChecklistVersion.key,
    ScoreRow.outcome,
    ScoreRow.percentage,
    Report.state,
    Report.reason,
    Report.object_key,
    Report.appearance,
)


def book(actor: Actor, book_id: UUID) -> Book:
    """Whoever sees the region sees its books; those for head office, head office alone. Raises
    `Problem(NOT_FOUND)`."""
    found = session().scalar(
        select(Book).where(Book.id == book_id, Book.region_id.in_(visible_regions(actor)))
    )
    if found is None or (found.audience == "head_office" and not actor.is_head_office):
        raise Problem(NOT_FOUND, "There is no such book.")
    return found


def locked(book_id: UUID) -> Book:
    found = session().get(
        Book, (organisation_id(), book_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise LookupError("the book's row has gone")
    return found


def region_of(book: Book) -> Region:
    found = session().get(Region, (organisation_id(), book.region_id))
    if found is None:
        raise LookupError("the book's region has gone")
    return found


def entries(book: Book) -> Sequence[Entry]:
    """Every released visit, by store and day, with the report that the book wants of it."""
    below = with_all_below(select(Region.id).where(Region.id == book.region_id))
    report_of = and_(
        Report.audit_id == Audit.id,
        Report.revision == Audit.revision,
        *(
            getattr(Report, name) == getattr(book, name)
            for name in ("audience", "language", "variant", "paper")
        ),
    )
    found = (
        select(*_OF_AN_ENTRY)
        .select_from(Audit)
        .join(Store, Store.id == Audit.store_id)
        .join(ChecklistVersion, ChecklistVersion.id == Audit.checklist_version_id)
        .join(ScoreRow, and_(ScoreRow.audit_id == Audit.id, ScoreRow.revision == Audit.revision))
        .outerjoin(Report, report_of)
        .where(
            Audit.release == Release.RELEASED,
            Store.region_id.in_(select(below.c.id)),
            Audit.visited_on.between(book.visited_from, book.visited_until),
        )
        .order_by(Store.code, Audit.visited_on, Audit.id)
    )
    if book.kind is not None:
        found = found.where(Audit.kind == book.kind)
    if book.checklist is not None:
        found = found.where(ChecklistVersion.key == book.checklist)
    rows: Sequence[Sequence[Any]] = session().execute(found).all()
    return [Entry(*row) for row in rows]


def wanted(book: Book, entry: Entry) -> Wanted:
    return Wanted(
        audit_id=entry.audit_id,
        revision=entry.revision,
        audience=book.audience,  # type: ignore[arg-type]
        language=book.language,  # type: ignore[arg-type]
        variant=book.variant,  # type: ignore[arg-type]
        paper=book.paper,  # type: ignore[arg-type]
    )


def due(before: datetime) -> Sequence[Book]:
    """Books whose file has been kept long enough."""
    return (
        session()
        .scalars(select(Book).where(Book.object_key.is_not(None), Book.finished_at < before))
        .all()
    )


def overdue(before: datetime) -> Sequence[Book]:
    """Books that still wait though they were asked for before that."""
    waiting = (Book.state == BookState.WAITING) & (Book.asked_at < before)
    return session().scalars(select(Book).where(waiting).with_for_update()).all()
