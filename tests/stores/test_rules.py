"""Decisions about regions and stores, without a database."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.core.problems import Place
from auditapi.stores import rules

EAST, COAST, PORT = uuid4(), uuid4(), uuid4()
TREE: dict[UUID, UUID | None] = {EAST: None, COAST: EAST, PORT: COAST}


@pytest.mark.parametrize(
    ("region", "parent"), [(EAST, EAST), (EAST, COAST), (EAST, PORT), (COAST, PORT)]
)
def test_a_region_cannot_stand_below_itself(region: UUID, parent: UUID) -> None:
    assert rules.goes_in_a_circle(region, parent, TREE)


@pytest.mark.parametrize(("region", "parent"), [(PORT, EAST), (PORT, None), (uuid4(), PORT)])
def test_a_region_may_stand_anywhere_else(region: UUID, parent: UUID | None) -> None:
    assert not rules.goes_in_a_circle(region, parent, TREE)


def test_a_tree_that_is_a_circle_already_does_not_hang_us() -> None:
    assert rules.goes_in_a_circle(uuid4(), EAST, {EAST: COAST, COAST: EAST})


@given(st.lists(st.tuples(st.integers(0, 7), st.none() | st.integers(0, 7)), max_size=40))
def test_moves_that_are_allowed_never_make_a_circle(moves: list[tuple[int, int | None]]) -> None:
    ids = [UUID(int=number) for number in range(8)]
    parents: dict[UUID, UUID | None] = dict.fromkeys(ids)
    for number, parent in moves:
        above = None if parent is None else ids[parent]
        if not rules.goes_in_a_circle(ids[number], above, parents):
            parents[ids[number]] = above
    for region in ids:
        seen = set()
        above = parents[region]
        while above is not None:
            assert above not in seen
            seen.add(above)
            above = parents[above]


def test_time_zones_are_places() -> None:
    assert {"Asia/Seoul", "Asia/Taipei", "Europe/London", "UTC"} <= rules.time_zones()
    assert not {"localtime", "Factory", "Seoul", "KST", ""} & rules.time_zones()


@pytest.mark.parametrize("value", ["super", 3, 2.5, True, False, "대형", 2**53 - 1, 1 - 2**53])
def test_an_attribute_is_a_plain_value(value: object) -> None:
    assert list(rules.attribute_faults({"format": value})) == []


@pytest.mark.parametrize(
    "value",
    [
        *(None, [], {}, ["a"], "x" * 401, "a\0b", "\ud800"),
        *(float("inf"), float("nan"), 2**53, -(2**53), 1e300, 10**400),
    ],
)
def test_an_attribute_is_nothing_else(value: object) -> None:
    assert [name for name, _ in rules.attribute_faults({"format": value})] == ["format"]


def test_attributes_have_names_and_are_not_too_many() -> None:
    assert list(rules.attribute_faults({"": 1}))
    assert list(rules.attribute_faults({"x" * 61: 1}))
    assert list(rules.attribute_faults({f"a{n}": n for n in range(51)}))


def test_an_import_names_every_row_that_does_not_fit() -> None:
    rows = [
        {"code": "N1", "region": "north"},
        {"code": "N2", "region": "nowhere"},
        "not even a store",
        {"code": " N1 ", "region": "north"},
        {"code": "S1", "region": 7},
    ]
    assert list(rules.import_faults(rows, {"north"}, {"S1"})) == [
        Place("json.stores[1].region", "is not the code of a region"),
        Place("json.stores[3].code", "is given twice: stores[0] has this code too"),
        Place("json.stores[4].code", "is taken: there is a store of this code"),
    ]
