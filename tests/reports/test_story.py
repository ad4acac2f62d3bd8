"""What the report tells: in which order, in whose language, and nothing that is not so."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditapi.reports import korean
from auditapi.reports.colour import contrast, readable_on_white
from auditapi.reports.press import Press
from auditapi.reports.specimen import pictures, specimen
from auditapi.reports.story import tell
from auditapi.reports.view import LANGUAGES, Photo
from auditapi.reports.words import Words
from tests.reports import pdf, samples


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def first_page(**changes: Any) -> str:
    report = samples.report(language="en", bad=3, blocks=(), **changes)
    return pdf.page_words(pdf.made(report), 0)


def test_the_first_page_answers_in_the_order_people_ask() -> None:
    assert in_order(
        first_page(assignment=samples.COVERT),
        "SEOUL-014",
        "20 November 2026",
        "Mystery shop, hesitant customer",
        "Failed",
        "critical point",
        "Rated on 100%",
        "What went wrong",
        "What deserves praise",
        "What will be done",
    )


def test_the_first_page_says_why_a_result_was_capped() -> None:
    seen = first_page(assignment=samples.COVERT)
    assert "Counting the answers alone: 74." in seen
    assert "Capped at 70.0% by F1." in seen


def test_the_first_page_shows_the_last_audits_and_how_far_one_visit_can_be_trusted() -> None:
    seen = first_page()
    assert in_order(seen, "71.2", "83.9", "88.4")
    assert "±6.4 points" in seen


def test_a_first_audit_says_that_it_is_the_first() -> None:
    assert "first audit of this kind" in first_page(history=(), trust=None)


def test_five_findings_at_most_stand_on_the_first_page_and_the_rest_follow() -> None:
    story = tell(samples.report(assignment=samples.COVERT, bad=2, language="en"))
    assert [finding.number for finding in story.top] == [1, 2, 3, 4, 5]
    assert story.more[0].number == 6
    assert story.more_follow == f"{len(story.more)} more findings follow on the next pages."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_holds_all_it_must_with_the_longest_notes_and_names(language: Any) -> None:
    """Five findings with notes of 4,000 characters and photos, and a name of 120 characters."""
    shelf = samples.jpeg(960, 1280)
    given = samples.answers(samples.COVERT, bad=2)
    long = {"note": (samples.NOTES[language] * 90)[:4000]}
    given = {key: {**answer, **long} for key, answer in given.items()}
    photos = [samples.photo(shelf, item=key, marks=samples.MARKS) for key in given]
    plain = samples.report(given=given, assignment=samples.COVERT, photos=photos[:40])
    report = replace(
        plain,
        language=language,
        variant="short",
        store=replace(plain.store, name="강남역 Gangnam Station " * 5, address="addr " * 40),
    )
    printed = pdf.made(report, samples.pictures_of(shelf))
    assert Words(language)("actions.title") in pdf.page_words(printed, 0)


def test_the_report_is_in_the_reader_s_language_and_the_note_in_its_own() -> None:
    story = tell(samples.report(language="zh-Hant", notes="ko", bad=3))
    finding = story.top[0]
    assert finding.text.lang == "zh-Hant"
    assert finding.note is not None
    assert finding.note.lang == "ko"


def test_a_checklist_without_the_reader_s_language_is_told_in_its_own() -> None:
    story = tell(samples.report(language="ru", bad=3))
    assert story.top[0].text.lang == "en"
    assert story.head.facts[0][0] == "Дата"


def test_short_korean_words_are_kept_whole_and_long_ones_may_break() -> None:
    said = "음료 냉장고, 칸 abc " + "가" * 13
    assert [said[start:end] for start, end in korean.kept(said)] == ["음료", "냉장고,"]


def test_korean_does_not_break_inside_words() -> None:
    given = samples.answers(samples.ANNOUNCED)
    given["A6"]["note"] = "사다리꼴모양으로 " * 60
    report = samples.report(given=given, language="ko", blocks=("items",))
    lines = pdf.lines(pdf.made(report))
    carrying = [line for line in lines if "사다리꼴" in line or "모양으로" in line]
    assert len(carrying) > 10
    assert all(line.count("사다리꼴") == line.count("모양으로") for line in carrying)


def test_items_that_the_visit_does_not_have_are_not_listed() -> None:
    story = tell(samples.report(assignment=samples.ANNOUNCED, language="en"))
    keys = {row.key for section in story.items for row in section.rows}
    assert "A1" in keys
    assert "G1" not in keys


def test_a_lost_photo_is_shown_as_lost_with_its_reason() -> None:
    lost = Photo(
        sha256="1" * 64, print_sha256=None, width=1, height=1, item="A2", missing="phone broken"
    )
    report = samples.report(photos=[lost], language="en", blocks=("photos", "evidence"))
    seen = pdf.words(pdf.made(report))
    assert "This photo cannot be shown: phone broken" in seen
    assert "Photo 1 " + "1" * 64 in seen


def test_a_change_after_release_is_told_with_its_reason() -> None:
    seen = pdf.words(pdf.made(samples.report(language="en")))
    assert "Revision 2" in seen
    assert "The price on the label was read again from the photo." in seen


def test_the_evidence_page_says_what_is_proven_and_what_is_not() -> None:
    seen = pdf.words(pdf.made(samples.report(language="en")))
    assert "nothing of this audit was changed since it arrived on 20 November 2026" in seen
    assert "What it does not prove" in seen
    assert samples.sha256(b"document") in seen
    assert "7Q4M-K2TD-9XWB-VH3A" in seen


def test_without_a_signed_manifest_nothing_is_claimed_to_be_proven() -> None:
    plain = samples.report(language="en")
    unsigned = replace(plain.evidence, code=None, verify_url=None)
    bare = replace(plain, evidence=unsigned, blocks=("evidence",))
    assert "What this page proves" not in pdf.words(pdf.made(bare))


def test_the_organisation_chooses_blocks_and_their_order() -> None:
    report = samples.report(language="en", blocks=("evidence", "sections"))
    seen = pdf.words(pdf.made(report))
    assert in_order(seen, "What will be done", "Evidence", "SHA-256", "Sections")
    assert "The whole checklist" not in seen


def test_contents_stand_in_reports_of_more_than_ten_pages_only() -> None:
    shelf = samples.jpeg(400, 300)
    photos = [samples.photo(shelf, item="A2") for _ in range(24)]
    pictures = samples.pictures_of(shelf)
    wanted: dict[str, Any] = {
        "language": "en",
        "photo_size": "large",
        "blocks": ("photos", "evidence"),
    }
    long = pdf.made(samples.report(photos=photos, **wanted), pictures)
    short = pdf.made(samples.report(photos=photos[:2], **wanted), pictures)
    assert pdf.page_count(long) > 10
    assert in_order(pdf.words(long), "Contents", "Photos")
    assert pdf.page_count(short) <= 10
    assert "Contents" not in pdf.words(short)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_paper_is_the_one_that_was_asked_for(paper: Any) -> None:
    size = pdf.page_size(pdf.made(samples.report(paper=paper, blocks=())))
    assert size == {"A4": (210, 297), "Letter": (216, 279)}[paper]


def test_pages_say_which_of_how_many_they_are() -> None:
    printed = pdf.made(samples.report(language="en"))
    total = pdf.page_count(printed)
    assert all(f"{n} of {total}" in pdf.page_words(printed, n - 1) for n in range(1, total + 1))


@pytest.mark.parametrize("accent", ["#ffff00", "#ffffff", "#00ffcc", "#1f4e79", "blue", ""])
def test_any_accent_colour_can_be_read_on_paper(accent: str) -> None:
    assert contrast(readable_on_white(accent), "#ffffff") >= 4.5


def test_a_dark_accent_is_left_as_it_is() -> None:
    assert readable_on_white("#0B3D2E").lower() == "#0b3d2e"


def test_the_style_sheet_is_understood_to_the_last_rule(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    shelf = {name: lambda data=data: data for name, data in pictures().items()}
    Press().print(specimen("ko"), shelf, io.BytesIO(), tmp_path)
    assert [record.getMessage() for record in caplog.records] == []
