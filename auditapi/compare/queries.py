"""Stores beside each other: means over the current scores of released audits.

A kind of visit is never averaged with another one, nor one checklist with another: each store
has a line for each of them. Means are over rated visits; what was not rated (too little could
be answered) is counted beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, distinct, func, select

from auditapi.audits.models import Assignment, Audit
from auditapi.audits.score_models import ItemResult, ScoreRow, SectionResult
from auditapi.audits.states import Release, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core.db import session
from auditapi.people.models import Actor
from auditapi.stores.models import Region, Store
from auditapi.stores.queries import visible_stores, with_all_below


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which visits are compared; days are inclusive, a region includes all below it."""

    round: UUID | None = None
    visited_from: date | None = None
    visited_until: date | None = None
    kind: VisitKind | None = None
    checklist: str | None = None
    region: UUID | None = None


class Line(NamedTuple):
    """What is never averaged with another."""

    store_id: UUID
    kind: VisitKind
    checklist: str


@dataclass(frozen=True)
class Overall:
    """Of the whole visit. `mean` and `coverage` in percent, over the rated visits."""

    visits: int
    not_rated: int
    fails: int
    mean: Decimal | None
    coverage: Decimal | None


@dataclass(frozen=True)
class OfSection:
    """Of one section. `visits`: rated ones in which it has a percentage; `fails`: those, rated
    or not, in which a critical item of it failed."""

    section: str
    visits: int
    fails: int
    mean: Decimal | None
    coverage: Decimal | None


def compared(actor: Actor, wanted: Wanted) -> dict[Line, tuple[Overall, list[OfSection]]]:
    """By line; three queries however many stores there are."""
    visits = _visits(actor, wanted)
    fails = _section_fails(visits)
    lines: dict[Line, tuple[Overall, list[OfSection]]] = {
        line: (overall, []) for line, overall in _overall(visits)
    }
    for line, row in _sections(visits):
        section = OfSection(
            row.section, row.visits, fails.get((line, row.section), 0), row.mean, row.coverage
        )
        lines[line][1].append(section)
    return lines


def stores(ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    rows = session().execute(
        select(Store.id, Store.code, Store.name, Region.name.label("region"))
        .join(Region, Region.id == Store.region_id)
        .where(Store.id.in_(ids))
    )
    return {row.id: dict(row._mapping) for row in rows}


def _visits(actor: Actor, wanted: Wanted) -> Subquery:
    """One row for each released visit that this person may compare."""
    return (
        select(
            Audit.id,
            Audit.revision,
            Audit.visited_on,
            Audit.store_id,
            Audit.kind,
            ChecklistVersion.key.label("checklist"),
            (ScoreRow.outcome != "not_rated").label("rated"),
            (ScoreRow.outcome == "fail").label("failed"),
            ScoreRow.percentage,
            ScoreRow.coverage,
        )
        .join(ScoreRow, and_(ScoreRow.audit_id == Audit.id, ScoreRow.revision == Audit.revision))
        .join(ChecklistVersion, ChecklistVersion.id == Audit.checklist_version_id)
        .where(Audit.release == Release.RELEASED, Audit.store_id.in_(visible_stores(actor)))
        .where(*_filters(wanted))
        .subquery()
    )


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if wanted.round is not None:
        of_round = select(Assignment.id).where(Assignment.round_id == wanted.round)
        filters.append(Audit.assignment_id.in_(of_round))
    if wanted.visited_from is not None:
        filters.append(Audit.visited_on >= wanted.visited_from)
    if wanted.visited_until is not None:
        filters.append(Audit.visited_on <= wanted.visited_until)
    if wanted.kind is not None:
        filters.append(Audit.kind == wanted.kind)
    if wanted.checklist is not None:
        filters.append(ChecklistVersion.key == wanted.checklist)
    if wanted.region is not None:
        below = with_all_below(select(Region.id).where(Region.id == wanted.region))
        inside = select(Store.id).where(Store.region_id.in_(select(below.c.id)))
        filters.append(Audit.store_id.in_(inside))
    return filters


def _line(visits: Subquery) -> tuple[ColumnElement[Any], ...]:
    return visits.c.store_id, visits.c.kind, visits.c.checklist


def _overall(visits: Subquery) -> list[tuple[Line, Overall]]:
    rated = visits.c.rated
    rows = session().execute(
        select(
            *_line(visits),
            func.count(),
            func.count().filter(~rated),
            func.count().filter(visits.c.failed),
            func.avg(visits.c.percentage).filter(rated),
            func.avg(visits.c.coverage).filter(rated),
        ).group_by(*_line(visits))
    )
    return [(Line(*row[:3]), Overall(*tuple(row)[3:])) for row in rows]


def _sections(visits: Subquery) -> list[tuple[Line, Any]]:
    """Hidden sections (nothing of them was designed for the visit) are no line."""
    told = and_(visits.c.rated, SectionResult.percentage.is_not(None))
    rows = session().execute(
        select(
            *_line(visits),
            SectionResult.section.label("section"),
            func.count().filter(told).label("visits"),
            func.avg(SectionResult.percentage).filter(told).label("mean"),
            func.avg(SectionResult.coverage).filter(visits.c.rated).label("coverage"),
        )
        .join(
            SectionResult,
            and_(
                SectionResult.audit_id == visits.c.id,
                SectionResult.revision == visits.c.revision,
            ),
        )
        .where(SectionResult.coverage.is_not(None))
        .group_by(*_line(visits), SectionResult.section)
        .order_by(*_line(visits), SectionResult.section)
    )
    return [(Line(*row[:3]), row) for row in rows]


def _section_fails(visits: Subquery) -> dict[tuple[Line, str], int]:
    rows = session().execute(
        select(*_line(visits), ItemResult.section, func.count(distinct(ItemResult.audit_id)))
        .join(
            ItemResult,
            and_(
                ItemResult.audit_id == visits.c.id,
                ItemResult.revision == visits.c.revision,
                ItemResult.visited_on == visits.c.visited_on,
            ),
        )
        .where(ItemResult.critical_fired)
        .group_by(*_line(visits), ItemResult.section)
    )
    return {(Line(*row[:3]), row[3]): row[4] for row in rows}
