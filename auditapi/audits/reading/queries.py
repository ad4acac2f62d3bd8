"""Reads of audits and activities: who may read which (`readers`), in which view, how filtered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from auditapi.audits.audience import View, view_of
from auditapi.audits.models import Audit, AuditPhoto
from auditapi.audits.readers import called, readable_audits
from auditapi.audits.score_models import ScoreRow
from auditapi.audits.states import Acceptance, Delivery, Release, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core.activity import Activity
from auditapi.core.db import session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor
from auditapi.stores.models import Region, Store
from auditapi.stores.queries import visible_stores, with_all_below


def visible(actor: Actor) -> Select[Audit]:
    """What `readable_audits` says, and what they made themselves, to follow its way."""
    known = readable_audits(actor).whereclause
    if known is None:
        return select(Audit)
    return select(Audit).where(or_(known, Audit.auditor_id == actor.person_id))


def audits(
    actor: Actor,
    *,
    store: UUID | None = None,
    region: UUID | None = None,
    visited_from: date | None = None,
    visited_until: date | None = None,
    checklist: str | None = None,
    kind: VisitKind | None = None,
    outcome: str | None = None,
    delivery: Delivery | None = None,
    acceptance: Acceptance | None = None,
    release: Release | None = None,
    auditor: UUID | None = None,
) -> Select[Audit]:
    """Without an order, for `page_of`. `region` includes all below it; days are inclusive."""
    statement = visible(actor)
    for column, wanted in (
        (Audit.store_id, store),
        (Audit.kind, kind),
        (Audit.delivery, delivery),
        (Audit.acceptance, acceptance),
        (Audit.release, release),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if region is not None:
        below = with_all_below(select(Region.id).where(Region.id == region))
        inside = select(Store.id).where(Store.region_id.in_(select(below.c.id)))
        statement = statement.where(Audit.store_id.in_(inside))
    if visited_from is not None:
        statement = statement.where(Audit.visited_on >= visited_from)
    if visited_until is not None:
        statement = statement.where(Audit.visited_on <= visited_until)
    if checklist is not None:
        versions = select(ChecklistVersion.id).where(ChecklistVersion.key == checklist)
        statement = statement.where(Audit.checklist_version_id.in_(versions))
    if outcome is not None:
        statement = _with_outcome(statement, actor, outcome)
    return statement if auditor is None else _by_auditor(statement, actor, auditor)


def _with_outcome(statement: Select[Audit], actor: Actor, outcome: str) -> Select[Audit]:
    """A filter must not tell what the view hides: only where the result may be read."""
    current = exists().where(
        ScoreRow.audit_id == Audit.id,
        ScoreRow.revision == Audit.revision,
        ScoreRow.outcome == outcome,
    )
    if actor.is_head_office:
        return statement.where(current)
    return statement.where(
        current, Audit.release == Release.RELEASED, Audit.store_id.in_(visible_stores(actor))
    )


def _by_auditor(statement: Select[Audit], actor: Actor, auditor: UUID) -> Select[Audit]:
    """Stores may not find out who came by asking for one person after another."""
    if not actor.is_head_office:
        statement = statement.where(Audit.auditor_id == actor.person_id)
    return statement.where(Audit.auditor_id == auditor)


def audit(actor: Actor, name: UUID) -> tuple[Audit, View]:
    """By the name this person knows it by. Raises `Problem(NOT_FOUND)`, also for what this person
    may not see."""
    found = session().scalar(visible(actor).where(called(actor, name)))
    view = views(actor, [found])[found.id] if found is not None else None
    if found is None or view is None:
        raise Problem(NOT_FOUND, "There is no such audit.")
    return found, view


def views(actor: Actor, rows: Sequence[Audit]) -> dict[UUID, View | None]:
    """As whom this person reads each of the audits; by at most one query."""
    stores: set[UUID] = set()
    if not actor.is_head_office:
        wanted = {row.store_id for row in rows if row.store_id is not None}
        mine = select(Store.id).where(Store.id.in_(wanted), Store.id.in_(visible_stores(actor)))
        stores = set(session().scalars(mine))
    return {
        row.id: view_of(
            head_office=actor.is_head_office,
            store=row.store_id in stores,
            own=row.auditor_id == actor.person_id,
            released=row.release is Release.RELEASED,
        )
        for row in rows
    }


def photo(audit_id: UUID, position: int) -> AuditPhoto:
    """Raises `Problem(NOT_FOUND)`."""
    found = session().scalar(
        select(AuditPhoto).where(AuditPhoto.audit_id == audit_id, AuditPhoto.position == position)
    )
    if found is None:
        raise Problem(NOT_FOUND, "The audit has no such photo.")
    return found


def score(audit: Audit, revision: int | None = None) -> ScoreRow:
    """The explained score of a revision, the current one unless said. Raises
    `Problem(NOT_FOUND)`."""
    number = audit.revision if revision is None else revision
    found = session().scalar(
        select(ScoreRow).where(ScoreRow.audit_id == audit.id, ScoreRow.revision == number)
    )
    if found is None:
        raise Problem(NOT_FOUND, "The audit has no such score.")
    return found


def activities(
    *,
    subject: UUID | None = None,
    person: UUID | None = None,
    action: str | None = None,
    at_from: datetime | None = None,
    at_until: datetime | None = None,
) -> Select[Activity]:
    """Without an order, for `page_of`."""
    statement = select(Activity)
    for column, wanted in (
        (Activity.subject_id, subject),
        (Activity.person_id, person),
        (Activity.action, action),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if at_from is not None:
        statement = statement.where(Activity.at >= at_from)
    return statement if at_until is None else statement.where(Activity.at < at_until)
