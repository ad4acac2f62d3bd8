"""Words of unknown origin, made fit to print."""

from __future__ import annotations

import unicodedata

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from auditapi.reports import text
from auditapi.reports.fontset import FONT_FOLDER


def test_a_note_that_is_too_long_is_cut_where_people_see_it() -> None:
    cut = text.clean("가" * 200_000)
    assert len(cut) == text.LONGEST_NOTE
    assert cut.endswith("…")


def test_decomposed_korean_from_a_phone_is_put_together() -> None:
    assert text.clean(unicodedata.normalize("NFD", "강남역점")) == "강남역점"


def test_characters_that_turn_the_direction_of_a_line_are_gone() -> None:
    assert text.clean("price \u202e0001\u202c \u2066x\u2069") == "price 0001 x"


def test_control_characters_and_lone_surrogates_do_not_reach_the_page() -> None:
    assert text.clean("a\x00b\x1bc\ud800d\ufffe") == "abc\ufffdd"


def test_a_pile_of_accents_is_cut_down_to_two() -> None:
    assert len(text.clean("x" + "\u0335" * 400)) == 3


def test_a_character_without_a_glyph_shows_as_a_box() -> None:
    assert text.clean("ก and ☎") == "□ and ☎"


def test_many_empty_lines_become_one() -> None:
    assert text.clean("a\r\n\r\n\r\n\u2028\nb") == "a\n\nb"


def test_the_language_of_a_note_is_told_by_its_script() -> None:
    told = [
        text.language_of(note, "ko")
        for note in ("JBL 스피커 2대", "飲料 3 項", "Касса 2", "Two gaps", "12:30")
    ]
    assert told == ["ko", "zh-Hant", "ru", "en", "ko"]


def test_the_list_of_covered_characters_is_that_of_the_fonts() -> None:
    covered = {0x200C, 0x200D, 0xFE0E, 0xFE0F}
    for path in FONT_FOLDER.glob("*.ttf"):
        with TTFont(path) as font:
            covered |= set(font.getBestCmap())
    lines = (FONT_FOLDER / "coverage.txt").read_text(encoding="ascii").split()
    listed = {
        code
        for line in lines
        for code in range(int(line.split("-")[0], 16), int(line.split("-")[1], 16) + 1)
    }
    assert listed <= covered
    printable = {c for c in covered if unicodedata.category(chr(c)) not in {"Cc", "Co", "Cn"}}
    assert printable - listed <= set(range(0xA0))


@settings(deadline=None)
@given(st.text(max_size=400), st.integers(1, 80))
def test_whatever_was_typed_comes_out_short_normal_and_legal_in_xml(typed: str, limit: int) -> None:
    cleaned = text.clean(typed, limit)
    assert len(cleaned) <= limit
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    once = text.clean(typed)
    assert text.clean(once) == once
