"""The file itself: conformance by independent checkers, fonts, text, attachments."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import page
import pdfua
import pikepdf
import pypdf
import pytest

from auditapi.reports.view import LANGUAGES
from tests.reports import pdf, samples

PHOTOS = tuple(
    samples.jpeg(*size, seed=seed)
    for seed, size in enumerate([(1280, 960), (960, 1280), (1280, 320)])
)
VARIANTS = ("full", "short", "photo_sheet")


@cache
def printed(language: Any, conformance: Any = "ua", variant: Any = "full") -> bytes:
    photos = [
        samples.photo(data, item=item, marks=samples.MARKS, caption="둘째 칸 JBL 스피커, 第二層")
        for data, item in zip(PHOTOS, ("A2", "A2", "D1"), strict=True)
    ]
    report = samples.report(
        photos=photos,
        bad=2,
        language=language,
        conformance=conformance,
        variant=variant,
        notes=language,
        sections="ACDFZ",
    )
    return pdf.made(report, samples.pictures_of(*PHOTOS))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variant_in_every_language_is_pdf_ua(language: str, variant: str) -> None:
    report = page.validate_pdf_bytes(
        printed(language, variant=variant), profile=page.ValidationProfile.PDF_UA_1
    )
    assert [failure.message for failure in report.failures] == []
    assert report.is_compliant


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_archived_report_is_pdf_a_3a(language: str) -> None:
    report = page.validate_pdf_bytes(
        printed(language, "archive"), profile=page.ValidationProfile.PDF_A_3A
    )
    assert [failure.message for failure in report.failures] == []
    assert report.is_compliant


def test_a_second_checker_finds_nothing_either(tmp_path: Path) -> None:
    (report := tmp_path / "report.pdf").write_bytes(printed("ko"))
    assert [str(found) for found in pdfua.validate(str(report)).findings] == []


@pytest.mark.parametrize("conformance", ["ua", "archive"])
def test_qpdf_finds_no_fault_in_the_file(conformance: str) -> None:
    with pikepdf.open(io.BytesIO(printed("ko", conformance))) as opened:
        assert opened.check_pdf_syntax() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_font_is_embedded_and_is_one_of_ours(language: str) -> None:
    names = set()
    with pikepdf.open(io.BytesIO(printed(language))) as opened:
        for entry in opened.objects:
            if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/FontDescriptor":
                assert "/FontFile2" in entry or "/FontFile3" in entry
                names.add(str(entry["/FontName"]).split("+")[1].replace("-", ""))
    assert names
    assert all(name.startswith(("NotoSans", "NotoEmoji")) for name in names)


def test_korean_text_reads_right() -> None:
    assert "강남역점" in pdf.words(printed("ko"))
    assert "무작위로 고른 상품 20개 중" in pdf.words(printed("ko"))


def test_chinese_text_reads_right() -> None:
    assert "隨機抽查 20 項商品" in pdf.words(printed("zh-Hant"))


def test_a_line_of_three_scripts_reads_right() -> None:
    assert "둘째 칸 JBL 스피커, 第二層" in pdf.words(printed("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_says_its_language_and_its_title(language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed(language)))
    assert str(reader.root_object["/Lang"]) == language
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("SEOUL-014 강남역점")


def test_what_was_written_in_another_language_is_marked_as_such() -> None:
    with pikepdf.open(io.BytesIO(printed("en"))) as opened:
        told = {str(o["/Lang"]) for o in opened.objects
                if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/Lang" in o}  # fmt: skip
    assert told == {"ko"}


def test_there_are_bookmarks_for_the_blocks() -> None:
    outline = pypdf.PdfReader(io.BytesIO(printed("en"))).outline
    titles = [entry.title for entry in outline if isinstance(entry, dict)]
    assert titles == [
        "What went wrong",
        "What deserves praise",
        "What will be done",
        "Other findings",
        "Sections",
        "The whole checklist",
        "Photos",
        "What was changed",
        "Evidence",
    ]


def test_every_figure_says_what_it_shows() -> None:
    with pikepdf.open(io.BytesIO(printed("en"))) as opened:
        figures = [o for o in opened.objects if isinstance(o, pikepdf.Dictionary)
                   and o.get("/S") == "/Figure"]  # fmt: skip
    assert figures
    assert all(str(figure["/Alt"]) for figure in figures)
    told = {str(figure["/Alt"]) for figure in figures}
    assert "Marks on photo 1: 1 arrow, 2 box, 3 “빈자리 two gaps”" in told


def test_header_cells_say_whether_they_head_a_column_or_a_row() -> None:
    with pikepdf.open(io.BytesIO(printed("en"))) as opened:
        scopes = {str(o["/A"].as_dict()["/Scope"]) for o in opened.objects
                  if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/TH"}  # fmt: skip
    assert scopes == {"/Column", "/Row"}


def test_page_numbers_and_running_heads_are_not_read_aloud() -> None:
    with pikepdf.open(io.BytesIO(printed("en"))) as opened:
        for page_ in opened.pages:
            drawn = b" ".join(page_.Contents.read_bytes().split())
            assert b"/Artifact <</Type /Pagination>> BDC" in drawn
        top = opened.Root.StructTreeRoot.K[0]
        assert {str(kid.S) for kid in top.K} <= {"/H1", "/H2", "/H3", "/P", "/L", "/Table",
                                                 "/Figure", "/Span"}  # fmt: skip


def test_no_line_end_can_be_taken_for_data() -> None:
    """Packed data may end in CR: CR and LF stand before each `endstream`, whatever comes before."""
    data = printed("ko", "archive")
    assert data.count(b"\r\nendstream") == data.count(b"endstream") > 5


def test_an_archived_report_carries_the_audit_s_data() -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed("en", "archive")))
    data = json.loads(reader.attachments["audit.json"][0])
    assert data["answers"]["D1"]["value"] == 10
    assert data["score"]["overall"]["percentage"]["printed"]
    assert [photo["item"] for photo in data["photos"]] == ["A2", "A2", "D1"]


def test_photos_go_into_the_file_untouched() -> None:
    assert all(data in printed("ko") for data in PHOTOS)
    assert len(printed("ko")) < 1.4 * sum(map(len, PHOTOS)) + 200_000


_OUTLINING = {"m", "l", "c", "v", "y", "h", "re"}
_PAINTING = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"}
_CLIPPING = {"W", "W*"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_comes_between_a_path_and_its_painting(variant: str) -> None:
    """ISO 32000-1, 8.2: a path object holds its outline, a clip and its painting, no colours."""
    with pikepdf.open(io.BytesIO(printed("en", variant=variant))) as opened:
        for sheet in opened.pages:
            outlined = False
            for operation in pikepdf.parse_content_stream(sheet):
                operator = str(operation.operator)
                if operator in _OUTLINING:
                    outlined = True
                elif outlined and operator not in _CLIPPING:
                    assert operator in _PAINTING
                    outlined = False
            assert not outlined
