"""What a checklist gives away about mystery shops (pure): whether stores may read it at all.

A condition may say «on mystery shops» without the word: «not on a self-check» does. So each is
decided for every kind of visit, and what depends on an item depends on what shows that item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from auditapi.checklists.conditions import AllOf, AnyOf, Condition, Not, Test, tests_in
from auditapi.checklists.structure import Checklist
from auditapi.checklists.values import COVERT_KIND, VISIT_KINDS
from auditapi.checklists.visibility import holds


@dataclass(frozen=True, slots=True)
class _Shift:
    """What may change between an open visit and a mystery shop: what did not hold comes to hold,
    or what held goes."""

    comes: bool = False
    goes: bool = False

    def reversed(self) -> _Shift:
        return _Shift(self.goes, self.comes)


def prepares_mystery_shops(checklist: Checklist) -> bool:
    """Whether it has something for head office alone, or tells a mystery shop from other visits:
    by a word, by an item that is asked there and not elsewhere, or by what is proof there."""
    conditions = [
        holder.show_if
        for section in checklist.sections
        for holder in (section, *section.items)
        if holder.show_if is not None
    ]
    if any(_names_it(test) for condition in conditions for test in tests_in(condition)):
        return True
    if any(
        item.audience == "head_office" or any(rule.covert for rule in item.evidence)
        for item in checklist.items.values()
    ):
        return True
    return any(shift.comes for shift in _shifts(checklist).values())


def _names_it(test: Test) -> bool:
    named = {test.equals, *(test.among or ())}
    return test.assignment in ("covert", "scenario", "purchase") or (
        test.assignment == "kind" and COVERT_KIND in named
    )


def _shifts(checklist: Checklist) -> dict[str, _Shift]:
    """By item: how its being shown may change."""
    found: dict[str, _Shift] = {}

    def of_test(test: Test) -> _Shift:
        if test.item is not None:
            read = found.get(test.item, _Shift())
            return read.reversed() if test.answered is False else read
        return _of_kind(test) if test.assignment == "kind" else _Shift()

    for section in checklist.sections:
        for item in section.items:
            conditions = (each for each in (section.show_if, item.show_if) if each is not None)
            found[item.key] = _together(_of(condition, of_test) for condition in conditions)
    return found


def _of(condition: Condition, of_test: Callable[[Test], _Shift]) -> _Shift:
    match condition:
        case Not():
            return _of(condition.negated, of_test).reversed()
        case AllOf():
            return _together(_of(part, of_test) for part in condition.all)
        case AnyOf():
            return _together(_of(part, of_test) for part in condition.any)
    return of_test(condition)


def _of_kind(test: Test) -> _Shift:
    covert = holds(test, COVERT_KIND)
    others = {holds(test, kind) for kind in VISIT_KINDS if kind != COVERT_KIND}
    return _Shift(comes=covert and False in others, goes=not covert and True in others)


def _together(shifts: Iterable[_Shift]) -> _Shift:
    every = list(shifts)
    return _Shift(any(shift.comes for shift in every), any(shift.goes for shift in every))
