"""Two versions of a checklist: what changed, and what may not."""

from __future__ import annotations

from typing import Any

import pytest

from auditapi.checklists.difference import Change, difference, meaning_changes
from auditapi.checklists.document import parse
from tests.checklists.builders import Data, checklist, data, item, option, section

OLD = checklist(
    section("S", item("A1", weight=3), item("A2", weight=2), item("A3", "text")),
    section("T", item("B1", weight=1)),
)


def changes(*sections: Data) -> list[Change]:
    return difference(OLD, checklist(*sections))


def test_a_version_does_not_differ_from_itself() -> None:
    assert difference(OLD, OLD) == []
    assert meaning_changes(OLD, OLD) == []


def test_a_changed_weight_is_named_with_both_values() -> None:
    assert changes(
        section("S", item("A1", weight=4), item("A2", weight=2), item("A3", "text")),
        section("T", item("B1", weight=1)),
    ) == [Change("item", "A1", "changed", "weight", 3, 4)]


def test_what_became_other_than_its_default_is_named_with_the_default() -> None:
    assert changes(
        section("S", item("A1", weight=3, na=True), item("A2", weight=2), item("A3", "text")),
        section("T", item("B1", weight=1)),
    ) == [Change("item", "A1", "changed", "na", False, True)]


def test_items_are_added_removed_replaced_and_moved() -> None:
    assert changes(
        section("S", item("A1", weight=3), item("A4", weight=2, replaces="A2")),
        section("T", item("B1", weight=1), item("A3", "text"), item("B2")),
    ) == [
        Change("item", "A4", "replaced", "key", "A2", "A4"),
        Change("item", "A3", "moved", "section", "S", "T"),
        Change("item", "B2", "added"),
    ]


def test_an_item_that_is_gone_is_removed() -> None:
    assert changes(
        section("S", item("A1", weight=3), item("A3", "text")),
        section("T", item("B1", weight=1)),
    ) == [Change("item", "A2", "removed")]


def test_sections_come_and_go_and_change() -> None:
    assert changes(
        section("S", item("A1", weight=3), item("A2", weight=2), item("A3", "text"), weight=20),
        section("U", item("B1", weight=1)),
    ) == [
        Change("section", "S", "changed", "weight", 10, 20),
        Change("section", "U", "added"),
        Change("section", "T", "removed"),
        Change("item", "B1", "moved", "section", "T", "U"),
    ]


def test_another_order_is_a_change() -> None:
    assert changes(
        section("T", item("B1", weight=1)),
        section("S", item("A2", weight=2), item("A1", weight=3), item("A3", "text")),
    ) == [
        Change("section", "S", "moved", "order", ["A1", "A2", "A3"], ["A2", "A1", "A3"]),
        Change("checklist", "demo", "moved", "order", ["S", "T"], ["T", "S"]),
    ]


def test_settings_of_the_whole_checklist_are_compared() -> None:
    stricter = parse(data(section("S", item("A1")), scoring={"pass_mark": 80}))
    [change] = difference(parse(data(section("S", item("A1")))), stricter)
    assert (change.what, change.change, change.field) == ("checklist", "changed", "scoring")
    assert (change.old["pass_mark"], change.new["pass_mark"]) == (None, 80)


def meaning(before: Data, after: Data) -> list[str]:
    old, new = checklist(section("S", before)), checklist(section("S", after))
    return [str(problem) for problem in meaning_changes(old, new)]


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (item("A1"), item("A1", "scale"), "kind"),
        (item("A1", good="yes"), item("A1", good="no"), "good"),
        (item("A1", "scale", max=5), item("A1", "scale", max=7), "max"),
        (item("A1", "count", of=10), item("A1", "count", of="asked"), "of"),
        (item("A1", "count", of=10), item("A1", "count", steps=[[0, 1]]), "of"),
        (item("A1", "count", steps=[[0, 1]]), item("A1", "count"), "steps"),
        (item("A1", "seconds"), item("A1", "number"), "kind"),
    ],
)
def test_a_key_whose_meaning_would_change_is_refused(before: Data, after: Data, field: str) -> None:
    [problem] = meaning(before, after)
    assert problem.startswith(f"sections[0].items[0].{field}: must ")
    assert problem.endswith("give a new key, replaces: A1")


@pytest.mark.parametrize(
    "bettered",
    [
        {"text": {"en": "Better words?"}},
        {"weight": 5, "tag": "delight"},
        {"of": 20},
        {"show_if": {"store": "format", "is": "hyper"}},
        {"evidence": [{"needs": "comment", "when": {"below": 1}}]},
    ],
)
def test_wording_weight_and_conditions_may_be_bettered(bettered: dict[str, Any]) -> None:
    count = item("A1", "count", of=10, weight=1)
    assert meaning(count, {**count, **bettered}) == []


def test_options_may_come_and_go() -> None:
    before = item("A1", "choice", options=[option("a"), option("b")])
    after = item("A1", "choice", options=[option("a"), option("c")])
    assert meaning(before, after) == []


def test_a_changed_question_under_a_new_key_is_accepted() -> None:
    assert meaning(item("A1"), item("A2", "scale", replaces="A1")) == []
