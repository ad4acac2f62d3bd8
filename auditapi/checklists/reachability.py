"""Whether a condition can hold at all.

A condition reads few things, and each of them has few values that make a difference: the
answers that can be given, the values that some test names, and «something else». All their
combinations are tried. Where there are too many, the condition is taken to be reachable: this
check finds slips, and must never refuse a checklist that is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import product
from math import prod

from auditapi.checklists.answers import Value
from auditapi.checklists.conditions import Condition, Test, tests_in
from auditapi.checklists.draft import Draft, PlacedItem, PlacedSection
from auditapi.checklists.item_meaning import value_range
from auditapi.checklists.items import AnyItem, ChoiceItem, ChoicesItem, ScaleItem, YesNoItem
from auditapi.checklists.values import COVERT_KIND, VISIT_KINDS
from auditapi.checklists.visibility import decide, holds

MOST_COMBINATIONS = 20_000

#: What a test reads: ("item", "B3"), ("store", "format"), ("assignment", "kind").
Variable = tuple[str, str]
World = Mapping[Variable, Value | None]

_KIND: Variable = ("assignment", "kind")
_COVERT: Variable = ("assignment", "covert")


class Reach:
    """Answers for one draft whose references are all right."""

    def __init__(self, draft: Draft) -> None:
        self._items = {placed.key: placed.item for placed in draft.items if placed.item}
        self._conditions = {
            placed.key: _conditions(section, placed)
            for section in draft.sections
            for placed in section.items
        }

    def section(self, section: PlacedSection) -> bool:
        """Whether the section can be shown."""
        return self._possible(_conditions(section))

    def item(self, section: PlacedSection, placed: PlacedItem) -> bool:
        """Whether the item can be shown."""
        return self._possible(_conditions(section, placed))

    def _possible(self, conditions: list[Condition]) -> bool:
        tests = list(self._all_tests(conditions))
        names = list(dict.fromkeys(_variable(test) for test in tests))
        choices = [self._values(name, tests) for name in names]
        if prod(map(len, choices)) > MOST_COMBINATIONS:
            return True
        worlds = (_with_covert(dict(zip(names, world, strict=True))) for world in product(*choices))
        return any(self._holds(conditions, world) for world in worlds)

    def _all_tests(self, conditions: Iterable[Condition]) -> Iterator[Test]:
        """The tests of the conditions, and of whatever decides about the items they read."""
        for condition in conditions:
            for test in tests_in(condition):
                yield test
                if test.item is not None:
                    yield from self._all_tests(self._conditions[test.item])

    def _holds(self, conditions: list[Condition], world: World) -> bool:
        def result(test: Test) -> bool:
            value = world[_variable(test)]
            if test.item is not None and not self._holds(self._conditions[test.item], world):
                value = None
            return holds(test, value)

        return all(decide(condition, result) for condition in conditions)

    def _values(self, name: Variable, tests: list[Test]) -> list[Value | None]:
        if name in (_KIND, _COVERT):
            return [*VISIT_KINDS] if name == _KIND else [True, False]
        mentioned = list(_mentioned(test for test in tests if _variable(test) == name))
        item = self._items[name[1]] if name[0] == "item" else None
        values = _something_else(mentioned) if item is None else _answers(item, mentioned)
        return [*dict.fromkeys(values), None]


def _conditions(section: PlacedSection, placed: PlacedItem | None = None) -> list[Condition]:
    holders = (section.head, placed.item if placed else None)
    return [holder.show_if for holder in holders if holder and holder.show_if is not None]


def _variable(test: Test) -> Variable:
    return test.source, test.name


def _with_covert(world: dict[Variable, Value | None]) -> World:
    """A world in which covert says the same as kind."""
    if _KIND in world and _COVERT in world:
        world[_COVERT] = world[_KIND] == COVERT_KIND
    return world


def _mentioned(tests: Iterable[Test]) -> Iterator[Value]:
    for test in tests:
        named = (test.equals, *(test.among or ()), test.at_least, test.at_most)
        yield from (value for value in named if value is not None)


def _something_else(mentioned: list[Value]) -> list[Value]:
    numbers = [number for value in mentioned for number in _around(value)]
    # An attribute may be anything; a text that nobody wrote stands for all the rest.
    return [*mentioned, *numbers, True, False, "\0"]


def _around(value: Value) -> tuple[Decimal, ...]:
    return (value - 1, value, value + 1) if isinstance(value, Decimal) else ()


def _answers(item: AnyItem, mentioned: list[Value]) -> list[Value]:
    match item:
        case YesNoItem():
            return ["yes", "no"]
        case ChoiceItem():
            return [option.key for option in item.options]
        case ChoicesItem():
            keys = tuple(option.key for option in item.options)
            named = tuple(key for key in keys if key in mentioned)
            return [*((key,) for key in keys), *([named] if named else [])]
        case ScaleItem():
            return [Decimal(point) for point in range(1, item.top + 1)]
    least, most = value_range(item)
    near: list[Value] = [
        number for value in mentioned for number in _around(value) if least <= number <= most
    ]
    # A text stands for any answer at all, where only "is it answered" is asked.
    return near or ["\0"]
