"""What is wrong with ``show_if``: references to what is not there or comes later, circles,
values that can't be, and conditions that never hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from auditapi.checklists.conditions import Condition, Test, located_tests, tests_in
from auditapi.checklists.draft import Draft, PlacedItem, PlacedSection
from auditapi.checklists.item_meaning import value_range
from auditapi.checklists.items import (
    AnyItem,
    ChoiceItem,
    ChoicesItem,
    CountItem,
    NumberItem,
    ScaleItem,
    SecondsItem,
    YesNoItem,
)
from auditapi.checklists.problems import Location, Problem, at
from auditapi.checklists.reachability import Reach
from auditapi.checklists.values import ASSIGNMENT_VALUES

_NUMBERED = (ScaleItem, CountItem, SecondsItem, NumberItem)


def condition_problems(draft: Draft) -> Iterator[Problem]:
    """Every fault of the conditions of a draft."""
    return _Conditions(draft).problems()


class _Conditions:
    """The conditions of one draft, and what their tests can refer to."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.placed: dict[str, PlacedItem] = {}
        self.order: dict[str, int] = {}
        for number, placed in enumerate(draft.items):
            if placed.key is not None:
                self.placed.setdefault(placed.key, placed)
                self.order.setdefault(placed.key, number)
        self.edges = _edges(draft)
        self.faulty: set[str] = set()

    def problems(self) -> Iterator[Problem]:
        number = 0
        for section in self.draft.sections:
            condition = section.head.show_if if section.head else None
            inside = {item.key for item in section.items if item.key is not None}
            yield from self._tests(condition, section.location, number, inside)
            for placed in section.items:
                condition = placed.item.show_if if placed.item else None
                own = {placed.key} if placed.key is not None else set()
                yield from self._tests(condition, placed.location, number, own)
                number += 1
        # What refers to something faulty can't be judged before that is put right.
        if not self.faulty and all(placed.item for placed in self.draft.items):
            yield from self._unreachable()

    def _tests(
        self, condition: Condition | None, location: Location, number: int, keys: set[str]
    ) -> Iterator[Problem]:
        """The faults of one condition, which decides about ``keys`` from item ``number`` on."""
        if condition is None:
            return
        for place, test in located_tests(condition, (*location, "show_if")):
            message = self._fault(test, number, keys)
            if message is not None:
                self.faulty |= keys or {test.name}
                yield at((*place, test.source), message)

    def _fault(self, test: Test, number: int, keys: set[str]) -> str | None:
        if test.source == "store":
            return None
        if test.source == "assignment":
            return _assignment_fault(test)
        if test.name not in self.placed:
            return f"must be an item of the checklist; there is no {test.name}"
        if self.order[test.name] >= number:
            return self._not_earlier(test.name, keys)
        item = self.placed[test.name].item
        return None if item is None else _value_fault(item, test)

    def _not_earlier(self, name: str, keys: set[str]) -> str:
        circle = _path(self.edges, name, keys)
        if circle is None:
            return f"must be an earlier item; {name} comes later"
        return "goes round in a circle: " + " → ".join([circle[-1], *circle])

    def _unreachable(self) -> Iterator[Problem]:
        reach = Reach(self.draft)
        for section in self.draft.sections:
            if section.head and section.head.show_if and not reach.section(section):
                yield at((*section.location, "show_if"), "never holds: nobody would be asked")
                continue
            for placed in section.items:
                if placed.item and placed.item.show_if and not reach.item(section, placed):
                    yield at((*placed.location, "show_if"), "never holds: nobody would be asked")


def _edges(draft: Draft) -> Mapping[str, Sequence[str]]:
    """Which items each item's being shown depends on, its section's condition included."""
    edges: dict[str, list[str]] = {}
    for section in draft.sections:
        of_section = _item_names(section)
        for placed in section.items:
            if placed.key is not None:
                edges.setdefault(placed.key, []).extend(of_section + _item_names(placed))
    return edges


def _item_names(part: PlacedSection | PlacedItem) -> list[str]:
    holder = part.head if isinstance(part, PlacedSection) else part.item
    condition = holder.show_if if holder else None
    return [test.item for test in tests_in(condition) if test.item] if condition else []


def _path(edges: Mapping[str, Sequence[str]], start: str, ends: set[str]) -> list[str] | None:
    """A way along the dependencies from an item to one of ``ends``, both included."""
    ways = [[start]]
    visited = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] in ends:
            return way
        for name in edges.get(way[-1], ()):
            if name not in visited:
                visited.add(name)
                ways.append([*way, name])
    return None


def _assignment_fault(test: Test) -> str | None:
    if test.name not in ASSIGNMENT_VALUES:
        return f"must be one of {', '.join(ASSIGNMENT_VALUES)}"
    allowed = ASSIGNMENT_VALUES[test.name]
    if test.at_least is not None or test.at_most is not None:
        return "can't be compared: no attribute of an assignment is a number"
    unknown = [value for value in _expected(test) if allowed and value not in allowed]
    if unknown:
        return f"can't be {_shown(unknown[0])}: it is one of {', '.join(map(_shown, allowed))}"
    return None


def _value_fault(item: AnyItem, test: Test) -> str | None:
    """Why a test of an item's answer can't be meant."""
    if item.kind in ("photo", "signature"):
        return f"can't be asked about: {item.key} is a {item.kind}"
    if test.answered is not None:
        return None
    if item.kind in ("text", "date"):
        return f"can only be asked whether it is answered: {item.key} is a {item.kind}"
    if isinstance(item, _NUMBERED):
        least, most = value_range(item)
        bounds = [bound for bound in (test.at_least, test.at_most) if bound is not None]
        for value in [*_expected(test), *bounds]:
            if isinstance(value, str | bool) or not least <= value <= most:
                return f"can't be {_shown(value)}: {item.key} is {least:f} to {most:f}"
        return None
    if test.at_least is not None or test.at_most is not None:
        return f"can't be compared: {item.key} is not a number"
    allowed = allowed_values(item)
    for value in _expected(test):
        if value not in allowed:
            return f"can't be {_shown(value)}: {item.key} is one of {', '.join(allowed)}"
    return None


def allowed_values(item: AnyItem) -> tuple[str, ...]:
    """The answers of an item that is answered by choosing."""
    match item:
        case YesNoItem():
            return ("yes", "no")
        case ChoiceItem() | ChoicesItem():
            return tuple(option.key for option in item.options)
    return ()


def _expected(test: Test) -> list[bool | Decimal | str]:
    return [test.equals] if test.equals is not None else list(test.among or ())


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
