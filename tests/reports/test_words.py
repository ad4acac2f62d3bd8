"""The report's own words: complete in every language, dates and figures as readers write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from babel import Locale

from auditapi.reports.view import LANGUAGES
from auditapi.reports.words import Words, catalogue, rounded

ENGLISH = catalogue("en")


def entries(words: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for group, members in words.items():
        for name, word in members.items():
            yield f"{group}.{name}", word


def blanks(word: Any) -> set[str]:
    forms = word.values() if isinstance(word, dict) else [word]
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: str) -> None:
    assert dict(entries(catalogue(language))).keys() == dict(entries(ENGLISH)).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_leaves_the_same_blanks_in_every_language(language: str) -> None:
    for key, word in entries(catalogue(language)):
        # A form for «one» may say it without its number.
        assert blanks(word) == blanks(dict(entries(ENGLISH))[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_with_forms_has_all_that_its_language_needs(language: str) -> None:
    rule = Locale.parse(language.replace("-", "_")).plural_form
    for key, word in entries(catalogue(language)):
        if isinstance(word, dict):
            assert word.keys() == set(rule.tags) | {"other"}, key


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_word_was_left_in_english(language: str) -> None:
    same = {"SHA-256", "–", "{section}: {now}"}
    for key, word in entries(catalogue(language)):
        if isinstance(word, str) and re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}", "", word)):
            assert word in same or word != dict(entries(ENGLISH))[key], key


def test_dates_are_written_as_the_reader_s_country_does() -> None:
    written = [Words(language).day("2026-11-20") for language in LANGUAGES]
    assert written == [
        "20 November 2026",
        "2026년 11월 20일",
        "2026年11月20日",
        "20 ноября 2026\u202fг.",
    ]


def test_another_country_of_the_same_language_writes_another_date() -> None:
    assert Words("en", "US").day("2026-11-20") == "November 20, 2026"


def test_percentages_have_one_decimal_and_the_language_s_own_point() -> None:
    written = [Words(language).percent(Fraction(2501, 30)) for language in LANGUAGES]
    assert written == ["83.4%", "83.4%", "83.4%", "83,4\u00a0%"]


def test_a_half_is_rounded_up_as_it_was_decided() -> None:
    assert [str(rounded(Fraction(n, 100))) for n in (8995, 8994, 9375)] == ["90.0", "89.9", "93.8"]


def test_times_are_told_in_the_store_s_time_zone() -> None:
    assert Words("en").time("2026-11-20T01:02:11+00:00", "Asia/Seoul") == "10:02"


def test_a_time_without_offset_is_meant_on_the_store_s_clocks() -> None:
    assert Words("en").time("2026-11-20T10:02:11", "Asia/Seoul") == "10:02"


def test_russian_counts_its_nouns() -> None:
    told = [Words("ru")("first.criticals", n=n) for n in (1, 3, 5, 21)]
    assert [one.split()[-1] for one in told] == ["нарушение", "нарушения", "нарушений", "нарушение"]


@pytest.mark.parametrize(
    ("language", "country", "morning", "whole_day"),
    [
        ("en", "GB", "10:02–11:36", "10:02–15:04"),
        ("en", "US", "10:02–11:36\u202fAM", "10:02\u202fAM–3:04\u202fPM"),
        ("ko", "KR", "오전 10:02~11:36", "오전 10:02~오후 3:04"),
        ("zh-Hant", "TW", "上午10:02–11:36", "上午10:02–下午3:04"),
        ("ru", "RU", "10:02–11:36", "10:02–15:04"),
    ],
)
def test_the_half_of_the_day_that_two_times_share_is_written_once(
    language: str, country: str, morning: str, whole_day: str
) -> None:
    begin, noon, later = (f"2026-11-20T{at}+09:00" for at in ("10:02:11", "11:36:40", "15:04:00"))
    words = Words(language, country)
    assert words.span(begin, noon, "Asia/Seoul") == morning
    assert words.span(begin, later, "Asia/Seoul") == whole_day


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "15:04"), ("ko", "오후 3:04"), ("zh-Hant", "下午3:04"), ("ru", "15:04")],
)
def test_the_halves_of_the_day_are_told_in_the_reader_s_words(language: Any, told: str) -> None:
    assert Words(language).time("2026-11-20T06:04:00+00:00", "Asia/Seoul") == told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "20 November 2026, 15:04"),
        ("ko", "2026년 11월 20일 오후 3:04"),
        ("zh-Hant", "2026年11月20日 下午3:04"),
        ("ru", "20 ноября 2026\u202fг., 15:04"),
    ],
)
def test_a_day_and_its_time_are_joined_as_the_language_does(language: Any, told: str) -> None:
    assert Words(language).moment("2026-11-20T06:04:00+00:00", "Asia/Seoul") == told
