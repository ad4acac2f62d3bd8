"""Scoring beyond the worked examples: every kind, every refusal, every order of steps."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from auditapi.checklists.scoring import NotScorable, printed, score
from tests.checklists.builders import (
    ANNOUNCED,
    NO_STORE,
    SHOP,
    Data,
    checklist,
    given,
    item,
    na,
    option,
    scored,
    section,
    together,
)


def result(of: Data, value: Any) -> Fraction | None:
    """The result of one item for one value."""
    return scored(checklist(section("S", of)), given(**{of["key"]: value})).items[0].r


@pytest.mark.parametrize(("good", "value", "r"), [("yes", "no", 0), ("no", "no", 1)])
def test_a_no_can_be_the_good_answer(good: str, value: str, r: int) -> None:
    assert result(item("A1", weight=1, good=good), value) == r


@pytest.mark.parametrize(("point", "r"), [(1, 0), (2, Fraction(1, 3)), (4, 1)])
def test_a_scale_reaches_from_its_first_to_its_last_anchor(point: int, r: Fraction) -> None:
    anchors = {n: {"en": str(n)} for n in range(1, 5)}
    assert result(item("A1", "scale", weight=1, anchors=anchors), point) == r


@pytest.mark.parametrize(("faults", "r"), [(0, 1), (1, 0.5), (2, 0.5), (3, 0), (99, 0)])
def test_a_count_by_steps_takes_the_first_bound_that_is_not_exceeded(faults: int, r: float) -> None:
    assert result(item("A2", "count", weight=1, steps=[[0, 1], [2, 0.5]]), faults) == r


def test_a_choice_earns_its_options_points() -> None:
    options = [option("none", 1), option("some", 0.1)]
    assert result(item("A6", "choice", weight=1, options=options), "some") == Fraction(1, 10)


@pytest.mark.parametrize(
    ("chosen", "r"), [(["a"], 0.5), (["a", "b"], 1), (["c"], 0), (["a", "b", "c"], 0.5)]
)
def test_several_options_are_added_and_clipped(chosen: list[str], r: float) -> None:
    options = [option("a", 0.5), option("b", 0.75), option("c", -0.75)]
    assert result(item("A6", "choices", weight=1, options=options), chosen) == r


def test_an_option_that_is_not_scored_takes_the_item_out() -> None:
    options = [option("good", 1), option("none", scored=False)]
    listed = checklist(section("S", item("A6", "choice", weight=1, options=options)))
    only = scored(listed, given(A6="none")).items[0]
    assert together(only.r, only.left_out) == (None, "option_not_scored")


def test_items_without_a_weight_and_kinds_that_are_never_scored_are_left_out() -> None:
    listed = checklist(section("S", item("A1", weight=1), item("A2"), item("A3", "text")))
    items = scored(listed, given(A1="yes", A2="no", A3="quiet")).items
    assert [i.left_out for i in items] == [None, "unscored", "unscored"]


def test_an_optional_item_left_open_lowers_coverage_and_nothing_else() -> None:
    listed = checklist(section("S", item("A1", weight=3), item("A2", weight=1, required=False)))
    score = scored(listed, given(A1="yes"))
    assert together(score.percentage, score.coverage) == (100, 75)
    assert score.items[1].left_out == "unanswered"


def test_an_item_hidden_by_an_answer_stays_designed() -> None:
    shown_after_yes = item("A2", weight=1, show_if={"item": "A1", "is": "yes"})
    score = scored(checklist(section("S", item("A1", weight=3), shown_after_yes)), given(A1="no"))
    assert score.items[1].left_out == "hidden_by_answer"
    assert score.coverage == 75


def test_an_answer_to_a_hidden_item_is_ignored() -> None:
    covert_only = item("A2", weight=1, show_if={"assignment": "covert", "is": True})
    listed = checklist(section("S", item("A1", weight=1), covert_only))
    with_answer = scored(listed, given(A1="yes", A2="no"))
    assert with_answer == scored(listed, given(A1="yes"))
    assert with_answer.items[1].left_out == "hidden_by_visit"
    assert scored(listed, given(A1="yes", A2="no"), assignment=SHOP).percentage == 50


def test_a_required_item_without_an_answer_is_never_taken_for_zero() -> None:
    listed = checklist(section("S", item("A1", weight=1), item("A2", weight=1)))
    with pytest.raises(NotScorable) as refused:
        scored(listed, given(A1="yes"))
    assert [(r.item, r.code) for r in refused.value.reasons] == [("A2", "required")]


def test_an_invalid_answer_is_not_scored() -> None:
    listed = checklist(section("S", item("A1", "count", weight=1, of=10)))
    with pytest.raises(NotScorable, match="A1: k_above_n"):
        scored(listed, given(A1=11))


def test_a_missing_comment_does_not_prevent_a_score() -> None:
    commented = item("A1", weight=1, evidence=[{"needs": "comment", "when": "no"}])
    assert scored(checklist(section("S", commented)), given(A1="no")).percentage == 0


def test_a_required_photo_is_missed_only_where_photos_are_counted() -> None:
    listed = checklist(section("S", item("A1", weight=1), item("A7", "photo")))
    answers = given(A1="yes")
    assert score(listed, answers, NO_STORE, ANNOUNCED).percentage == 100
    assert score(listed, answers, NO_STORE, ANNOUNCED, {"A7": 1}).percentage == 100
    with pytest.raises(NotScorable, match="A7: required"):
        score(listed, answers, NO_STORE, ANNOUNCED, {})


@pytest.mark.parametrize(
    ("method", "percentage"), [("weighted", 60), ("sections", 60), ("pooled", 50)]
)
def test_a_failed_section_earns_nothing_and_keeps_its_coverage(
    method: str, percentage: int
) -> None:
    listed = checklist(
        section("S1", item("A1", weight=3), item("A2", weight=1, critical="fail_section")),
        section("S2", item("B1", weight=4), weight=15),
        method=method,
    )
    score = scored(listed, given(A1="yes", A2="no", B1="yes"))
    first = score.sections[0]
    assert together(first.raw, first.percentage, first.coverage) == (75, 0, 100)
    assert first.failed_by == ("A2",)
    assert score.percentage == percentage
    assert score.raw is not None
    assert score.raw > percentage


def test_the_lowest_of_several_caps_counts_and_comes_after_the_bonus() -> None:
    listed = checklist(
        section(
            "S",
            item("A1", weight=98),
            item("A2", weight=1, critical={"cap": 70}),
            item("A3", weight=1, critical={"cap": 60}),
            item("X", weight=5, bonus=True),
        )
    )
    score = scored(listed, given(A1="yes", A2="no", A3="no", X="yes"))
    assert together(score.raw, score.overall.with_bonus, score.percentage) == (98, 100, 60)


def test_a_cap_never_lifts_a_result() -> None:
    listed = checklist(
        section("S", item("A1", weight=9), item("A2", weight=1, critical={"cap": 60}))
    )
    assert scored(listed, given(A1="no", A2="no")).percentage == 0


@pytest.mark.parametrize(("point", "fires"), [(3, True), (4, False), (5, False)])
def test_a_critical_fires_below_its_own_bound(point: int, fires: bool) -> None:
    strict = item("A1", "scale", weight=1, max=5, critical="fail_visit", critical_below=0.75)
    score = scored(checklist(section("S", strict)), given(A1=point))
    assert (score.outcome == "fail") is fires


def test_a_critical_that_is_not_applicable_or_hidden_does_nothing() -> None:
    listed = checklist(
        section(
            "S",
            item("A1", weight=98),
            item("A2", weight=1, na=True, critical="fail_visit"),
            item(
                "A3",
                weight=1,
                critical="fail_visit",
                show_if={"assignment": "covert", "is": True},
            ),
        )
    )
    score = scored(listed, {**given(A1="yes", A3="no"), "A2": na()})
    assert together(score.outcome, score.criticals) == ("pass", ())


def test_a_critical_without_the_evidence_it_needs_is_provisional() -> None:
    proof = [{"needs": "photo", "when": "no"}, {"needs": "comment", "when": "no"}]
    exits = item("F6", weight=1, critical="fail_visit", evidence=proof)
    listed = checklist(section("S", exits))
    bare = score(listed, given(F6="no"), NO_STORE, ANNOUNCED, {})
    assert bare.provisional
    assert bare.criticals[0].missing_evidence == ("photo", "comment")
    assert bare.outcome == "fail"
    noted = {"F6": {"value": "no", "note": "Pallets before the east exit."}}
    assert not score(listed, noted, NO_STORE, ANNOUNCED, {"F6": 1}).provisional


@pytest.mark.parametrize(
    ("earned", "outcome", "band"),
    [(9000, "pass", "A"), (8995, "pass", "A"), (8994, "pass", "B"), (7995, "pass", "B")],
)
def test_bands_and_marks_compare_what_is_printed(earned: int, outcome: str, band: str) -> None:
    listed = checklist(
        section("S", item("A1", weight=earned), item("A2", weight=10000 - earned)), pass_mark=80
    )
    score = scored(listed, given(A1="yes", A2="no"))
    assert together(score.outcome, score.band) == (outcome, band)


def test_below_the_pass_mark_the_visit_fails_and_prints_no_band() -> None:
    listed = checklist(section("S", item("A1", weight=79), item("A2", weight=21)), pass_mark=80)
    score = scored(listed, given(A1="yes", A2="no"))
    assert together(score.outcome, score.band) == ("fail", None)
    assert [(why.cause, why.key) for why in score.why] == [("pass_mark", None)]


def test_a_section_below_its_own_mark_fails_the_visit() -> None:
    listed = checklist(
        section("S1", item("A1", weight=1), weight=90),
        section("S2", item("B1", weight=1), weight=10, pass_mark=70),
    )
    score = scored(listed, given(A1="yes", B1="no"))
    assert together(score.percentage, score.outcome) == (90, "fail")
    assert [(why.cause, why.key) for why in score.why] == [("section_pass_mark", "S2")]


def test_a_failed_visit_comes_before_a_coverage_that_is_too_low() -> None:
    listed = checklist(
        section("S", item("A1", weight=1, critical="fail_visit"), item("A2", weight=9, na=True))
    )
    score = scored(listed, {**given(A1="no"), "A2": na()})
    assert together(score.coverage, score.outcome) == (10, "fail")


def test_a_coverage_that_prints_as_the_floor_is_enough() -> None:
    listed = checklist(
        section("S", item("A1", weight=8495), item("A2", weight=1505, na=True)), coverage_floor=85
    )
    assert scored(listed, {**given(A1="yes"), "A2": na()}).outcome == "pass"


def test_three_figures_stand_beside_the_percentage() -> None:
    points = {"max": 5}
    listed = checklist(
        section(
            "S",
            item("M1", weight=1, tag="must_be"),
            item("M2", "scale", weight=1, tag="must_be", **points),
            item("M3", "scale", weight=1, tag="must_be", met_at=0.5, **points),
            item("L1", "scale", weight=1, **points),
            item("D1", "scale", weight=2, tag="delight", **points),
            item("D2", "scale", weight=2, tag="delight", **points),
            item("D3", weight=2, tag="delight", na=True),
        )
    )
    answers = {**given(M1="no", M2=3, M3=3, L1=5, D1=4, D2=3), "D3": na()}
    figures = scored(listed, answers).figures
    assert (figures.must_be_failed, figures.must_be_applicable) == (2, 3)
    assert (figures.delight_met, figures.delight_applicable) == (1, 2)
    assert figures.core == 100 * Fraction(0 + Fraction(1, 2) + Fraction(1, 2) + 1) / 4


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction("89.95"), "90.0"),
        (Fraction("89.949"), "89.9"),
        (Fraction("93.75"), "93.8"),
        (Fraction(200, 3), "66.7"),
        (Fraction(0), "0.0"),
        (Fraction(100), "100.0"),
    ],
)
def test_figures_are_printed_with_one_decimal_half_up(value: Fraction, shown: str) -> None:
    assert str(printed(value)) == shown
