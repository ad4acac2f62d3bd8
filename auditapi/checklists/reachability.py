"""Whether a condition can hold at all.

A condition reads few things, and of each only few values make a difference (``domains``). Values
are chosen one by one, and a choice is given up as soon as the condition can't hold any more
(three-valued logic). This runs while somebody waits, so its work is bounded; what could not be
decided is taken to be reachable. The check finds slips, and must never refuse a checklist that
is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_

from auditapi.checklists.conditions import AllOf, AnyOf, Condition, Not, Test, tests_in
from auditapi.checklists.domains import ANYTHING, Choice, assignments, of_attribute, of_item
from auditapi.checklists.draft import Draft, PlacedItem, PlacedSection
from auditapi.checklists.items import ChoiceItem, ChoicesItem
from auditapi.checklists.problems import Location
from auditapi.checklists.visibility import decide, holds

#: In tests that are evaluated: for one search, for one item with all its searches, for a whole
#: checklist. The two last hold for what parts say by themselves and, apart from that, for what
#: they say together with what they ask about: a long way leaves enough for the slips at its end.
MOST_WORK = 10_000
MOST_WORK_OF_ITEM = 40_000
MOST_WORK_IN_ALL = 200_000

#: What is chosen at once: ("item", "B3"), ("store", "format"), or the assignment as a whole,
#: for its attributes depend on one another.
Variable = tuple[str, str]
World = Mapping[Variable, Choice]
ASSIGNMENT: Variable = ("assignment", "")


class _Exhausted(Exception):
    """The work that may be spent is spent."""


@dataclass
class _Work:
    """How much may still be done; what is spent of a part is spent of the whole too."""

    left: int
    of: _Work | None = None

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.of is not None:
            self.of.spend(amount)
        if self.left < 0:
            raise _Exhausted


@dataclass(frozen=True, eq=False, slots=True)
class _Part:
    """One of the parts that must all hold, and what it reads."""

    condition: Condition
    tests: tuple[Test, ...]
    names: frozenset[Variable]
    cost: int


Parts = list[_Part]


class Reach:
    """Answers for one draft. Of each part's condition its own references must be right."""

    def __init__(self, draft: Draft) -> None:
        self._items = {placed.key: placed.item for placed in draft.items if placed.item}
        self._alone, self._together = _Work(MOST_WORK_IN_ALL), _Work(MOST_WORK_IN_ALL)
        self._parts: dict[Location, Parts] = {}
        #: By key, in the order in which items are asked: the section's parts and its own.
        self._deciding: dict[str, tuple[Parts, Parts]] = {}
        #: All that decides, directly or not, whether an item is shown: a bit for each of
        #: `_deciding`, in its order.
        self._before: dict[str, int] = {}
        for section in draft.sections:
            outer = self._parts[section.location] = _parts(section)
            before_section = self._read_by(outer)
            for placed in section.items:
                inner = self._parts[placed.location] = _parts(placed)
                if placed.key is not None and placed.key not in self._deciding:
                    bit = 1 << len(self._deciding)
                    self._before[placed.key] = before_section | self._read_by(inner) | bit
                    self._deciding[placed.key] = outer, inner
        self._keys = list(self._deciding)

    def _read_by(self, parts: Iterable[_Part]) -> int:
        """The items that these parts read, and whatever those depend on."""
        names = (name for part in parts for source, name in part.names if source == "item")
        return reduce(or_, (self._before.get(name, 0) for name in names), 0)

    def _keys_behind(self, parts: Parts) -> list[str]:
        """The keys of these items, in the order in which they are asked."""
        bits = self._read_by(parts)
        return [self._keys[number] for number in range(bits.bit_length()) if bits >> number & 1]

    @property
    def work_left(self) -> int:
        """What was not spent, or by how much the bounds were missed."""
        return min(self._alone.left, self._together.left)

    def section(self, section: PlacedSection) -> bool:
        """Whether the section can be shown."""
        return self._possible(self._parts[section.location])

    def item(self, section: PlacedSection, placed: PlacedItem) -> bool:
        """Whether the item can be shown."""
        return self._possible(self._parts[section.location], self._parts[placed.location])

    def _possible(self, *parts: Parts) -> bool:
        return self._possible_alone(*parts) and self._possible_together(*parts)

    def _possible_alone(self, *given: Parts) -> bool:
        """As if all that the parts ask about were shown. What reads the very same things is tried
        by itself first, so that no wide neighbour hides it."""
        work = _Work(MOST_WORK_OF_ITEM, self._alone)
        try:
            work.spend(sum(map(len, given)))
            parts = list(chain(*given))
            alike: dict[frozenset[Variable], Parts] = {}
            for part in parts:
                alike.setdefault(part.names, []).append(part)
            groups = chain(alike.values(), _joined(parts, lambda part: part.names, work))
            return all(self._may_hold(group, [], work) for group in groups)
        except _Exhausted:
            return True

    def _possible_together(self, *given: Parts) -> bool:
        """With what shows the items that the parts ask about."""
        work = _Work(MOST_WORK_OF_ITEM, self._together)
        try:
            work.spend(sum(map(len, given)))
            parts = list(chain(*given))
            groups = _joined(parts, self._names(work), work)
            return all(self._may_hold(group, self._keys_behind(group), work) for group in groups)
        except _Exhausted:
            return True

    def _names(self, work: _Work) -> Callable[[_Part], frozenset[Variable]]:
        """What a part depends on, by way of other items too."""

        def names(part: _Part) -> frozenset[Variable]:
            inner = [each.names for each in self._parts_of(self._keys_behind([part]), work)]
            work.spend(sum(map(len, inner)))
            return part.names.union(*inner)

        return names

    def _parts_of(self, keys: list[str], work: _Work) -> Parts:
        """All parts that decide whether these items are shown."""
        work.spend(len(keys) + sum(len(part) for key in keys for part in self._deciding[key]))
        return [part for key in keys for part in chain(*self._deciding[key])]

    def _may_hold(self, parts: Parts, keys: list[str], work: _Work) -> bool:
        """Whether the parts hold together for some choice of values, when these items are shown
        by their conditions and all others anyway."""
        try:
            return self._search(parts, keys, _Work(MOST_WORK, work))
        except _Exhausted:
            return True

    def _search(self, parts: Parts, keys: list[str], work: _Work) -> bool:
        behind = self._parts_of(keys, work)
        cost = 1 + len(keys) + sum(part.cost for part in chain(parts, behind))
        work.spend(cost)
        asked: dict[Variable, list[Test]] = {}
        for part in chain(parts, behind):
            for test in part.tests:
                asked.setdefault(_variable(test), []).append(test)
        names = sorted(asked, key=lambda name: name != ASSIGNMENT)
        domains = [self._domain(name, asked[name], work) for name in names]

        def verdict(world: World) -> bool | None:
            work.spend(cost)
            return self._verdict(parts, keys, world)

        return _some(names, domains, verdict)

    def _domain(self, name: Variable, tests: list[Test], work: _Work) -> list[Choice]:
        if name == ASSIGNMENT:
            return assignments({test.name for test in tests})
        if name[0] == "store":
            return of_attribute(tests)
        item = self._items.get(name[1])
        if isinstance(item, ChoiceItem | ChoicesItem):
            work.spend(len(item.options))
        return [ANYTHING] if item is None else of_item(item, tests)

    def _verdict(self, parts: Parts, keys: list[str], world: World) -> bool | None:
        """Whether the parts hold; none while that depends on what is not chosen yet."""
        shown: dict[str, bool | None] = {}

        def result(test: Test) -> bool | None:
            return _result(test, world, shown.get(test.name, True) if test.item else True)

        for key in keys:
            shown[key] = _all_hold(chain(*self._deciding[key]), result)
        return _all_hold(parts, result)


def _all_hold(parts: Iterable[_Part], result: Callable[[Test], bool | None]) -> bool | None:
    """Whether all parts hold; see ``decide``."""
    unknown = False
    for part in parts:
        holding = decide(part.condition, result)
        if holding is False:
            return False
        unknown = unknown or holding is None
    return None if unknown else True


def _result(test: Test, world: World, shown: bool | None) -> bool | None:
    hidden = holds(test, None)
    if shown is False:
        return hidden
    name = _variable(test)
    chosen = world.get(name, ANYTHING)
    if chosen is ANYTHING:
        return None
    value = chosen.get(test.name) if isinstance(chosen, Mapping) else chosen
    holding = holds(test, value)
    return holding if shown or holding is hidden else None


def _some(
    names: list[Variable],
    domains: list[list[Choice]],
    verdict: Callable[[World], bool | None],
) -> bool:
    """Whether some choice of values makes the verdict true, or leaves it open to the end."""
    world: dict[Variable, Choice] = {}
    found = verdict(world)
    if found is not None:
        return found
    open_choices = [iter(domains[0])]
    while open_choices:
        name = names[len(open_choices) - 1]
        for value in open_choices[-1]:
            world[name] = value
            found = verdict(world)
            if found or (found is None and len(open_choices) == len(names)):
                return True
            if found is None:
                open_choices.append(iter(domains[len(open_choices)]))
                break
        else:
            open_choices.pop()
            world.pop(name, None)
    return False


def _parts(holder: PlacedSection | PlacedItem) -> Parts:
    condition = holder.show_if.condition
    return [_part(each) for each in _conjuncts(condition)] if condition is not None else []


def _part(condition: Condition) -> _Part:
    tests = tuple(tests_in(condition))
    cost = sum(1 + len(test.among or ()) for test in tests)
    return _Part(condition, tests, frozenset(map(_variable, tests)), cost)


def _conjuncts(condition: Condition, negated: bool = False) -> Iterator[Condition]:
    """The parts that must all hold for a condition to hold."""
    match condition:
        case AllOf() if not negated:
            for part in condition.all:
                yield from _conjuncts(part)
        case AnyOf() if negated:
            for part in condition.any:
                yield from _conjuncts(part, negated=True)
        case Not():
            yield from _conjuncts(condition.negated, not negated)
        case _:
            yield Not.model_construct(negated=condition) if negated else condition


def _joined(
    parts: Parts, names: Callable[[_Part], frozenset[Variable]], work: _Work
) -> Iterator[Parts]:
    """The parts in groups that have nothing in common with one another."""
    groups: list[tuple[set[Variable], Parts]] = []
    for part in parts:
        of_part = names(part)
        work.spend(len(groups) + len(of_part) + 1)
        touching = [group for group in groups if not group[0].isdisjoint(of_part)]
        work.spend(sum(len(group[0]) + len(group[1]) for group in touching))
        groups = [group for group in groups if group[0].isdisjoint(of_part)]
        whole = set(of_part).union(*(group[0] for group in touching))
        groups.append((whole, [*chain(*(group[1] for group in touching)), part]))
    yield from (group[1] for group in groups)


def _variable(test: Test) -> Variable:
    return ASSIGNMENT if test.assignment is not None else (test.source, test.name)
