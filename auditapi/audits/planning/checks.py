"""What is wrong with visits that somebody wants to assign: every fault with its place.

All that the checks read is fetched before, by a number of queries that does not grow with the
number of visits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from auditapi.audits import context
from auditapi.audits.models import Assignment, Round
from auditapi.audits.planning import briefing, queries, rules
from auditapi.audits.states import ByObject, ByTime, Mode, Scenario, VisitKind
from auditapi.audits.visitors import may_shop
from auditapi.checklists.document import Checklist
from auditapi.checklists.parsed import parsed
from auditapi.checklists.queries import STORE_PEOPLE
from auditapi.core.db import session
from auditapi.core.problems import Place
from auditapi.people.models import Person
from auditapi.stores.models import Store

Fault = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A visit as somebody wants it. The window is what the store's clock will show.

    `by_object`: as the round samples, when not given. `draw_scenario`: we choose it (drawing.py).
    `of`: the assignment that it changes.
    """

    round_id: UUID
    store_id: UUID
    auditor_id: UUID
    not_before: datetime
    not_after: datetime
    by_time: ByTime = ByTime.REGULAR
    by_object: ByObject | None = None
    mode: Mode = Mode.DIRECT
    scenario: Scenario | None = None
    draw_scenario: bool = False
    purchase: bool = False
    brief: Mapping[str, Any] = field(default_factory=dict)
    of: UUID | None = None

    @property
    def pair(self) -> queries.Pair:
        return self.auditor_id, self.store_id


@dataclass(frozen=True)
class Visit:
    """A proposal that stands its checks, with what it refers to."""

    proposal: Proposal
    round: Round
    store: Store
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True)
class _Around:
    rounds: Mapping[UUID, Round]
    drawn: Mapping[UUID, frozenset[UUID]]
    checklists: Mapping[UUID, Checklist]
    kept_from_stores: set[UUID]
    stores: Mapping[UUID, Store]
    auditors: Mapping[UUID, Person]
    visits: dict[queries.Pair, list[rules.Visit]]
    audits: Mapping[UUID, UUID | None]


def check(
    proposals: Sequence[Proposal | None], names: Sequence[str]
) -> tuple[list[Visit], list[Place]]:
    """The visits, and what is wrong with them; `names` are the paths of the proposals. A
    proposal that could not be read is None, and known to be wrong already.

    Locks rounds (against closing) and auditors (against a second planner) until the end of the
    transaction.
    """
    around = _look_around([proposal for proposal in proposals if proposal])
    visits, places = [], []
    for proposal, name in zip(proposals, names, strict=True):
        if proposal is None:
            continue
        window = _window(proposal, around)
        faults = list(_faults(proposal, window, around))
        places += [Place(f"{name}.{entry}", message) for entry, message in faults]
        if window is None or faults:
            continue
        visit = Visit(
            proposal, around.rounds[proposal.round_id], around.stores[proposal.store_id], *window
        )
        visits.append(visit)
        _remember(visit, name, around)
    return visits, places


def _look_around(proposals: Sequence[Proposal]) -> _Around:
    rounds = queries.rounds_locked({proposal.round_id for proposal in proposals})
    versions = queries.versions_by_id(one.checklist_version_id for one in rounds.values())
    stores = queries.stores_by_id(proposal.store_id for proposal in proposals)
    auditors = session().scalars(
        select(Person)
        .where(Person.id.in_({proposal.auditor_id for proposal in proposals}))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )
    changed = next((proposal.of for proposal in proposals if proposal.of), None)
    follow_ups = {p.brief["revisit_of"] for p in proposals if p.brief.get("revisit_of")}
    return _Around(
        rounds=rounds,
        drawn={one.id: frozenset(stores_of(one)) for one in rounds.values()},
        checklists={version.id: parsed(version) for version in versions.values()},
        kept_from_stores=queries.kept_from_stores(set(versions)),
        stores=stores,
        auditors={person.id: person for person in auditors},
        visits=queries.visits_by({proposal.pair for proposal in proposals}, stores, but=changed),
        audits=queries.audits_of_stores({UUID(audit) for audit in follow_ups}),
    )


def stores_of(round_: Round) -> list[UUID]:
    """The stores that a round visits."""
    return rules.stores_of(round_.sampling, round_.sampled_from, round_.seed, round_.sample_size)


def _window(proposal: Proposal, around: _Around) -> tuple[datetime, datetime] | None:
    """From and until in UTC; None when the store or its clock does not know them."""
    store = around.stores.get(proposal.store_id)
    if store is None:
        return None
    zone = ZoneInfo(store.time_zone)
    begin = rules.as_utc(proposal.not_before, zone)
    end = rules.as_utc(proposal.not_after, zone, late=True)
    return (begin, end) if begin and end and begin < end else None


def _faults(
    proposal: Proposal, window: tuple[datetime, datetime] | None, around: _Around
) -> Iterator[Fault]:
    round_ = around.rounds.get(proposal.round_id)
    store = around.stores.get(proposal.store_id)
    if round_ is None:
        yield "round_id", "is not a round"
    elif round_.closed_at is not None:
        yield "round_id", "is a round that is closed"
    yield from _store_faults(store, round_, around)
    yield from _auditor_faults(proposal, round_, around)
    yield from _window_faults(proposal, store, round_)
    if round_ is None or store is None:
        return
    yield from _scenario_faults(proposal, round_, around)
    yield from _brief_faults(proposal, round_, store, around)
    if window is not None:
        yield from _distance_faults(proposal, round_, around)


def _store_faults(store: Store | None, round_: Round | None, around: _Around) -> Iterator[Fault]:
    if store is None:
        yield "store_id", "is not a store"
    elif store.closed_at is not None:
        yield "store_id", "is a store that is closed"
    elif round_ is not None and not _is_drawn(store, round_, around):
        yield "store_id", "is not among the stores of this round"


def _is_drawn(store: Store, round_: Round, around: _Around) -> bool:
    """A round of all stores takes in those that opened after it began."""
    return round_.sampling is ByObject.ALL or store.id in around.drawn[round_.id]


def _auditor_faults(proposal: Proposal, round_: Round | None, around: _Around) -> Iterator[Fault]:
    auditor = around.auditors.get(proposal.auditor_id)
    if auditor is None:
        yield "auditor_id", "is not a person here"
    elif auditor.disabled_at is not None:
        yield "auditor_id", "is a person who is disabled"
    elif round_ is None:
        return
    elif round_.kind is VisitKind.MYSTERY_SHOP and not may_shop(auditor.role):
        yield "auditor_id", "is of a store or region: they don't shop their own chain"
    elif auditor.role in STORE_PEOPLE and round_.checklist_version_id in around.kept_from_stores:
        yield "auditor_id", "may not read this checklist: it prepares mystery shops"


def _window_faults(
    proposal: Proposal, store: Store | None, round_: Round | None
) -> Iterator[Fault]:
    given = {"not_before": proposal.not_before, "not_after": proposal.not_after}
    if proposal.not_before >= proposal.not_after:
        yield "not_after", "must be after not_before"
    for name, local in given.items():
        if store is not None and rules.as_utc(local, ZoneInfo(store.time_zone)) is None:
            yield name, f"is a time that no clock in {store.time_zone} shows"
        if round_ is not None and not round_.period_from <= local.date() <= round_.period_until:
            yield name, f"must be from {round_.period_from} to {round_.period_until}, as the round"


def _scenario_faults(proposal: Proposal, round_: Round, around: _Around) -> Iterator[Fault]:
    if round_.kind is not VisitKind.MYSTERY_SHOP:
        given = {"scenario": proposal.scenario, "draw_scenario": proposal.draw_scenario}
        for name, value in given.items():
            if value:
                yield name, "belongs to mystery shops only"
    elif _lacks_scenario(proposal, around.checklists[round_.checklist_version_id]):
        yield "scenario", "is needed: set one, or let it be drawn (draw_scenario)"
    for entry, message in briefing.scenario_faults(
        proposal.brief, proposal.scenario, purchase=proposal.purchase
    ):
        yield f"brief.{entry}", message


def _lacks_scenario(proposal: Proposal, checklist: Checklist) -> bool:
    """A visit that is only changed keeps what it was given: nobody can set it any more."""
    if proposal.scenario is not None or proposal.of is not None:
        return False
    return briefing.depends_on_scenario(checklist)


def _brief_faults(
    proposal: Proposal, round_: Round, store: Store, around: _Around
) -> Iterator[Fault]:
    checklist = around.checklists[round_.checklist_version_id]
    facts = context.of_assignment(round_.kind, proposal.scenario, purchase=proposal.purchase)
    known = context.of_store(store.attributes)
    for entry, message in briefing.faults(checklist, proposal.brief, known, facts):
        yield f"brief.{entry}", message
    earlier = proposal.brief.get("revisit_of")
    if earlier and round_.kind is VisitKind.MYSTERY_SHOP:
        yield "brief.revisit_of", "would tell a mystery shopper what to look for"
    elif earlier and around.audits.get(UUID(earlier)) != store.id:
        yield "brief.revisit_of", "is not an audit of this store"


def _distance_faults(proposal: Proposal, round_: Round, around: _Around) -> Iterator[Fault]:
    first, last = proposal.not_before.date(), proposal.not_after.date()
    known = around.visits.get(proposal.pair, [])
    visit = rules.too_close(first, last, round_.minimum_days_between, known)
    if visit is None:
        return
    needed = max(round_.minimum_days_between, visit.minimum)
    days = f"on {visit.first}" if visit.first == visit.last else f"{visit.first} to {visit.last}"
    yield (
        "not_before",
        f"is fewer than {needed} days from the same auditor's visit to this store "
        f"{days} ({visit.name})",
    )


def _remember(visit: Visit, name: str, around: _Around) -> None:
    """For the proposals that follow."""
    proposal = visit.proposal
    first, last = proposal.not_before.date(), proposal.not_after.date()
    around.visits.setdefault(proposal.pair, []).append(
        rules.Visit(name, first, last, visit.round.minimum_days_between)
    )


def of_assignment(row: Assignment, store: Store, **changes: Any) -> Proposal:
    """An assignment as a proposal, with changes."""
    zone = ZoneInfo(store.time_zone)
    proposal = Proposal(
        round_id=row.round_id,
        store_id=row.store_id,
        auditor_id=row.auditor_id,
        not_before=row.not_before.astimezone(zone).replace(tzinfo=None),
        not_after=row.not_after.astimezone(zone).replace(tzinfo=None),
        by_time=row.by_time,
        by_object=row.by_object,
        mode=row.mode,
        scenario=row.scenario,
        purchase=row.purchase,
        brief=row.brief,
        of=row.id,
    )
    return replace(proposal, **changes)
