"""What a store may know, as plain rules."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.audits import audience
from auditapi.audits.audience import HIDDEN_NAME, NameHider, View


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "night"), (5, "night"), (6, "morning"), (11, "morning"), (12, "afternoon"),
     (16, "afternoon"), (17, "evening"), (21, "evening"), (22, "night"), (23, "night")],
)  # fmt: skip
def test_the_day_has_four_parts(hour: int, part: str) -> None:
    assert audience.part_of_day(datetime(2026, 11, 20, hour, 59, tzinfo=UTC)) == part


def test_each_person_gets_the_widest_view_that_is_theirs() -> None:
    for head_office, store, own, released in product((True, False), repeat=4):
        view = audience.view_of(head_office=head_office, store=store, own=own, released=released)
        if head_office:
            assert view is View.HEAD_OFFICE
        elif store and released:
            assert view is View.STORE
        else:
            assert view is (View.AUDITOR if own else None)


@given(st.text(min_size=1).filter(str.strip), st.text(), st.text())
def test_a_name_is_gone_wherever_it_stands_alone(name: str, before: str, after: str) -> None:
    said = f"{before} {name} {after}"
    left = NameHider([name])(said)
    assert HIDDEN_NAME in left


def test_names_are_found_in_any_case_and_spacing_and_deep_inside() -> None:
    hide = NameHider(["Cleo Example", None, "  "])
    given_ = {"note": "CLEO\n example", "more": ["with Cleo Example.", 7]}
    assert hide(given_) == {"note": HIDDEN_NAME, "more": [f"with {HIDDEN_NAME}.", 7]}


def test_without_names_nothing_is_hidden() -> None:
    assert NameHider([])("Cleo") == "Cleo"


def test_what_is_signed_with_no_name_or_is_no_answer_signs_nothing() -> None:
    answers = {"A": {"value": {"name": 3}}, "B": "x", "C": {"value": {"name": " "}}, "D": {}}
    assert audience.signed_names(answers) == []


def test_a_store_gets_of_an_answer_only_what_the_protocol_names() -> None:
    hide = NameHider(["Cleo Example"])
    given_ = {"value": {"k": 2, "n": 3, "at": "10:02"}, "note": "by Cleo Example", "at": "10:02",
              "source": "counted", "timings": [1.5]}  # fmt: skip
    assert audience.answer_for_store(given_, hide, covert=True) == {
        "value": {"k": 2, "n": 3}, "note": f"by {HIDDEN_NAME}", "source": "counted",
    }  # fmt: skip
    left_out = {"na": True, "reason": "no campaign", "since": "10:02"}
    assert audience.answer_for_store(left_out, hide, covert=False) == {
        "na": True, "reason": "no campaign",
    }  # fmt: skip
    signed = {"value": {"name": "Sam", "strokes": [[[0, 1]]], "at": "10:02"}}
    assert audience.answer_for_store(signed, hide, covert=False) == {
        "value": {"name": None, "strokes": [[[0, 1]]]}
    }
