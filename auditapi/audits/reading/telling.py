"""Audits as plain data, with everything that telling them takes; `rules` cuts it to the view.

Each list takes the same number of queries however long it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import func, select, tuple_

from auditapi.audits import writing_up
from auditapi.audits.models import Audit, AuditPhoto, Flag
from auditapi.audits.readers import known_as
from auditapi.audits.reading import queries, rules
from auditapi.audits.reading.rules import Told
from auditapi.audits.score_models import ScoreRow
from auditapi.audits.states import PhotoState
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.scoring import printed
from auditapi.core.activity import Activity
from auditapi.core.db import session
from auditapi.people.models import Actor, Person
from auditapi.stores.models import Store

_PLAIN = (
    "id", "alias", "assignment_id", "kind", "language", "visited_on", "started_at", "finished_at",
    "visited_from", "visited_until", "sealed_at", "received_at", "delivery", "delivered_at",
    "acceptance", "reasons", "completed_at", "revision", "release", "released_at",
    "returned_until", "review_note", "document_sha256",
)  # fmt: skip


def listed(actor: Actor, audits: Sequence[Audit]) -> list[Told]:
    """Lines of a list, each in the view that this person has of it."""
    views = queries.views(actor, audits)
    rows = zip(audits, summaries(audits), strict=True)
    return [
        rules.row_for(view, {**row, "id": known_as(actor, audit)})
        for audit, row in rows
        if (view := views[audit.id]) is not None
    ]


def summaries(audits: Sequence[Audit]) -> list[Told]:
    """All there is to tell in a line, for head office. Six queries."""
    ids = [audit.id for audit in audits]
    stores = stores_by_id({audit.store_id for audit in audits if audit.store_id})
    auditors = people_by_id({audit.auditor_id for audit in audits})
    versions = _versions({a.checklist_version_id for a in audits if a.checklist_version_id})
    results, photos, flags = _results(audits), _photo_counts(ids), _open_flags(ids)
    return [
        {
            **{name: getattr(audit, name) for name in _PLAIN},
            **_writing_up(audit),
            "store": stores.get(audit.store_id) if audit.store_id else None,
            "auditor": auditors.get(audit.auditor_id),
            "checklist": versions.get(audit.checklist_version_id or UUID(int=0)),
            "photo_counts": photos.get(audit.id, _counts({})),
            "open_flags": flags.get(audit.id, 0),
            **results.get(audit.id, _result(None)),
        }
        for audit in audits
    ]


def _writing_up(audit: Audit) -> Told:
    left = audit.visited_until or audit.finished_at
    return {
        "hours_to_write_up": writing_up.hours_after(left, audit.sealed_at),
        "written_up_late": writing_up.is_late(left, audit.sealed_at),
    }


def stores_by_id(ids: Collection[UUID]) -> dict[UUID, Told]:
    rows = session().execute(
        select(Store.id, Store.code, Store.name, Store.time_zone).where(Store.id.in_(ids))
    )
    return {row.id: dict(row._mapping) for row in rows}


def people_by_id(ids: Collection[UUID]) -> dict[UUID, Told]:
    rows = session().execute(select(Person.id, Person.name, Person.code).where(Person.id.in_(ids)))
    return {row.id: dict(row._mapping) for row in rows}


def _versions(ids: Collection[UUID]) -> dict[UUID, Told]:
    rows = session().execute(
        select(
            ChecklistVersion.id,
            ChecklistVersion.key,
            ChecklistVersion.number.label("version"),
            ChecklistVersion.title,
        ).where(ChecklistVersion.id.in_(ids))
    )
    return {row.id: {"key": row.key, "version": row.version, "title": row.title} for row in rows}


def _results(audits: Sequence[Audit]) -> dict[UUID, Told]:
    current = [(audit.id, audit.revision) for audit in audits if audit.revision]
    rows = session().scalars(
        select(ScoreRow).where(tuple_(ScoreRow.audit_id, ScoreRow.revision).in_(current))
    )
    return {row.audit_id: _result(row) for row in rows}


def _result(row: ScoreRow | None) -> Told:
    if row is None:
        return {"outcome": None, "percentage": None, "band": None, "coverage": None}
    return {
        "outcome": row.outcome,
        "percentage": as_printed(row.percentage),
        "band": row.band,
        "coverage": as_printed(row.coverage),
    }


def as_printed(value: Decimal | None) -> str | None:
    """One decimal, as everywhere."""
    return None if value is None else str(printed(Fraction(value)))


def _photo_counts(ids: Collection[UUID]) -> dict[UUID, Told]:
    rows = session().execute(
        select(AuditPhoto.audit_id, AuditPhoto.state, func.count())
        .where(AuditPhoto.audit_id.in_(ids))
        .group_by(AuditPhoto.audit_id, AuditPhoto.state)
    )
    counted: dict[UUID, dict[PhotoState, int]] = {}
    for audit_id, state, number in rows:
        counted.setdefault(audit_id, {})[state] = number
    return {audit_id: _counts(states) for audit_id, states in counted.items()}


def _counts(states: Mapping[PhotoState, int]) -> Told:
    """«7 of 12 photos here»."""
    each = {state.value: states.get(state, 0) for state in PhotoState}
    return {"declared": sum(each.values()), **each}


def _open_flags(ids: Collection[UUID]) -> dict[UUID, int]:
    rows = session().execute(
        select(Flag.audit_id, func.count().label("number"))
        .where(Flag.audit_id.in_(ids), Flag.settled_at.is_(None))
        .group_by(Flag.audit_id)
    )
    return {row.audit_id: row.number for row in rows}


def flags(rows: Sequence[Flag]) -> list[Told]:
    """With the people who settled them; one query."""
    people = people_by_id({row.settled_by for row in rows if row.settled_by})
    return [
        {
            "id": row.id,
            "audit_id": row.audit_id,
            "kind": row.kind,
            "details": row.details,
            "raised_at": row.raised_at,
            "settled_at": row.settled_at,
            "settled_by": people.get(row.settled_by) if row.settled_by else None,
        }
        for row in rows
    ]


def activities(rows: Sequence[Activity]) -> list[Told]:
    """With the people who did it; one query."""
    people = people_by_id({row.person_id for row in rows if row.person_id})
    names = ("id", "at", "action", "subject_type", "subject_id", "details", "request_id")
    return [
        {
            **{name: getattr(row, name) for name in names},
            "person": people.get(row.person_id) if row.person_id else None,
        }
        for row in rows
    ]
