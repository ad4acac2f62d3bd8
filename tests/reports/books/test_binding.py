"""Many PDFs as one: pages, numbers, links, bookmarks and tags are right, and memory stays flat."""

from __future__ import annotations

import io
import subprocess
import sys
from functools import cache
from pathlib import Path

import pikepdf
import pypdf
import pytest

from auditapi.reports.books.binding import Binder
from auditapi.reports.contents import Contents, Line
from auditapi.reports.render import renderer
from tests.factories.alone import PEAK_KIB
from tests.reports import pdf, samples

ROOT = Path(__file__).parents[3]
LONG = 40
SHELF = samples.jpeg(320, 240, seed=3)


@cache
def report(variant: str = "full", photos: int = 1) -> bytes:
    """With enough photos it has contents of its own, whose lines are links."""
    shown = [samples.photo(SHELF, item="A2", marks=samples.MARKS)] * photos
    made = samples.report(photos=shown, bad=2, variant=variant)
    return pdf.made(made, samples.pictures_of(SHELF))


def contents(pages: list[int], **changes: object) -> bytes:
    lines = [
        Line(
            number=number, store=f"N{number}", name="강남역점", day="20 November 2026",
            kind="Announced audit", result="90.4%, Passed", page=str(page),
        )
        for number, page in enumerate(pages, 1)
    ]  # fmt: skip
    values: dict[str, object] = {
        "title": "Store reports: North",
        "organisation": "Hanbit Retail",
        "accent": "#0b6b61",
        "language": "en",
        "paper": "A4",
        "facts": (("Period", "1 to 30 November 2026"), ("Reports", str(len(pages)))),
        "heads": ("Store", "Name", "Day", "Kind", "Result", "Page"),
        "footer": "Store reports",
        "lines": tuple(lines),
        **changes,
    }
    return renderer().render(Contents(**values), {})  # type: ignore[arg-type]


@cache
def book() -> bytes:
    """Of three reports, the second of which is a short one."""
    target = io.BytesIO()
    binder = Binder(target.write, title="Store reports: 북부", language="en", reports=3)
    reports = [report(), report("short"), report(photos=LONG)]
    firsts = [binder.add(one, f"N{number} · 강남역점") for number, one in enumerate(reports, 1)]
    binder.finish(contents(firsts))
    return target.getvalue()


def opened() -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(book()))


@cache
def reader() -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(book()))


LENGTHS = [
    1,
    pdf.page_count(report()),
    pdf.page_count(report("short")),
    pdf.page_count(report(photos=LONG)),
]
FIRSTS = [1, 1 + LENGTHS[1], 1 + LENGTHS[1] + LENGTHS[2]]


def test_qpdf_finds_nothing_wrong() -> None:
    with opened() as book_:
        assert book_.check_pdf_syntax() == []
        assert len(book_.pages) == sum(LENGTHS)


def test_every_page_says_what_it_said_before_and_its_number_in_the_book() -> None:
    alone = pypdf.PdfReader(io.BytesIO(report("short"))).pages
    for place, page in enumerate(alone):
        number = FIRSTS[1] + place
        bound = reader().pages[LENGTHS[0] + number - 1].extract_text()
        assert " ".join(bound.split()) == " ".join(f"{page.extract_text()} {number}".split())


def test_pages_look_as_before_but_for_the_number_at_the_foot() -> None:
    alone = pdf.pixels(report(), 1)
    bound = pdf.pixels(book(), LENGTHS[0] + 1)
    upper = (0, 0, alone.width, alone.height - 60)
    assert alone.crop(upper).tobytes() == bound.crop(upper).tobytes()
    assert alone.tobytes() != bound.tobytes()


def test_contents_are_numbered_in_roman_and_reports_from_one() -> None:
    labels = reader().page_labels
    assert labels[:3] == ["i", "1", "2"]
    assert labels[-1] == str(sum(LENGTHS[1:]))


def test_the_contents_lead_to_each_reports_first_page() -> None:
    with opened() as book_:
        places = {page.obj.objgen: number for number, page in enumerate(book_.pages)}
        notes = book_.pages[0].obj.Annots
        led = [places[note.Dest[0].objgen] for note in notes]
        assert led == [LENGTHS[0] + first - 1 for first in FIRSTS]
        assert not any("/URI" in note.get("/A", {}) for note in notes)


def test_bookmarks_name_the_reports_and_hold_their_own() -> None:
    with opened() as book_, book_.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert titles == ["Store reports: 북부", *(f"N{n} · 강남역점" for n in (1, 2, 3))]
        assert outline.root[1].children[0].title == "What went wrong"
        places = {page.obj.objgen: number for number, page in enumerate(book_.pages)}
        second = outline.root[3].children[0].destination
        assert isinstance(second, pikepdf.Array)
        assert places[second[0].objgen] >= FIRSTS[2]


def test_links_inside_a_report_stay_inside_it() -> None:
    with opened() as book_:
        places = {page.obj.objgen: number for number, page in enumerate(book_.pages)}
        found = 0
        for number, page in enumerate(book_.pages):
            notes: list[pikepdf.Object] = list(page.obj.get("/Annots", pikepdf.Array([])))
            for note in notes if number else []:
                action = note.get("/A", pikepdf.Dictionary())
                target = note.get("/Dest", action.get("/D"))
                if target is None:
                    continue
                found += 1
                part = sum(first <= number for first in FIRSTS)
                assert sum(first <= places[target[0].objgen] for first in FIRSTS) == part
        assert found > 0


def test_every_page_finds_its_own_tags() -> None:
    with opened() as book_:
        tree: dict[int, pikepdf.Object] = {}
        for kid in book_.Root.StructTreeRoot.ParentTree.Kids:
            pairs = list(kid.Nums)
            keys = [int(key) for key in pairs[::2]]
            assert [int(limit) for limit in kid.Limits] == [min(keys), max(keys)]
            assert not set(keys) & set(tree)
            tree.update(dict(zip(keys, pairs[1::2], strict=True)))
        for page in book_.pages:
            marked = [one for one in tree[int(page.obj.StructParents)] if one is not None]
            owners = {one.Pg.objgen for one in marked if "/Pg" in one}
            assert owners == {page.obj.objgen}
        assert len(book_.Root.StructTreeRoot.K) == 4


def test_a_stranger_s_pdf_without_tags_or_bookmarks_can_stand_in_a_book() -> None:
    plain = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 300))
        made.save(plain)
    target = io.BytesIO()
    binder = Binder(target.write, title="Mixed", language="ko", reports=2)
    assert [binder.add(plain.getvalue(), "one"), binder.add(report("short"), "two")] == [1, 2]
    binder.finish(contents([1, 2]))
    with pikepdf.open(target) as book_:
        assert book_.check_pdf_syntax() == []
        assert str(book_.Root.Lang) == "ko"


def test_hostile_names_do_no_more_in_the_contents_than_be_printed() -> None:
    evil = '</style><script>"\\27 } @page { size: 1mm }'
    line = Line(
        number=0, store=evil, name=evil, day="–", kind="–", result="–", page="–", why=evil
    )  # fmt: skip
    made = contents([], lines=(line,), organisation=evil, facts=((evil, evil),))
    assert "script" in pdf.words(made)
    width = float(pypdf.PdfReader(io.BytesIO(made)).pages[0].mediabox.width)
    assert round(width) == 595


MEMORY = f"""
import sys
from auditapi.reports.books.binding import Binder
data = open(sys.argv[1], "rb").read()
count = int(sys.argv[2])
binder = Binder(lambda _: None, title="Many", language="en", reports=count)
for number in range(count):
    binder.add(data, str(number))
binder.finish(data)
print({PEAK_KIB})
"""


@pytest.mark.parametrize("count", [40])
def test_memory_does_not_grow_with_the_reports(tmp_path: Path, count: int) -> None:
    """Kilobytes at the peak, of one report and of many; all of them held would be 40 MB more."""
    one = tmp_path / "one.pdf"
    one.write_bytes(report())
    peaks = []
    for many in (2, count):
        words = [sys.executable, "-c", MEMORY, str(one), str(many)]
        found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        peaks.append(int(found.stdout))
    assert peaks[1] - peaks[0] < 8_000
