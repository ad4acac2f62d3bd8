"""Which items an auditor is asked, and why the others are hidden.

``show_if`` reads earlier answers, the store's attributes and the assignment. A hidden item has
no answer: whatever stands under its key is ignored. A test of something that is missing,
hidden, unanswered or not applicable does not hold (but ``answered: false`` does).

An item hidden by the store or the assignment is not *designed* for the visit and does not
lower coverage; one hidden by an answer stays designed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from auditapi.checklists.answers import Answers, Value, answer_to, plain, value_of
from auditapi.checklists.conditions import AllOf, AnyOf, Condition, Not, Test, tests_in
from auditapi.checklists.structure import Checklist

Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Why an item is not shown: by what the visit is, or by an earlier answer; and everything
    that its conditions read, such as ``assignment.covert`` or ``item.B3``."""

    by: Literal["visit", "answer"]
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visibility:
    """What is shown, and why the rest is not; together every item of the checklist."""

    shown: frozenset[str]
    hidden: Mapping[str, Hidden]

    def is_designed(self, key: str) -> bool:
        """Whether the item belongs to this visit, shown or hidden by an answer."""
        return key in self.shown or self.hidden[key].by == "answer"


def shown_items(
    checklist: Checklist, answers: Answers, store: Attributes, assignment: Attributes
) -> set[str]:
    """The keys of the items that are asked."""
    return set(visibility(checklist, answers, store, assignment).shown)


def visibility(
    checklist: Checklist, answers: Answers, store: Attributes, assignment: Attributes
) -> Visibility:
    """What is shown and what is hidden, decided in the order in which items are asked."""
    shown: set[str] = set()
    hidden: dict[str, Hidden] = {}

    def as_answered(test: Test) -> bool:
        if test.item is not None:
            answered = test.item in shown
            return holds(test, value_of(answer_to(answers, test.item)) if answered else None)
        return holds(test, plain((store if test.store is not None else assignment).get(test.name)))

    def as_designed(test: Test) -> bool | None:
        if test.item is None:
            return as_answered(test)
        # Not known before the answer is, unless this visit does not ask the item at all.
        excluded = test.item in hidden and hidden[test.item].by == "visit"
        return holds(test, None) if excluded else None

    for section in checklist.sections:
        for item in section.items:
            conditions = [c for c in (section.show_if, item.show_if) if c is not None]
            if all(decide(condition, as_answered) for condition in conditions):
                shown.add(item.key)
                continue
            excluded = any(decide(condition, as_designed) is False for condition in conditions)
            hidden[item.key] = Hidden("visit" if excluded else "answer", _reads(conditions))
    return Visibility(frozenset(shown), hidden)


def decide(condition: Condition, result: Callable[[Test], bool | None]) -> bool | None:
    """Whether a condition holds, given the result of each test; none while that depends on
    tests whose result is not known (Kleene's three-valued logic)."""
    match condition:
        case Test():
            return result(condition)
        case Not():
            inner = decide(condition.negated, result)
            return None if inner is None else not inner
        case AllOf():
            return _first_decisive((decide(part, result) for part in condition.all), False)
        case AnyOf():
            return _first_decisive((decide(part, result) for part in condition.any), True)


def _first_decisive(results: Iterator[bool | None], decisive: bool) -> bool | None:
    unknown = False
    for result in results:
        if result is decisive:
            return decisive
        unknown = unknown or result is None
    return None if unknown else not decisive


def holds(test: Test, value: Value | None) -> bool:
    """Whether one test holds for a value. For a set, ``is`` and ``in`` ask what it contains."""
    if test.answered is not None:
        return test.answered is (value is not None)
    if value is None:
        return False
    if test.equals is not None:
        return _matches(value, test.equals)
    if test.among is not None:
        return any(_matches(value, expected) for expected in test.among)
    if isinstance(value, str | bool | tuple):
        return False
    if test.at_least is not None:
        return value >= test.at_least
    return test.at_most is not None and value <= test.at_most


def _matches(value: Value, expected: Value) -> bool:
    if isinstance(value, tuple):
        return expected in value
    # Python takes True for 1; a phone does not.
    return type(value) is type(expected) and value == expected


def _reads(conditions: list[Condition]) -> tuple[str, ...]:
    names = (f"{test.source}.{test.name}" for c in conditions for test in tests_in(c))
    return tuple(dict.fromkeys(names))
