"""Writes: rounds, assignments, and what becomes of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from auditapi.audits.models import Assignment, Round
from auditapi.audits.planning import checks, queries, rules
from auditapi.audits.planning.checks import Proposal, Visit
from auditapi.audits.planning.drawing import with_scenarios
from auditapi.audits.states import AssignmentState, ByObject, NotPossible
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.queries import find_version
from auditapi.core import activity
from auditapi.core.db import now, session
from auditapi.core.problems import INVALID, NOT_ALLOWED, WRONG_STATE, Place, Problem
from auditapi.people.models import Actor
from auditapi.stores.models import Region, Store
from auditapi.stores.queries import with_all_below

LARGEST_SEED = 2**53 - 1  # as far as every reader of JSON counts exactly
#: Who names one of these, even unchanged, offers a declined visit again.
NEW_OFFER = frozenset({"auditor_id", "not_before", "not_after"})


def add_round(
    *,
    checklist: Mapping[str, Any],
    sampling: ByObject,
    stores: Sequence[UUID] | None = None,
    region_id: UUID | None = None,
    sample_size: int | None = None,
    seed: int | None = None,
    **values: Any,
) -> Round:
    """`checklist`: {"key", "version" or none: the newest}. `values`: name, period_from,
    period_until, kind, quotas, minimum_days_between.

    The stores are `stores`, or those of a region and all below it, or all that are open; of a
    random sample, `sample_size` are drawn from them.
    """
    version = _version(**checklist)
    pool, faults = _pool(stores, region_id)
    if version is None:
        faults.append(Place("json.checklist", "is not a checklist that is published here"))
    faults += _sampling_faults(sampling, stores, sample_size, seed, len(pool))
    if version is None or faults:
        raise Problem(INVALID, "The round can't be made so.", places=faults)
    random = sampling is ByObject.RANDOM_SAMPLE
    round_ = Round(
        checklist_version_id=version.id,
        sampling=sampling,
        sampled_from=sorted(str(store) for store in pool),
        sample_size=sample_size,
        seed=(secrets.randbelow(LARGEST_SEED) if seed is None else seed) if random else None,
        **values,
    )
    session().add(round_)
    session().flush()
    activity.record("round.created", round_, name=round_.name, seed=round_.seed)
    return round_


def _version(key: str, version: int | None = None) -> ChecklistVersion | None:
    if version is None:
        return queries.newest_version(key)
    found = find_version(key, version)
    gone = found is None or (found.withdrawn_at is not None and found.withdrawn_at <= now())
    return None if gone else found


def _pool(stores: Sequence[UUID] | None, region_id: UUID | None) -> tuple[list[UUID], list[Place]]:
    """The stores a round is about, and what is wrong with how they are named."""
    if stores is not None:
        known = queries.stores_by_id(stores)
        faults = [
            Place(f"json.stores[{number}]", "is not a store that is open")
            for number, store in enumerate(stores)
            if store not in known or known[store].closed_at is not None
        ]
        return list(dict.fromkeys(stores)), faults
    statement = select(Store.id).where(Store.closed_at.is_(None))
    if region_id is not None:
        below = with_all_below(select(Region.id).where(Region.id == region_id))
        statement = statement.where(Store.region_id.in_(select(below.c.id)))
    found = list(session().scalars(statement))
    named = "json.region_id" if region_id is not None else "json.sampling"
    return found, [] if found else [Place(named, "has no store that is open")]


def _sampling_faults(
    sampling: ByObject,
    stores: Sequence[UUID] | None,
    size: int | None,
    seed: int | None,
    available: int,
) -> list[Place]:
    faults = []
    if sampling is ByObject.TYPICAL and stores is None:
        faults.append(Place("json.stores", "are needed: name the typical ones"))
    if sampling is ByObject.RANDOM_SAMPLE:
        if size is None or not 1 <= size <= available:
            faults.append(Place("json.sample_size", f"must be from 1 to {available}"))
    else:
        given = {"sample_size": size, "seed": seed}
        faults += [
            Place(f"json.{name}", "belongs to random samples only")
            for name, value in given.items()
            if value is not None
        ]
    return faults


def close_round(round_id: UUID, *, cancel_open: bool) -> Round:
    """No visit can be added after that. Open ones are cancelled, or stand in the way."""
    round_ = queries.round_by_id(round_id, lock=True)
    if round_.closed_at is not None:
        raise Problem(WRONG_STATE, "The round is closed already.", state="closed")
    still_open = queries.open_assignments(round_.id)
    if still_open and not cancel_open:
        raise Problem(
            WRONG_STATE,
            f"The round has {len(still_open)} open assignments; cancel them with it.",
            state="open",
            open_assignments=len(still_open),
        )
    for assignment in still_open:
        _move(assignment, AssignmentState.CANCELLED, note=f"Round closed: {round_.name}")
    round_.closed_at = now()
    activity.record("round.closed", round_, cancelled=len(still_open))
    return round_


def offer(
    proposals: Sequence[Proposal | None], names: Sequence[str], faults: Sequence[Place] = ()
) -> list[Assignment]:
    """Assign all of these visits or none. `names`: the path of each in what was sent; `faults`:
    what is known to be wrong already, told together with what is found here."""
    visits, found = checks.check(with_scenarios(proposals), names)
    if faults or found:
        raise Problem(INVALID, "Nothing was assigned.", places=[*faults, *found])
    assignments = [_assignment(visit) for visit in visits]
    session().add_all(assignments)
    session().flush()
    for assignment in assignments:
        _record_offer(assignment)
    return assignments


def _assignment(visit: Visit) -> Assignment:
    wanted = visit.proposal
    return Assignment(
        round_id=wanted.round_id,
        auditor_id=wanted.auditor_id,
        store_id=wanted.store_id,
        checklist_version_id=visit.round.checklist_version_id,
        kind=visit.round.kind,
        by_time=wanted.by_time,
        by_object=wanted.by_object or visit.round.sampling,
        mode=wanted.mode,
        scenario=wanted.scenario,
        purchase=wanted.purchase,
        not_before=visit.not_before,
        not_after=visit.not_after,
        brief=dict(wanted.brief),
    )


def _record_offer(assignment: Assignment) -> None:
    activity.record(
        "assignment.offered",
        assignment,
        auditor_id=str(assignment.auditor_id),
        store_id=str(assignment.store_id),
    )


def change(actor: Actor, assignment_id: UUID, changes: Mapping[str, Any]) -> Assignment:
    """`changes`: auditor_id, not_before, not_after, brief; or payable alone.

    Another auditor or another time is a new offer: whoever it is has to accept it.
    """
    if "payable" in changes:
        return _decide_pay(actor, assignment_id, changes["payable"])
    seen = queries.assignment(actor, assignment_id)
    if not changes:
        return seen
    queries.rounds_locked({seen.round_id})  # before the assignment, as `close_round` does
    assignment = queries.assignment(actor, assignment_id, lock=True)
    if assignment.state in {AssignmentState.CANCELLED, AssignmentState.DONE}:
        raise _wrong_state(assignment, "can't be changed")
    store = queries.stores_by_id([assignment.store_id])[assignment.store_id]
    proposal = checks.of_assignment(assignment, store, **changes)
    visits, faults = checks.check([proposal], ["json"])
    if faults:
        raise Problem(INVALID, "The assignment was not changed.", places=faults)
    _apply(assignment, visits[0], changes)
    return assignment


def _apply(assignment: Assignment, visit: Visit, changes: Mapping[str, Any]) -> None:
    before = (assignment.auditor_id, assignment.not_before, assignment.not_after)
    assignment.auditor_id = visit.proposal.auditor_id
    if "not_before" in changes:
        assignment.not_before = visit.not_before
    if "not_after" in changes:
        assignment.not_after = visit.not_after
    assignment.brief = dict(visit.proposal.brief)
    activity.record("assignment.changed", assignment, fields=sorted(changes))
    another = before != (assignment.auditor_id, assignment.not_before, assignment.not_after)
    asked_again = assignment.state not in rules.OPEN and NEW_OFFER & changes.keys()
    if another or asked_again:
        assignment.state = AssignmentState.OFFERED
        assignment.not_possible = assignment.state_note = assignment.payable = None
        _record_offer(assignment)


def _decide_pay(actor: Actor, assignment_id: UUID, payable: bool | None) -> Assignment:
    assignment = queries.assignment(actor, assignment_id, lock=True)
    if assignment.state is not AssignmentState.NOT_POSSIBLE:
        raise _wrong_state(assignment, "has no wasted journey to pay for")
    assignment.payable = payable
    activity.record("assignment.pay_decided", assignment, payable=payable)
    return assignment


def cancel(actor: Actor, assignment_id: UUID, *, reason: str | None = None) -> Assignment:
    assignment = queries.assignment(actor, assignment_id, lock=True)
    return _move(assignment, AssignmentState.CANCELLED, note=reason)


def accept(actor: Actor, assignment_id: UUID) -> Assignment:
    return _move(_own(actor, assignment_id), AssignmentState.ACCEPTED)


def decline(actor: Actor, assignment_id: UUID, *, reason: str) -> Assignment:
    return _move(_own(actor, assignment_id), AssignmentState.DECLINED, note=reason)


def not_possible(
    actor: Actor, assignment_id: UUID, *, reason: NotPossible, note: str = ""
) -> Assignment:
    """The auditor was there, or tried to be. Head office decides whether it is paid."""
    assignment = _own(actor, assignment_id)
    if assignment.state is not AssignmentState.NOT_POSSIBLE:
        _move(assignment, AssignmentState.NOT_POSSIBLE, note=note, reason=reason.value)
        assignment.not_possible = reason
    return assignment


def _own(actor: Actor, assignment_id: UUID) -> Assignment:
    assignment = queries.assignment(actor, assignment_id, lock=True)
    if assignment.auditor_id != actor.person_id:
        raise Problem(NOT_ALLOWED, "Only the person assigned can answer for the visit.")
    return assignment


def _move(
    assignment: Assignment, state: AssignmentState, *, note: str | None = None, **details: Any
) -> Assignment:
    """Of a locked row. A repeat changes nothing: a phone that missed the answer says it again,
    maybe days later."""
    if assignment.state is state:
        return assignment
    refusal = rules.refusal(assignment.state, state)
    if refusal is not None:
        raise Problem(WRONG_STATE, refusal, state=assignment.state.value)
    before, assignment.state = assignment.state, state
    assignment.state_note = note or None
    activity.record(
        f"assignment.{state.value}",
        assignment,
        before=before.value,
        **({"note": note} if note else {}),
        **details,
    )
    return assignment


def _wrong_state(assignment: Assignment, message: str) -> Problem:
    state = assignment.state.value
    told = f"The assignment is {state.replace('_', ' ')} and {message}."
    return Problem(WRONG_STATE, told, state=state)
