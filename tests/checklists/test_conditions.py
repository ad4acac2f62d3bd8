"""Conditions that can't be meant: what they name is not there, comes later, or never is so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checklists.builders import Data, data, item, option, section
from tests.checklists.refusing import BEFORE, HERE, refusal, refusals


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            {"item": "X9", "is": "yes"},
            "item: must be an item of the checklist; there is no X9",
        ),
        ({"item": "B1", "is": "maybe"}, "item: can't be maybe: B1 is one of yes, no"),
        ({"item": "B1", "is": True}, "item: can't be true: B1 is one of yes, no"),
        ({"item": "B1", "at_least": 1}, "item: can't be compared: B1 is not a number"),
        ({"item": "B2", "at_least": 6}, "item: can't be 6: B2 is 1 to 5"),
        ({"item": "B2", "is": "5"}, "item: can't be 5: B2 is 1 to 5"),
        ({"item": "B6", "at_most": 11}, "item: can't be 11: B6 is 0 to 10"),
        ({"item": "B3", "in": ["a", "c"]}, "item: can't be c: B3 is one of a, b"),
        ({"item": "B4", "answered": True}, "item: can't be asked about: B4 is a photo"),
        (
            {"item": "B5", "is": "hello"},
            "item: can only be asked whether it is answered: B5 is a text",
        ),
        (
            {"assignment": "cover", "is": True},
            "assignment: must be one of kind, covert, purchase, scenario",
        ),
        (
            {"assignment": "kind", "is": "mystery"},
            "assignment: can't be mystery: it is one of mystery_shop, staff_observation",
        ),
        (
            {"assignment": "covert", "is": "yes"},
            "assignment: can't be yes: it is one of true, false",
        ),
        ({"assignment": "kind", "at_least": 1}, "assignment: can't be compared"),
    ],
)
def test_a_test_that_cannot_be_meant_is_refused(condition: Data, message: str) -> None:
    assert refusal(item("A1", show_if=condition)).startswith("show_if." + message)


def test_the_place_of_a_faulty_test_is_named_within_its_condition() -> None:
    nested = {"all": [{"item": "B1", "is": "yes"}, {"not": {"item": "X9", "is": "no"}}]}
    assert refusal(item("A1", show_if=nested)).startswith("show_if.all[1].not.item: must be an")


def asks(key: str, about: str) -> Data:
    return item(key, show_if={"item": about, "is": "yes"})


def test_an_item_that_comes_later_cannot_be_asked_about() -> None:
    listed = data(section("S", asks("A1", "A2"), item("A2")))
    assert refusals(listed) == [
        "sections[0].items[0].show_if.item: must be an earlier item; A2 comes later"
    ]


def test_a_circle_is_named_with_its_way_round() -> None:
    listed = data(section("S", asks("A1", "A3"), asks("A2", "A1"), asks("A3", "A2")))
    assert refusals(listed) == [
        "sections[0].items[0].show_if.item: goes round in a circle: A1 → A3 → A2 → A1"
    ]


def test_an_item_that_asks_about_itself_is_a_circle() -> None:
    assert refusals(data(section("S", asks("A1", "A1")))) == [
        "sections[0].items[0].show_if.item: goes round in a circle: A1 → A1"
    ]


def test_a_section_cannot_depend_on_what_is_in_it() -> None:
    listed = data(section("S", item("A1"), item("A2"), show_if={"item": "A2", "is": "yes"}))
    assert refusals(listed) == [
        "sections[0].show_if.item: goes round in a circle: A2 → A2",
    ]


def test_a_section_may_depend_on_an_earlier_one() -> None:
    later = section("T", item("B1"), show_if={"item": "A1", "is": "yes"})
    assert refusals(data(section("S", item("A1")), later)) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"all": [{"store": "format", "is": "hyper"}, {"store": "format", "is": "super"}]},
        {"all": [{"item": "B1", "is": "yes"}, {"not": {"item": "B1", "is": "yes"}}]},
        {"all": [{"item": "B2", "at_least": 4}, {"item": "B2", "at_most": 3}]},
        {"all": [{"item": "B3", "is": "a"}, {"item": "B3", "answered": False}]},
        {
            "all": [
                {"assignment": "covert", "is": True},
                {"assignment": "kind", "is": "announced_audit"},
            ]
        },
        {
            "not": {
                "any": [
                    {"store": "floors", "answered": True},
                    {"not": {"store": "floors", "at_least": 2}},
                ]
            }
        },
    ],
)
def test_an_item_that_nobody_could_ever_be_asked_is_found(condition: Data) -> None:
    assert refusal(item("A1", show_if=condition)) == "show_if: never holds: nobody would be asked"


@pytest.mark.parametrize(
    "condition",
    [
        {"all": [{"store": "format", "is": "hyper"}, {"store": "floors", "at_least": 2}]},
        {"all": [{"store": "floors", "at_least": 2}, {"store": "floors", "at_most": 2.5}]},
        {"all": [{"item": "B2", "at_least": 4}, {"item": "B2", "at_most": 4}]},
        {"not": {"item": "B1", "answered": True}},
        {"not": {"store": "format", "in": ["hyper", "super"]}},
        {"all": [{"assignment": "covert", "is": False}, {"assignment": "purchase", "is": True}]},
        {"any": [{"item": "B3", "in": ["a"]}, {"item": "B3", "in": ["b"]}]},
        {"item": "B5", "answered": True},
        {"item": "B6", "is": 3},
    ],
)
def test_what_can_be_so_is_accepted(condition: Data) -> None:
    assert refusals(data(section("S", *BEFORE, item("A1", show_if=condition)))) == []


def test_an_item_is_unreachable_when_what_it_asks_about_is_hidden_just_then() -> None:
    covert_only = item("A1", show_if={"assignment": "covert", "is": True})
    both = {"all": [{"item": "A1", "is": "yes"}, {"assignment": "kind", "is": "self_check"}]}
    listed = data(section("S", covert_only, item("A2", show_if=both)))
    assert refusals(listed) == ["sections[0].items[1].show_if: never holds: nobody would be asked"]


def test_an_item_is_unreachable_within_its_section() -> None:
    inner = item("A1", show_if={"assignment": "covert", "is": False})
    outer = section("S", inner, show_if={"assignment": "kind", "is": "mystery_shop"})
    assert refusals(data(outer)) == [
        "sections[0].items[0].show_if: never holds: nobody would be asked"
    ]


def test_a_set_can_hold_several_options_at_once() -> None:
    seen = item("A1", "choices", options=[option("a"), option("b"), option("c")])
    both: dict[str, Any] = {"all": [{"item": "A1", "is": "a"}, {"item": "A1", "is": "b"}]}
    assert refusals(data(section("S", seen, item("A2", show_if=both)))) == []


def test_a_condition_too_wide_to_try_out_is_accepted() -> None:
    wide = [item(f"W{n}", "scale", max=100) for n in range(4)]
    tests = [{"item": f"W{n}", "at_least": 50} for n in range(4)]
    listed = data(section("S", *wide, item("A1", show_if={"all": tests})))
    assert refusals(listed) == []


def test_a_faulty_neighbour_does_not_hide_a_faulty_condition() -> None:
    broken = {**item("A1"), "kind": "guess"}
    faults = refusals(data(section("S", broken, *BEFORE, asks("A2", "X9"), asks("A3", "A1"))))
    assert [fault.split(":")[0] for fault in faults] == [
        "sections[0].items[0]",
        HERE.replace(f"[{len(BEFORE)}]", f"[{len(BEFORE) + 1}]") + ".show_if.item",
    ]


NEVER = {"all": [{"item": "B1", "is": "yes"}, {"item": "B1", "is": "no"}]}
AFTER = len(BEFORE)


def places(*items: Data, **more: Any) -> list[str]:
    return [fault.split(": ")[0] for fault in refusals(data(section("S", *BEFORE, *items), **more))]


@pytest.mark.parametrize(
    ("neighbour", "place"),
    [
        ({**item("A2"), "kind": "guess"}, ""),
        ({**item("A2"), "weight": "lots"}, ".weight"),
        (item("A2", colour="red"), ".colour"),
        (asks("A2", "X9"), ".show_if.item"),
        (asks("A2", "A3"), ".show_if.item"),
        (item("A2", show_if={"item": "B1", "is": "yes", "in": ["no"]}), ".show_if"),
    ],
)
def test_an_unreachable_item_is_found_whatever_else_is_wrong(neighbour: Data, place: str) -> None:
    found = places(item("A1", show_if=NEVER), neighbour, item("A3"))
    assert set(found) == {
        f"sections[0].items[{AFTER}].show_if",
        f"sections[0].items[{AFTER + 1}]{place}",
    }


def test_an_unreachable_item_is_found_though_its_own_shape_is_wrong() -> None:
    assert set(places({**item("A1", show_if=NEVER), "weight": "lots"})) == {
        f"sections[0].items[{AFTER}].show_if",
        f"sections[0].items[{AFTER}].weight",
    }


def test_what_depends_on_something_faulty_is_not_judged_before_that_is_right() -> None:
    broken = item("A1", "choice", options=[option("a")], na="perhaps")
    depending = item("A2", show_if={"all": [{"item": "A1", "is": "a"}, {"item": "A1", "is": "b"}]})
    assert places(broken, depending) == [f"sections[0].items[{AFTER}].na"]


def test_a_circle_is_named_though_one_on_its_way_has_another_fault() -> None:
    listed = data(section("S", asks("A1", "A2"), {**asks("A2", "A1"), "weight": "lots"}))
    assert "sections[0].items[0].show_if.item: goes round in a circle: A1 → A2 → A1" in refusals(
        listed
    )
