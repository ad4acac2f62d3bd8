"""What a store may know, as plain rules."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.audits import audience
from auditapi.audits.audience import View
from auditapi.audits.names import HIDDEN_NAME, NameHider


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


@pytest.mark.parametrize(
    ("name", "written", "left"),
    [
        ("Cleo Marlow", "Cleo asked, MARLOW noted.", "[…] asked, […] noted."),
        ("Cleo Marlow", "Marlow Cleo; Marlow, Cleo", "[…]; […]"),
        (
            "Anna van der Berg",
            "Berg took the van to der Iceberg",
            "[…] took the van to der Iceberg",
        ),
        ("김민수", "김 민수, 민수 김, 민수가 민수 씨", "[…], […], […]가 […] 씨"),
        ("김 민수", "김민수님, 민수입니다.", "[…]님, […]입니다."),
        ("남궁민수", "남궁 민수와 민수", "[…]와 […]"),
        ("陳小明", "陳 小明，小明說 小明 陳", "[…]，[…]說 […]"),
    ],
)
def test_a_person_is_hidden_however_a_note_calls_them(name: str, written: str, left: str) -> None:
    assert NameHider([name])(written) == left


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Cleo Marlow", "Cleopatra; cleo; a marlowe"),
        ("Will Mark", "Will you help me? Mark the shelf."),
        ("Store Manager", "The Store was clean, the Manager kind."),
        ("Ada X", "X marks the spot"),
        ("김하나", "하나도 없었다. 음료 하나, 빵 하나"),
        ("김민수", "민수기, 국민수영장"),
        ("陳安全", "安全出口前沒有堆放物"),
        ("이준", "상품이 준비되어 있었다"),
        ("김민수", f"민수{'이가' * 200}뷁"),  # no Korean, and answered at once
    ],
)
def test_words_that_are_names_too_are_left_as_they_are(name: str, written: str) -> None:
    assert NameHider([name])(written) == written


def test_a_word_that_is_a_name_is_hidden_where_it_can_only_be_one() -> None:
    hide = NameHider(["Will Mark", "김하나"])
    assert hide("He said Will was late. 하나 씨가 왔다") == "He said […] was late. […] 씨가 왔다"


def test_what_somebody_signed_with_is_hidden_whole_only() -> None:
    hide = NameHider([], signed=["Shop Manager on duty"])
    assert hide("The Shop Manager: shop manager on duty") == "The Shop Manager: […]"


@given(st.lists(st.text(min_size=1, max_size=12)), st.text())
def test_no_name_whatever_breaks_the_hiding(names: list[str], written: str) -> None:
    hide = NameHider(names, signed=names)
    assert hide(written).count(HIDDEN_NAME) <= len(written) + written.count(HIDDEN_NAME)


def test_without_names_nothing_is_hidden() -> None:
    assert NameHider([])("Cleo") == "Cleo"


def test_a_score_by_an_older_checklist_tells_a_store_nothing_of_private_items() -> None:
    """Scored items for head office alone are refused by now; frozen versions may have some."""
    score = {
        "outcome": "fail",
        "why": [{"cause": "fail_visit", "key": "H1"}, {"cause": "fail_visit", "key": "A1"}],
        "criticals": [{"item": "H1"}, {"item": "A1"}],
        "sections": [{"key": "S", "failed_by": ["H1"]}],
        "items": [{"key": key, "r": "0", "answer": "no"} for key in ("A1", "H1", "PAD")],
    }
    told = audience.score_for_store(score, frozenset({"A1"}), {"A1": {"value": "no"}})
    assert told == {
        "outcome": "fail",
        "why": [{"cause": "fail_visit", "key": "A1"}],
        "criticals": [{"item": "A1"}],
        "sections": [{"key": "S", "failed_by": []}],
        "items": [{"key": "A1", "r": "0", "answer": "no"}],
    }


def test_what_is_signed_with_no_name_or_is_no_answer_signs_nothing() -> None:
    answers = {"A": {"value": {"name": 3}}, "B": "x", "C": {"value": {"name": " "}}, "D": {}}
    assert audience.signed_names(answers, [[{"item": "A", "answer": None}]]) == []


def test_who_signed_a_revision_that_another_replaced_has_signed_too() -> None:
    def signed(name: str) -> dict[str, Any]:
        return {"value": {"name": name, "strokes": []}}

    revisions = [[{"item": "S1", "answer": signed(name)}] for name in ("Mia Roe", "Jan Lim")]
    sealed = {"S1": signed("Sam Ito"), "A1": {"value": "yes"}}
    assert audience.signed_names(sealed, revisions) == ["Sam Ito", "Mia Roe", "Jan Lim"]


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
