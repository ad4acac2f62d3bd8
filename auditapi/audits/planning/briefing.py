"""Whether a brief carries what the visit's items need on the spot (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from auditapi.audits.states import Scenario
from auditapi.checklists.conditions import tests_in
from auditapi.checklists.document import Checklist
from auditapi.checklists.items import CountItem
from auditapi.checklists.visibility import visibility

SOURCE = Path(__file__).with_name("briefing.yaml")
Brief = Mapping[str, Any]
Fault = tuple[str, str]


@cache
def needs() -> Mapping[str, Mapping[str, str]]:
    """Checklist key → item key → the entry of the brief that the item needs."""
    written: Mapping[str, Mapping[str, str]] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return written


def faults(
    checklist: Checklist, brief: Brief, store: Mapping[str, Any], assignment: Mapping[str, Any]
) -> Iterator[Fault]:
    """(entry, what is wrong) for each entry that is missing or does not fit its item.

    Only items that belong to this visit count: a must-have list is asked for where it is counted.
    """
    wanted = needs().get(checklist.key, {})
    seen = visibility(checklist, {}, store, assignment) if wanted else None
    for key, entry in wanted.items():
        item = checklist.items.get(key)
        if item is None or seen is None or not seen.is_designed(key):
            continue
        given = brief.get(entry)
        if not given:
            yield entry, f"is needed for item {key}"
            continue
        counted = item.of if isinstance(item, CountItem) and isinstance(given, list) else None
        if isinstance(counted, int) and len(given) != counted:
            yield entry, f"must have {counted} entries for item {key}, not {len(given)}"


def depends_on_scenario(checklist: Checklist) -> bool:
    """Whether it asks items of some scenarios only, or of none at all without one."""
    conditions = [section.show_if for section in checklist.sections]
    conditions += [item.show_if for item in checklist.items.values()]
    return any(
        test.assignment == "scenario"
        for condition in conditions
        if condition is not None
        for test in tests_in(condition)
    )


def scenario_faults(brief: Brief, scenario: Scenario | None, *, purchase: bool) -> Iterator[Fault]:
    """What the scenario and the purchase ask of the brief."""
    if scenario is Scenario.ANGRY:
        if not brief.get("service_desk"):
            yield "service_desk", "must be true: an angry customer is played at service desks only"
        if not brief.get("letter_of_authorisation"):
            yield "letter_of_authorisation", "is needed: an angry customer has the chain's approval"
    if purchase and not brief.get("purchase"):
        yield "purchase", "is needed: limit and payment of the purchase"
    if not purchase and brief.get("purchase"):
        yield "purchase", "is given, but the visit is without a purchase"
