"""The values of what a condition reads, of which at least one stands for any other.

Two values are alike when every test says the same of both. So there is one for each number that a
test names, one between any two of them and one beyond either end; each named option, alone and
with others; and one «something else». Nothing is always among them: whatever can be answered can
be left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import Enum
from itertools import combinations, pairwise, product
from typing import Final, Literal

from auditapi.checklists.answers import Value
from auditapi.checklists.conditions import Test
from auditapi.checklists.item_meaning import value_range
from auditapi.checklists.items import (
    AnyItem,
    ChoiceItem,
    ChoicesItem,
    CountItem,
    ScaleItem,
    YesNoItem,
)
from auditapi.checklists.values import ASSIGNMENT_VALUES, COVERT_KIND, VISIT_KINDS

#: So many named options can be chosen together in every way.
MOST_OPTIONS = 8


class _Mark(Enum):
    ANYTHING = "anything"


#: Stands for values that are too many to be tried: a test of it may hold and may not.
ANYTHING: Final = _Mark.ANYTHING
Choice = Value | Mapping[str, Value | None] | Literal[_Mark.ANYTHING] | None


def assignments(names: Iterable[str]) -> list[Choice]:
    """The assignments that differ in these attributes. Only mystery shops have a scenario."""
    found: list[dict[str, Value | None]] = []
    for kind, purchase in product(VISIT_KINDS, (True, False)):
        covert = kind == COVERT_KIND
        for scenario in (None, *(ASSIGNMENT_VALUES["scenario"] if covert else ())):
            whole: dict[str, Value | None] = {
                "kind": kind,
                "covert": covert,
                "purchase": purchase,
                "scenario": scenario,
            }
            read = {name: value for name, value in whole.items() if name in names}
            if read not in found:
                found.append(read)
    return [*found]


def of_attribute(tests: Iterable[Test]) -> list[Choice]:
    """The values of a store's attribute, which may be anything."""
    named = list(_named(tests))
    texts = (value for value in named if isinstance(value, str))
    numbers = _between(sorted(_numbers(named)), None, None)
    # A text that nobody wrote stands for all other texts.
    return [*_each_once((*texts, *numbers, True, False, "\0")), None]


def of_item(item: AnyItem, tests: Iterable[Test]) -> list[Choice]:
    """The answers to an item."""
    named = list(_named(tests))
    match item:
        case YesNoItem():
            return ["yes", "no", None]
        case ChoiceItem():
            return [*_options(item, named), None]
        case ChoicesItem():
            options = _options(item, named)
            return [*_sets(options), None] if len(options) <= MOST_OPTIONS + 1 else [ANYTHING]
    least, most = value_range(item)
    if least > most:
        return [ANYTHING]
    bounds = [bound if bound.is_finite() else None for bound in (least, most)]
    if isinstance(item, ScaleItem | CountItem):
        numbers = _whole(_numbers(named), *bounds)
    else:
        numbers = _between(sorted(_numbers(named)), *bounds)
    return [*_each_once(n for n in numbers if least <= n <= most), None]


def _named(tests: Iterable[Test]) -> Iterator[Value]:
    for test in tests:
        named = (test.equals, *(test.among or ()), test.at_least, test.at_most)
        yield from (value for value in named if value is not None)


def _numbers(named: Iterable[Value]) -> set[Decimal]:
    return {value for value in named if isinstance(value, Decimal)}


def _options(item: ChoiceItem | ChoicesItem, named: Iterable[Value]) -> list[str]:
    """The options that tests name, and one of the others."""
    wanted = {value for value in named if isinstance(value, str)}
    keys = [option.key for option in item.options]
    others = [key for key in keys if key not in wanted]
    return [*(key for key in keys if key in wanted), *others[:1]]


def _sets(options: list[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(options) + 1):
        yield from combinations(options, size)


def _whole(
    named: Iterable[Decimal], least: Decimal | None, most: Decimal | None
) -> Iterator[Decimal]:
    ends = (bound for bound in (least, most) if bound is not None)
    for number in (*named, *ends):
        below = number.to_integral_value(ROUND_FLOOR)
        above = number.to_integral_value(ROUND_CEILING)
        yield from (below - 1, below, above, above + 1)


def _between(
    named: list[Decimal], least: Decimal | None, most: Decimal | None
) -> Iterator[Decimal]:
    """Each number, one between each two, one beyond either end. `named` is sorted."""
    if not named:
        yield next((bound for bound in (least, most) if bound is not None), Decimal(0))
        return
    yield from named
    first = named[0] - 1 if least is None else least
    last = named[-1] + 1 if most is None else most
    yield from (first, last)
    for one, other in pairwise((first, *named, last)):
        yield (one + other) / 2


def _each_once(values: Iterable[Value]) -> list[Value]:
    """Without repetitions; Python takes True for 1, so the type counts too."""
    return list({(type(value), value): value for value in values}.values())
