"""Beside the figure of the first page: why the outcome is what it is, and how the figure came."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from auditapi.checklists.document import Checklist, as_json, digest
from auditapi.reports.story import tell
from auditapi.reports.story_first import details
from auditapi.reports.telling import Telling
from auditapi.reports.view import LANGUAGES, ReportInput
from tests.checklists.builders import Data, checklist, given, item, na, scored, section
from tests.reports import pdf, samples

MUST: Data = {"tag": "must_be"}


def report(of: Checklist, answers: Data, **changes: Any) -> ReportInput:
    plain = samples.report(language="en", history=(), repeated={}, trust=None)
    return replace(
        plain,
        checklist=as_json(of),
        checklist_sha256=digest(of),
        score=scored(of, answers).as_json(),
        answers=answers,
        **changes,
    )


def reasons(of: Checklist, answers: Data, **changes: Any) -> list[str]:
    return details(Telling(report(of, answers, **changes)))


def two_sections(*more: Data) -> Checklist:
    return checklist(
        section("S1", item("A1", weight=60, **MUST), *more, weight=70),
        section(
            "S2",
            item("B1", weight=9, **MUST),
            item("B2", weight=1, critical="fail_section", **MUST),
            weight=30,
        ),
        pass_mark=50,
    )


def test_the_raw_result_stands_beside_that_of_a_failed_section() -> None:
    assert reasons(two_sections(), given(A1="yes", B1="yes", B2="no")) == [
        "Counting the answers alone: 97.0%.",
        "Counted as 0: section S2 because of B2.",
    ]


def test_a_cap_that_binds_nothing_is_not_named() -> None:
    capped = two_sections(item("A2", weight=2, critical={"cap": 95}, **MUST))
    told = reasons(capped, given(A1="yes", A2="no", B1="yes", B2="no"))
    assert told == ["Counting the answers alone: 94.7%.", "Counted as 0: section S2 because of B2."]


def everything() -> Checklist:
    return checklist(
        section(
            "S",
            item("A1", weight=98, **MUST),
            item("A2", weight=1, critical={"cap": 60}, **MUST),
            item("A3", weight=1, critical="fail_visit", **MUST),
            item("A4", weight=1, critical="fail_visit", **MUST),
            item("X", weight=3, bonus=True, tag="delight"),
        ),
        bonus_cap="none",
        pass_mark=50,
    )


def test_what_decided_the_outcome_comes_first_and_is_never_cut() -> None:
    answers = given(A1="yes", A2="no", A3="no", A4="no", X="yes")
    assert reasons(everything(), answers, provisional=("A3",)) == [
        "Failed because of A3, A4, whatever the result.",
        "Counting the answers alone: 97.0%.",
        "Capped at 60.0% by A2.",
        "Provisional: evidence for A3 is still to be confirmed.",
    ]


def test_a_bonus_is_told_with_what_it_added() -> None:
    answers = given(A1="yes", A2="yes", A3="yes", A4="yes", X="yes")
    assert reasons(everything(), answers) == [
        "Counting the answers alone: 100.0%.",
        "Includes 3.0 bonus points.",
    ]
    full = checklist(section("S", item("A", weight=1), item("X", weight=3, bonus=True)))
    assert reasons(full, given(A="yes", X="yes")) == []


def test_all_sections_below_their_marks_are_named_in_one_sentence() -> None:
    marks = [(key, section(key, item(f"{key}1", weight=1), pass_mark=70)) for key in "TUVW"]
    low = checklist(*(made for _, made in marks), pass_mark=50)
    assert reasons(low, given(T1="no", U1="no", V1="no", W1="yes")) == [
        "The pass mark is 50.0%.",
        "Below their own pass mark: section T (70.0%), section U (70.0%), section V (70.0%).",
    ]


def test_nothing_is_explained_where_the_answers_say_all() -> None:
    assert reasons(two_sections(), given(A1="yes", B1="no", B2="yes")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_stand_one_after_the_other(language: Any) -> None:
    answers = given(A1="yes", A2="no", A3="no", A4="no", X="yes")
    told = tell(report(everything(), answers, language=language)).verdict.details
    assert told.count("。" if language == "zh-Hant" else ". ") == 3 - (language != "zh-Hant")
    assert told.endswith("。" if language == "zh-Hant" else ".")
    assert ";" not in told
    assert " 。" not in told


def test_the_first_page_holds_them_all() -> None:
    answers = given(A1="yes", A2="no", A3="no", A4="no", X="yes")
    made = report(everything(), answers, provisional=("A3",), blocks=())
    seen = " ".join(pdf.page_words(pdf.made(made), 0).split())
    assert "Failed because of A3, A4, whatever the result. Counting the answers alone" in seen
    assert "97.0%. Capped at 60.0% by A2. Provisional" in seen


@pytest.mark.parametrize(
    ("rated", "outcome", "told"),
    [(846, "not_rated", "84.6%"), (850, "pass", "85%"), (849.6, "pass", "85%"),
     (999.9, "pass", "99.9%"), (1000, "pass", "100%")],
)  # fmt: skip
def test_coverage_is_told_as_it_was_held_against_the_floor(
    rated: float, outcome: str, told: str
) -> None:
    rest = [item("A2", weight=round(1000 - rated, 1), na=True)] if rated < 1000 else []
    of = checklist(section("S", item("A1", weight=rated), *rest))
    answers = given(A1="yes") | ({"A2": na()} if rest else {})
    verdict = tell(report(of, answers)).verdict
    assert (verdict.outcome, verdict.coverage) == (outcome, f"Rated on {told} of the standard")
    assert (verdict.coverage_note is None) == (outcome == "pass")


@pytest.mark.parametrize(
    ("language", "place", "kind", "when"),
    [
        ("en", "396 Gangnam-daero, Seoul South", "Mystery shop, hesitant customer",
         "20 November 2026, 10:02–11:36"),
        ("ko", "396 Gangnam-daero, Seoul South", "미스터리 쇼핑, 망설이는 고객",
         "2026년 11월 20일 오전 10:02~11:36"),
        ("zh-Hant", "396 Gangnam-daero，Seoul South", "神秘客訪查，猶豫型顧客",
         "2026年11月20日 上午10:02–11:36"),
    ],
)  # fmt: skip
def test_parts_are_joined_as_the_language_joins_them(
    language: Any, place: str, kind: str, when: str
) -> None:
    plain = samples.report(assignment=samples.COVERT, language=language)
    head = tell(replace(plain, store=replace(plain.store, address="396 Gangnam-daero"))).head
    facts = [value.text for _, value in head.facts]
    assert (head.place.text, head.kind, facts[0]) == (place, kind, when)
