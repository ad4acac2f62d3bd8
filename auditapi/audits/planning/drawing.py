"""Scenarios drawn for those visits that leave them to us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from auditapi.audits.locks import lock_id
from auditapi.audits.models import Round
from auditapi.audits.planning import queries, rules
from auditapi.audits.planning.checks import Proposal
from auditapi.audits.states import Scenario, VisitKind
from auditapi.core.db import organisation_id


def with_scenarios(proposals: Sequence[Proposal | None]) -> list[Proposal | None]:
    """The same visits, with a scenario where one is to be drawn, in the order in which they come.

    What can't be drawn for, because its round is none or has no use for it, stays as it is, for
    the checks to name.
    """
    stores = {one.store_id for one in proposals if one and one.draw_scenario}
    if not stores:
        return list(proposals)
    lock_id(organisation_id())  # two planners would give a store the same scenario twice
    rounds = queries.rounds_locked({one.round_id for one in proposals if one})
    given = queries.scenarios_given(stores)
    return [_with_scenario(one, rounds, given) if one else None for one in proposals]


def _with_scenario(
    one: Proposal, rounds: Mapping[UUID, Round], given: Counter[tuple[UUID, Scenario]]
) -> Proposal:
    """Drawn where it is to be, and counted among what its store was given."""
    round_ = rounds.get(one.round_id) if one.round_id and one.draw_scenario else None
    if round_ is not None and round_.kind is VisitKind.MYSTERY_SHOP:
        to_store = {scenario: given[one.store_id, scenario] for scenario in rules.TO_DRAW}
        scenario = rules.draw_scenario(str(one.round_id), one.store_id, to_store)
        one = replace(one, scenario=scenario)
    if one.scenario is not None:
        given[one.store_id, one.scenario] += 1
    return one
