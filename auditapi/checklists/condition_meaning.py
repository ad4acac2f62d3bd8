"""What is wrong with ``show_if``: references to what is not there or comes later, circles,
values that can't be, and conditions that never hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from auditapi.checklists.conditions import Test, located_tests, tests_in
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

_NEVER = "never holds: nobody would be asked"
#: So many of the values that are allowed are told in a fault.
_TOLD = 20
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
        self.ways: dict[str, dict[str, str | None]] = {}
        #: Items of which all is right that decides whether they are shown and what they answer.
        self.sound: set[str] = set()
        #: Where a condition stands of which, and of what it refers to, all is right.
        self.judged: set[Location] = set()

    def problems(self) -> Iterator[Problem]:
        number = 0
        for section in self.draft.sections:
            inside = {item.key for item in section.items if item.key is not None}
            yield from self._tests(section, number, inside)
            for placed in section.items:
                yield from self._tests(placed, number, {placed.key} if placed.key else set())
                if {section.location, placed.location} <= self.judged and placed.item is not None:
                    self.sound.add(placed.item.key)
                number += 1
        yield from self._unreachable()

    def _tests(
        self, part: PlacedSection | PlacedItem, number: int, keys: set[str]
    ) -> Iterator[Problem]:
        """The faults of one condition, which decides about ``keys`` from item ``number`` on."""
        # What refers to something faulty can't be judged before that is put right.
        sound = part.show_if.known
        condition = part.show_if.condition
        located = located_tests(condition, (*part.location, "show_if")) if condition else ()
        for place, test in located:
            message = self._fault(test, number, keys)
            sound = sound and message is None and (test.item is None or test.item in self.sound)
            if message is not None:
                yield at((*place, test.source), message)
        if sound:
            self.judged.add(part.location)

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
        circle = self._path(name, keys)
        if circle is None:
            return f"must be an earlier item; {name} comes later"
        return "goes round in a circle: " + " → ".join([circle[-1], *circle])

    def _path(self, start: str, ends: set[str]) -> list[str] | None:
        """A shortest way along the dependencies from an item to one of ``ends``, both included."""
        if start not in self.ways:
            self.ways[start] = _ways(self.edges, start)
        ways = self.ways[start]
        end = next((name for name in ways if name in ends), None)
        if end is None:
            return None
        way = [end]
        while (before := ways[way[-1]]) is not None:
            way.append(before)
        return way[::-1]

    def _unreachable(self) -> Iterator[Problem]:
        reach = Reach(self.draft)
        for section in self.draft.sections:
            if section.location not in self.judged:
                continue
            if section.show_if.condition and not reach.section(section):
                yield at((*section.location, "show_if"), _NEVER)
                continue
            for placed in section.items:
                judged = placed.location in self.judged and placed.show_if.condition
                if judged and not reach.item(section, placed):
                    yield at((*placed.location, "show_if"), _NEVER)


def _edges(draft: Draft) -> Mapping[str, Sequence[str]]:
    """Which items each item's being shown depends on, its section's condition included."""
    edges: dict[str, dict[str, None]] = {}
    for section in draft.sections:
        of_section = dict.fromkeys(_item_names(section))
        for placed in section.items:
            if placed.key is not None:
                known = edges.setdefault(placed.key, {})
                known.update(of_section)
                known.update(dict.fromkeys(_item_names(placed)))
    return {key: tuple(names) for key, names in edges.items()}


def _item_names(part: PlacedSection | PlacedItem) -> list[str]:
    condition = part.show_if.condition
    return [test.item for test in tests_in(condition) if test.item] if condition else []


def _ways(edges: Mapping[str, Sequence[str]], start: str) -> dict[str, str | None]:
    """All that an item depends on, the nearest first, each with what leads to it."""
    ways: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for name in edges.get(here, ()):
            if name not in ways:
                ways[name] = here
                waiting.append(name)
    return ways


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
            more = ", …" if len(allowed) > _TOLD else ""
            told = ", ".join(list(allowed)[:_TOLD]) + more
            return f"can't be {_shown(value)}: {item.key} is one of {told}"
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
