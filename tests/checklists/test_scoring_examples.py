"""The worked examples of docs/scoring.md, one after another, and those beside them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from auditapi.checklists.document import Checklist
from auditapi.checklists.scoring import printed
from tests.checklists.builders import checklist, given, item, na, scored, section, together


def three_items() -> Checklist:
    return checklist(
        section(
            "S",
            item("A1", weight=3),
            item("A2", weight=2, na=True),
            item("A3", "scale", weight=1, max=5),
        )
    )


def test_example_1_the_percentage_of_one_section_is_the_weighted_mean_of_its_results() -> None:
    score = scored(three_items(), given(A1="yes", A2="no", A3=4))
    [only] = score.sections
    assert together(only.earned, only.possible) == (Fraction("3.75"), 6)
    assert only.percentage == score.percentage == Fraction("62.5")
    assert score.coverage == 100
    assert score.outcome == "pass"


def test_example_2_what_is_not_applicable_leaves_the_sum_and_lowers_coverage() -> None:
    score = scored(three_items(), {**given(A1="yes", A3=4), "A2": na()})
    assert score.percentage == Fraction("93.75")
    assert str(printed(score.percentage)) == "93.8"
    assert score.coverage == Fraction(400, 6)
    assert str(printed(score.coverage)) == "66.7"
    assert score.outcome == "not_rated"
    assert score.band is None


def two_sections(**second: Any) -> Checklist:
    return checklist(
        section("S1", item("A1", weight=1), item("A2", weight=1), weight=30),
        section("S2", item("B1", weight=4, na=True), weight=10, **second),
    )


def test_example_3_a_section_without_a_percentage_counts_for_coverage_only() -> None:
    score = scored(two_sections(), {**given(A1="yes", A2="no"), "B1": na()})
    assert score.sections[1].percentage is None
    assert together(score.percentage, score.coverage) == (50, 75)
    assert score.outcome == "not_rated"


def test_example_3_a_section_that_the_visit_hides_does_not_lower_coverage() -> None:
    hidden = two_sections(show_if={"assignment": "kind", "is": "mystery_shop"})
    score = scored(hidden, given(A1="yes", A2="no"))
    assert together(score.percentage, score.coverage) == (50, 100)
    assert score.sections[1].designed == 0
    assert score.outcome == "pass"


@pytest.mark.parametrize(
    ("seconds", "r"),
    [
        (0, 1),
        (30, 1),
        (75, Fraction(1, 2)),
        (120, 0),
        (600, 0),
        (52.5, Fraction(3, 4)),
        (30.1, Fraction(899, 900)),
    ],
)
def test_example_4_seconds_fall_in_a_straight_line_from_target_to_limit(
    seconds: float, r: Fraction
) -> None:
    listed = checklist(section("S", item("A1", "seconds", weight=2, target=30, limit=120)))
    assert scored(listed, given(A1=seconds)).items[0].r == r


def test_example_4_a_count_is_its_share() -> None:
    listed = checklist(section("S", item("A1", "count", weight=2, of=20)))
    assert scored(listed, given(A1=17)).items[0].r == Fraction("0.85")


def test_example_4_encounters_are_k_of_n_and_none_at_all_is_not_applicable() -> None:
    listed = checklist(section("S", item("G1", "count", weight=2, of="asked")))
    assert scored(listed, given(G1={"k": 2, "n": 3})).items[0].r == Fraction(2, 3)
    nobody = scored(listed, given(G1={"k": 0, "n": 0}))
    assert nobody.items[0].left_out == "none_counted"
    assert nobody.percentage is None
    assert nobody.outcome == "not_rated"


def ninety_six(critical: Any) -> Checklist:
    return checklist(
        section(
            "S",
            item("A1", weight=96),
            item("A2", weight=4, critical=critical),
            weight=1,
        ),
        pass_mark=50,
    )


def test_example_5_a_cap_limits_the_result_and_the_raw_one_stays_beside_it() -> None:
    score = scored(ninety_six({"cap": 60}), given(A1="yes", A2="no"))
    assert together(score.raw, score.percentage) == (96, 60)
    assert score.outcome == "pass"


def test_example_5_a_failed_visit_keeps_its_percentage() -> None:
    score = scored(ninety_six("fail_visit"), given(A1="yes", A2="no"))
    assert together(score.raw, score.percentage) == (96, 96)
    assert score.outcome == "fail"
    assert [(why.cause, why.key) for why in score.why] == [("fail_visit", "A2")]


def lopsided(method: str) -> Checklist:
    return checklist(
        section("S1", item("A1", weight=5), item("A2", weight=5, na=True), weight=50),
        section("S2", item("B1", weight=2), weight=50),
        method=method,
    )


@pytest.mark.parametrize(
    ("method", "all_answered", "half_not_applicable"),
    [
        ("weighted", 50, Fraction(100, 3)),
        ("sections", 50, 50),
        ("pooled", Fraction(1000, 12), Fraction(500, 7)),
    ],
)
def test_example_6_the_three_methods_differ_in_what_an_na_does_to_its_neighbours(
    method: str, all_answered: Fraction, half_not_applicable: Fraction
) -> None:
    whole = scored(lopsided(method), given(A1="yes", A2="yes", B1="no"))
    assert whole.percentage == all_answered
    half = scored(lopsided(method), {**given(A1="yes", B1="no"), "A2": na()})
    assert half.percentage == half_not_applicable
    assert half.sections[0].coverage == 50
    assert half.coverage == 75


@pytest.mark.parametrize(("cap", "percentage"), [(100, 100), ("none", 101)])
def test_example_7_a_bonus_adds_points_up_to_the_cap(cap: int | str, percentage: int) -> None:
    listed = checklist(
        section("S", item("A1", weight=98), item("A2", weight=2), item("X", weight=3, bonus=True)),
        bonus_cap=cap,
    )
    score = scored(listed, given(A1="yes", A2="no", X="yes"))
    assert together(score.raw, score.overall.bonus, score.percentage) == (98, 3, percentage)
    assert score.sections[0].percentage == 98
    assert score.coverage == 100
