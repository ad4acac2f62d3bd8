"""Which conditions can hold, against the plain truth: every visit that there can be, tried out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from auditapi.checklists.draft import draft_of
from auditapi.checklists.reachability import MOST_WORK_IN_ALL, Reach
from auditapi.checklists.values import ASSIGNMENT_VALUES, VISIT_KINDS
from auditapi.checklists.visibility import shown_items
from tests.checklists.builders import Data, data, item, option, section
from tests.checklists.refusing import refusals
from tests.checklists.strategies import unchecked

NEVER = "show_if: never holds: nobody would be asked"
OPTIONS = ["a", "b", "c"]
READ: list[Data] = [
    item("Y", na=True),
    item("C", "choices", options=[option(key) for key in OPTIONS]),
    item("N", "number", min=0, max=3),
    item("S", "scale", max=3),
]
#: Every answer that tests with whole numbers can tell apart.
ANSWERS: Data = {
    "Y": ["yes", "no", None],
    "C": [*map(list, chain(*(combinations(OPTIONS, size) for size in (1, 2, 3)))), None],
    "N": [0, 0.5, 1, 1.5, 2, 2.5, 3, None],
    "S": [1, 2, 3, None],
}
STORES: list[Data] = [
    {}, *({"a": value} for value in (True, False, 0, 0.5, 1, 1.5, 2, "x", "other"))
]  # fmt: skip
MOST_TRIED = 500
SCENARIOS = (None, *ASSIGNMENT_VALUES["scenario"])


def visits() -> Iterator[Data]:
    """What assignments can be: a scenario belongs to mystery shops only."""
    for kind, purchase in product(VISIT_KINDS, (True, False)):
        for scenario in SCENARIOS if kind == "mystery_shop" else (None,):
            covert = kind == "mystery_shop"
            yield {"kind": kind, "covert": covert, "purchase": purchase, "scenario": scenario}


def either(name: str, *values: Any) -> st.SearchStrategy[Data]:
    return st.sampled_from(values).map(lambda value: {name: value})


NUMBERS = st.one_of(*(either(name, 1, 2) for name in ("is", "at_least", "at_most")))
ANSWERED = either("answered", True, False)
TESTS: dict[str, st.SearchStrategy[Data]] = {
    "Y": either("is", "yes", "no") | ANSWERED,
    "C": either("is", *OPTIONS) | either("in", ["a", "b"], ["c"]) | ANSWERED,
    "N": NUMBERS | ANSWERED,
    "S": NUMBERS | ANSWERED,
    "H": either("is", "yes", "no") | ANSWERED,
}
ATTRIBUTES: dict[str, st.SearchStrategy[Data]] = {
    "kind": either("is", *VISIT_KINDS) | either("in", [*VISIT_KINDS[2:]]),
    "covert": either("is", True, False),
    "purchase": either("is", True, False),
    "scenario": either("is", "angry", "opening") | ANSWERED,
}
OF_STORE = NUMBERS | either("is", True, False, "x") | ANSWERED


def of(source: Data, how: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    return how.map(lambda compared: {**source, **compared})


def conditions(keys: str, leaves: int) -> st.SearchStrategy[Data]:
    tests = st.one_of(
        *(of({"item": key}, TESTS[key]) for key in keys),
        *(of({"assignment": name}, how) for name, how in ATTRIBUTES.items()),
        of({"store": "a"}, OF_STORE),
    )
    return st.recursive(
        tests,
        lambda inner: st.one_of(
            inner.map(lambda part: {"not": part}),
            st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        ),
        max_leaves=leaves,
    )


def reads(condition: object, name: str) -> bool:
    return f"'{name}'" in repr(condition)


def worlds(asked: list[Data]) -> list[tuple[Data, Data, Data]]:
    """Answers, store and visit in every combination of what is read; all else is left alone."""
    names = [name for name in (*ANSWERS, "H") if reads(asked, name)]
    given_values = product(*(ANSWERS.get(name, ["yes", "no", None]) for name in names))
    answers = [
        {
            name: {"value": value}
            for name, value in zip(names, values, strict=True)
            if value is not None
        }
        for values in given_values
    ]
    stores = STORES if reads(asked, "store") else [{}]
    made = list(visits()) if reads(asked, "assignment") else [{}]
    return list(product(answers, stores, made))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    hidden=conditions("Y", 2),
    condition=st.sampled_from(["HC", "HN", "YS", "NS", "H", "C"]).flatmap(
        lambda keys: conditions(keys, 5)
    ),
)
def test_what_is_refused_can_never_be_shown_and_what_is_accepted_can(
    hidden: Data, condition: Data
) -> None:
    asked = [item("H", show_if=hidden), item("T", show_if=condition)]
    tried = worlds(asked)
    assume(len(tried) <= MOST_TRIED)
    listed = data(section("S", *(one for one in READ if reads(asked, one["key"])), *asked))
    checklist = unchecked(listed)
    shown: set[str] = set().union(*(shown_items(checklist, *world) for world in tried))
    draft = draft_of(listed)
    [whole] = draft.sections
    reach = Reach(draft)
    for placed in whole.items[-2:]:
        assert reach.item(whole, placed) == (placed.key in shown)


def asked_after(*before: Data, **condition: Any) -> list[str]:
    """The refusals of an item that is asked on this condition."""
    return refusals(data(section("S", *before, item("T", show_if=condition))))


CHOICES = item("C", "choices", options=[option(key) for key in OPTIONS])


@pytest.mark.parametrize(
    ("before", "parts"),
    [
        (
            [CHOICES],
            [{"item": "C", "is": "a"}, {"item": "C", "is": "b"}, {"not": {"item": "C", "is": "c"}}],
        ),
        (
            [item("N", "number")],
            [
                {"item": "N", "answered": True},
                {"not": {"item": "N", "at_most": 1}},
                {"not": {"item": "N", "at_least": 1.5}},
            ],
        ),
        (
            [],
            [
                {"store": "area", "answered": True},
                {"not": {"store": "area", "at_most": 1}},
                {"not": {"store": "area", "at_least": 1.5}},
            ],
        ),
        ([], [{"store": "new", "is": True}, {"not": {"store": "new", "is": 1}}]),
        ([], [{"assignment": "kind", "is": "self_check"}, {"assignment": "purchase", "is": True}]),
    ],
)
def test_what_can_be_so_is_never_refused(before: list[Data], parts: list[Data]) -> None:
    assert asked_after(*before, all=parts) == []


@pytest.mark.parametrize(
    "parts",
    [
        [
            {"assignment": "kind", "is": "announced_audit"},
            {"assignment": "scenario", "is": "angry"},
        ],
        [{"assignment": "covert", "is": False}, {"assignment": "scenario", "answered": True}],
        [{"item": "C", "answered": True}, {"not": {"item": "C", "in": OPTIONS}}],
    ],
)
def test_what_no_visit_can_be_is_found(parts: list[Data]) -> None:
    assert asked_after(CHOICES, all=parts) == [f"sections[0].items[1].{NEVER}"]


def test_a_contradiction_is_found_beside_whatever_is_wide() -> None:
    wide = [item(f"W{n}", "scale", max=100) for n in range(3)]
    bounds = [{"item": "W0", "at_least": 50}, {"item": "W0", "at_most": 40}]
    others = [{"item": f"W{n}", "at_least": 2} for n in (1, 2)]
    many = {"any": [{"store": f"s{n}", "is": True} for n in range(30)]}
    assert asked_after(*wide, all=[many, *others, *bounds]) == [f"sections[0].items[3].{NEVER}"]


@pytest.mark.parametrize("name", ["object", "mode", "time", "day_part"])
def test_what_nobody_tells_of_an_assignment_cannot_be_asked(name: str) -> None:
    [message] = asked_after(assignment=name, **{"is": "direct"})
    assert message.endswith("show_if.assignment: must be one of kind, covert, purchase, scenario")


def each_after_the_last(*tests: Data, items: int = 400) -> Data:
    """A long way: every item depends on the one before, each time by all of these tests."""
    listed = [item("A0")]
    for number in range(1, items):
        about = [{"item": f"A{number - 1}", **test} for test in tests]
        listed.append(item(f"A{number}", show_if={"any": about}))
    return data(section("S", *listed))


@pytest.mark.parametrize("tests", [[{"is": "yes"}], [{"is": "yes"}, {"is": "no"}]])
def test_the_work_is_bounded_however_long_the_way(tests: list[Data]) -> None:
    draft = draft_of(unchecked(each_after_the_last(*tests)))
    [whole] = draft.sections
    reach = Reach(draft)
    assert all(reach.item(whole, placed) for placed in whole.items)
    # What one search has begun is the most by which the bound is missed.
    assert reach.work_left > -MOST_WORK_IN_ALL // 10


def test_a_slip_after_a_long_way_is_found_all_the_same() -> None:
    listed = each_after_the_last({"is": "yes"}, {"is": "no"})
    listed["sections"][0]["items"][-1]["show_if"] = {
        "all": [{"item": "A9", "is": "yes"}, {"item": "A9", "is": "no"}]
    }
    assert refusals(listed) == [f"sections[0].items[399].{NEVER}"]
