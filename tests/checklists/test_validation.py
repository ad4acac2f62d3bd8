"""What the vectors can't say: sentences, limits, values that JSON has no sign for."""

from __future__ import annotations

from typing import Any

import pytest

from auditapi.checklists.validation import Reason, check_answers
from tests.checklists.builders import ANNOUNCED, Data, checklist, item, section


def reasons(of: Data, value: Any) -> list[Reason]:
    return check_answers(checklist(section("S", of)), {"A1": {"value": value}}, {}, {}, ANNOUNCED)


def test_a_fault_is_told_in_a_sentence() -> None:
    [reason] = reasons(item("A1", "count", of=10), 11)
    assert reason == Reason("A1", "k_above_n", "11 of 10 can't be.")


def test_a_limit_is_named_in_its_sentence() -> None:
    [reason] = reasons(item("A1", "text", min_length=250), "Short.")
    assert reason.message == "The text must have at least 250 characters; it has 6."


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_finite_number_is_no_number(value: float) -> None:
    assert [reason.code for reason in reasons(item("A1", "number"), value)] == ["wrong_type"]


@pytest.mark.parametrize("kind", ["scale", "count", "seconds", "number"])
def test_a_number_beyond_all_measure_is_judged_not_stumbled_over(kind: str) -> None:
    more: Data = {"max": 5} if kind in ("scale", "number") else {}
    assert [reason.code for reason in reasons(item("A1", kind, **more), 10**400)] == [
        "out_of_range"
    ]


@pytest.mark.parametrize(
    "value", [None, True, 0, 1.5, "", "x", [], [1], [[]], {}, {"k": []}, {"name": 3}, [{"a": 1}]]
)
@pytest.mark.parametrize(
    "of",
    [
        item("A1"),
        item("A1", "scale"),
        item("A1", "count", of="asked"),
        item("A1", "seconds"),
        item("A1", "choices", options=[{"key": "a", "text": {"en": "a"}}]),
        item("A1", "number"),
        item("A1", "text"),
        item("A1", "date"),
        item("A1", "signature"),
    ],
    ids=lambda of: str(of["kind"]),
)
def test_no_value_whatever_breaks_the_check(of: Data, value: Any) -> None:
    for reason in reasons(of, value):
        assert reason.item == "A1"


def test_no_text_is_longer_than_twenty_thousand_characters() -> None:
    assert reasons(item("A1", "text"), "x" * 20_000) == []
    assert [reason.code for reason in reasons(item("A1", "text"), "x" * 20_001)] == ["too_long"]


def test_answers_that_are_in_the_way_of_others_are_judged_each_by_itself() -> None:
    listed = checklist(section("S", item("A1"), item("A2", "scale"), item("A3", "date")))
    answers: Data = {"A1": {"value": "yes"}, "A2": {"value": 9}, "A3": {"value": "soon"}, "Z": {}}
    found = check_answers(listed, answers, {}, {}, ANNOUNCED)
    assert [(reason.item, reason.code) for reason in found] == [
        ("Z", "unknown_item"),
        ("A2", "out_of_range"),
        ("A3", "wrong_type"),
    ]
