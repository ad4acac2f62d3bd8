"""Reads of rounds and assignments. `visible` is the one answer to «which assignments may this
person see»."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, exists, false, func, not_, or_, select, tuple_

from auditapi.audits.models import Assignment, Audit, Round
from auditapi.audits.planning.rules import OPEN, Visit
from auditapi.audits.readers import known_as
from auditapi.audits.states import Acceptance, AssignmentState, Release, Scenario, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.queries import STORE_PEOPLE, for_stores, is_available
from auditapi.core.db import now, session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor
from auditapi.stores.models import Store
from auditapi.stores.queries import visible_stores

#: Kinds that a store knows of beforehand.
KNOWN_TO_STORES = frozenset({VisitKind.ANNOUNCED_AUDIT, VisitKind.SELF_CHECK})

Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Planned:
    """An assignment with the rows that telling it takes."""

    assignment: Assignment
    store: Store
    version: ChecklistVersion


@dataclass(frozen=True)
class Made:
    """An audit with the rows that telling it takes."""

    audit: Audit
    store: Store
    version: ChecklistVersion


def mine(actor: Actor) -> Select[Assignment]:
    """The assignments that this person is to carry out. Mystery shops are kept from people of
    stores and regions, even one that is theirs by mistake."""
    statement = select(Assignment).where(Assignment.auditor_id == actor.person_id)
    if actor.role in STORE_PEOPLE:
        return statement.where(Assignment.kind != VisitKind.MYSTERY_SHOP)
    return statement


def visible(actor: Actor) -> Select[Assignment]:
    """Head office sees all, everybody their own; stores and regions also the visits to their
    stores that are announced."""
    if actor.is_head_office:
        return select(Assignment)
    if actor.role not in STORE_PEOPLE:
        return mine(actor)
    known = and_(
        Assignment.kind.in_(KNOWN_TO_STORES), Assignment.store_id.in_(visible_stores(actor))
    )
    own = mine(actor).whereclause
    return select(Assignment).where(or_(known, own if own is not None else false()))


def assignments(
    actor: Actor,
    *,
    round: UUID | None = None,
    store: UUID | None = None,
    auditor: UUID | None = None,
    state: Collection[AssignmentState] = (),
) -> Select[Assignment]:
    """Without an order, for `page_of`."""
    statement = visible(actor)
    for column, wanted in (
        (Assignment.round_id, round),
        (Assignment.store_id, store),
        (Assignment.auditor_id, auditor),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return statement.where(Assignment.state.in_(state)) if state else statement


def assignment(actor: Actor, assignment_id: UUID, *, lock: bool = False) -> Assignment:
    """Raises `Problem(NOT_FOUND)`, also for what this person may not see. `lock`: nobody else
    changes it until the end of the transaction."""
    statement = visible(actor).where(Assignment.id == assignment_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session().scalar(statement)
    if found is None:
        raise Problem(NOT_FOUND, "There is no such assignment.")
    return found


def planned(rows: Sequence[Assignment]) -> list[Planned]:
    """The assignments with their stores and checklist versions, by two queries."""
    stores = stores_by_id(row.store_id for row in rows)
    versions = versions_by_id(row.checklist_version_id for row in rows)
    return [Planned(row, stores[row.store_id], versions[row.checklist_version_id]) for row in rows]


def returned_to(actor: Actor) -> Sequence[Audit]:
    """Audits of this person that head office has returned, while they can be answered."""
    return (
        session()
        .scalars(
            select(Audit)
            .where(
                Audit.auditor_id == actor.person_id,
                Audit.release == Release.RETURNED,
                Audit.returned_until > now(),
            )
            .order_by(Audit.returned_until, Audit.id)
        )
        .all()
    )


def made_of(rows: Sequence[Audit]) -> list[Made]:
    """The audits with their stores and checklist versions, by two queries. What is complete has
    both."""
    stores = stores_by_id(row.store_id for row in rows if row.store_id)
    versions = versions_by_id(row.checklist_version_id for row in rows if row.checklist_version_id)
    return [
        Made(row, stores[row.store_id], versions[row.checklist_version_id])
        for row in rows
        if row.store_id and row.checklist_version_id
    ]


def known_names(actor: Actor, rows: Sequence[Assignment]) -> dict[str, str]:
    """id, as briefs have it → the name that this person knows it by, of the audits that the
    assignments follow up."""
    wanted = {row.brief["revisit_of"] for row in rows if row.brief.get("revisit_of")}
    if not wanted:
        return {}
    audits = session().scalars(select(Audit).where(Audit.id.in_(map(UUID, wanted))))
    names = {audit.id: str(known_as(actor, audit)) for audit in audits}
    return {text: names[UUID(text)] for text in wanted if UUID(text) in names}


def stores_by_id(ids: Iterable[UUID]) -> dict[UUID, Store]:
    found = session().scalars(select(Store).where(Store.id.in_(set(ids))))
    return {store.id: store for store in found}


def versions_by_id(ids: Iterable[UUID]) -> dict[UUID, ChecklistVersion]:
    found = session().scalars(select(ChecklistVersion).where(ChecklistVersion.id.in_(set(ids))))
    return {version.id: version for version in found}


def newest_version(key: str) -> ChecklistVersion | None:
    """The version that is handed out at present."""
    return session().scalar(
        select(ChecklistVersion)
        .where(ChecklistVersion.key == key, is_available(now()))
        .order_by(ChecklistVersion.number.desc())
        .limit(1)
    )


def kept_from_stores(ids: Collection[UUID]) -> set[UUID]:
    """Those of these checklist versions that stores may not read: they prepare mystery shops."""
    return set(
        session().scalars(
            select(ChecklistVersion.id).where(ChecklistVersion.id.in_(ids), not_(for_stores()))
        )
    )


def rounds() -> Select[Round]:
    """Without an order, for `page_of`."""
    return select(Round)


def rounds_locked(ids: Collection[UUID]) -> dict[UUID, Round]:
    """Rounds that stay as they are, open or closed, until the end of the transaction."""
    found = session().scalars(
        select(Round).where(Round.id.in_(ids)).order_by(Round.id).with_for_update(read=True)
    )
    return {round_.id: round_ for round_ in found}


def scenarios_given(stores: Collection[UUID]) -> Counter[tuple[UUID, Scenario]]:
    """How often each store's mystery shoppers came, or will come, with each scenario."""
    rows = session().execute(
        select(Assignment.store_id, Assignment.scenario, func.count())
        .where(
            Assignment.store_id.in_(stores),
            Assignment.scenario.is_not(None),
            Assignment.state.in_((*OPEN, AssignmentState.DONE)),
        )
        .group_by(Assignment.store_id, Assignment.scenario)
    )
    return Counter({(store, scenario): number for store, scenario, number in rows if scenario})


def round_by_id(round_id: UUID, *, lock: bool = False) -> Round:
    """Raises `Problem(NOT_FOUND)`."""
    statement = select(Round).where(Round.id == round_id)
    found = session().scalar(statement.with_for_update(key_share=True) if lock else statement)
    if found is None:
        raise Problem(NOT_FOUND, "There is no such round.")
    return found


def open_assignments(round_id: UUID) -> Sequence[Assignment]:
    """Of a round, locked."""
    return (
        session()
        .scalars(
            select(Assignment)
            .where(Assignment.round_id == round_id, Assignment.state.in_(OPEN))
            .order_by(Assignment.id)
            .with_for_update()
        )
        .all()
    )


def count_by_state(round_id: UUID) -> dict[str, int]:
    """Every state, those without an assignment too."""
    counted = session().execute(
        select(Assignment.state, func.count())
        .where(Assignment.round_id == round_id)
        .group_by(Assignment.state)
    )
    found = {state.value: number for state, number in counted}
    return {state.value: found.get(state.value, 0) for state in AssignmentState}


def visit_times(round_id: UUID) -> list[datetime]:
    """When each visit of a round began, by the clock of its store; one for an assignment."""
    rows = session().execute(
        select(func.min(Audit.started_at), Store.time_zone)
        .join(Assignment, Assignment.id == Audit.assignment_id)
        .join(Store, Store.id == Assignment.store_id)
        .where(
            Assignment.round_id == round_id,
            Audit.acceptance != Acceptance.REJECTED,
            Audit.started_at.is_not(None),
        )
        .group_by(Assignment.id, Store.time_zone)
    )
    return [began.astimezone(ZoneInfo(zone)) for began, zone in rows if began]


def visits_by(
    pairs: Collection[Pair], stores: dict[UUID, Store], *, but: UUID | None = None
) -> dict[Pair, list[Visit]]:
    """Visits made or planned, for each (auditor, store) of `pairs`; without assignment `but`."""
    visits: defaultdict[Pair, list[Visit]] = defaultdict(list)
    made = session().execute(
        select(Audit, Round)
        .outerjoin(Assignment, Assignment.id == Audit.assignment_id)
        .outerjoin(Round, Round.id == Assignment.round_id)
        .where(
            tuple_(Audit.auditor_id, Audit.store_id).in_(pairs),
            Audit.visited_on.is_not(None),
            Audit.acceptance != Acceptance.REJECTED,
            *([Audit.assignment_id.is_distinct_from(but)] if but else []),
        )
    )
    for audit, of in made:
        if audit.store_id and audit.visited_on:
            minimum = of.minimum_days_between if of else 0
            visit = Visit(f"audit {audit.id}", audit.visited_on, audit.visited_on, minimum)
            visits[audit.auditor_id, audit.store_id].append(visit)
    for assignment, minimum in _planned_between(pairs, but):
        zone = ZoneInfo(stores[assignment.store_id].time_zone)
        visits[assignment.auditor_id, assignment.store_id].append(
            Visit(
                f"assignment {assignment.id}",
                assignment.not_before.astimezone(zone).date(),
                assignment.not_after.astimezone(zone).date(),
                minimum,
            )
        )
    return visits


def _planned_between(pairs: Collection[Pair], but: UUID | None) -> Iterable[tuple[Assignment, int]]:
    """Assignments that will be, or were, a visit whose day no audit tells."""
    told = exists().where(
        Audit.assignment_id == Assignment.id,
        Audit.visited_on.is_not(None),
        Audit.acceptance != Acceptance.REJECTED,
    )
    rows = session().execute(
        select(Assignment, Round.minimum_days_between)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            tuple_(Assignment.auditor_id, Assignment.store_id).in_(pairs),
            Assignment.state.in_({*OPEN, AssignmentState.DONE}),
            ~told,
            *([Assignment.id != but] if but else []),
        )
        .order_by(Assignment.not_before, Assignment.id)
    )
    return [(row, minimum) for row, minimum in rows]


def audits_of_stores(ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """audit → its store, of those that are there."""
    found = session().scalars(select(Audit).where(Audit.id.in_(ids)))
    return {audit.id: audit.store_id for audit in found}
