"""Drawings are put onto the page as WeasyPrint's own, slower SVG would put them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest
from PIL import Image, ImageChops
from weasyprint import HTML
from weasyprint.document import DiskCache
from weasyprint.text.fonts import FontConfiguration

from auditapi.reports import drawing
from auditapi.reports.charts import Point, bar, history
from auditapi.reports.failures import RenderFailed
from auditapi.reports.marks_svg import Sheet, overlay

PAGE = """<html><head><style>
@page {{ size: 100mm 80mm; margin: 4mm }}
svg, img {{ display: block }}
svg text {{ font-family: "Noto Sans", "Noto Sans KR" }}
</style></head><body>{}</body></html>"""
SHEET = Sheet(80.0, 60.0)
HOW_MANY = 24
SIGNED = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="signature" viewBox="0 0 60 20" width="60mm" '
    'height="20mm"><title>Signature</title><path d="M3 4L20 15L40 2M50 10L50 10" fill="none" '
    'stroke="#1c2430" stroke-width="0.45" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
POINTS = [
    Point(value=61.5, figure="61.5", day="2 Oct", failed=True),
    Point(value=None, figure="–", day="9 Oct"),
    Point(value=88.0, figure="88", day="1 Jan"),
]


def pixels(pdf: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[0].render(scale=3).to_pil()
        return picture.convert("L")


def by_weasyprint(svg: str) -> Image.Image:
    return pixels(HTML(string=PAGE.format(svg)).write_pdf())


def by_us(svg: str) -> Image.Image:
    fonts = FontConfiguration()
    root = ElementTree.fromstring(f"<body>{svg}</body>")
    with tempfile.TemporaryDirectory() as folder:
        images = DiskCache(Path(folder) / "images")
        for address, drawn in drawing.taken_out(root, fonts).items():
            images[address] = drawn
        page = HTML(string=PAGE.format(ElementTree.tostring(root[0], encoding="unicode")))
        return pixels(page.render(font_config=fonts, cache=images).write_pdf())


def strangers(one: Image.Image, other: Image.Image) -> int:
    """Pixels that differ by more than the smoothing of an edge."""
    difference = ImageChops.difference(one, other).point(lambda value: 255 * (value > 60))
    return difference.histogram()[255]


def any_marks(chance: Random) -> list[dict[str, Any]]:
    """One to four, anywhere: boxes and ellipses may begin inside and end far outside."""

    def place() -> list[float]:
        return [chance.random(), chance.random()]

    def mark() -> dict[str, Any]:
        size = [0.02 + 0.98 * chance.random(), 0.02 + 0.98 * chance.random()]
        line = [place() for _ in range(chance.randint(1, 12))]
        return chance.choice(
            [
                {"kind": "arrow", "from": place(), "to": place()},
                {"kind": "box", "at": place(), "size": size},
                {"kind": "ellipse", "at": place(), "size": size},
                {"kind": "freehand", "points": line},
            ]
        )

    colours = ["#d92020", "#ffd400", "#005bbb", "#111111"]
    return [mark() | {"color": chance.choice(colours)} for _ in range(chance.randint(1, 4))]


@pytest.mark.parametrize("seed", range(HOW_MANY))
def test_marks_look_as_the_slower_svg_would_have_them(seed: int) -> None:
    svg = overlay(any_marks(Random(seed)), SHEET, "Marks")
    assert strangers(by_us(svg), by_weasyprint(svg)) <= 8


@pytest.mark.parametrize(
    "svg",
    [
        bar(71.0, 55.5, "#0b6b61", "71 %"),
        bar(None, None, "#0b6b61", "not rated"),
        SIGNED,
    ],
    ids=["bar", "empty bar", "signature"],
)
def test_charts_and_signatures_look_the_same_too(svg: str) -> None:
    drawn = by_us(svg)
    assert strangers(drawn, by_weasyprint(svg)) <= 8
    assert min(drawn.tobytes()) < 240


def test_the_words_of_a_chart_stand_where_they_stood() -> None:
    svg = history(POINTS, "#0b6b61", "Last audits")
    assert strangers(by_us(svg), by_weasyprint(svg)) <= 200


def test_a_drawing_is_an_image_that_says_what_it_shows() -> None:
    svg = overlay([{"kind": "box", "at": [0.1, 0.1], "size": [0.2, 0.2]}], SHEET, "1 box & more")
    root = ElementTree.fromstring(f"<p>before {svg} after</p>".replace(" & ", " &amp; "))
    drawings = drawing.taken_out(root, FontConfiguration())
    (image,) = root
    assert image.tag == "img"
    assert image.attrib == {"src": "drawing:0", "class": "marks", "alt": "1 box & more"}
    assert image.tail == " after"
    assert list(image) == []
    wide, high, ratio = drawings["drawing:0"].get_intrinsic_size(1, 16)
    assert (wide, high) == pytest.approx((80 * 96 / 25.4, 60 * 96 / 25.4))
    assert ratio == pytest.approx(80 / 60)


@pytest.mark.parametrize(
    "stranger",
    ['<image href="file:///etc/passwd"/>', '<use href="#x"/>', "<foreignObject/>", "<style/>"],
)
def test_what_we_never_draw_fails_the_render(stranger: str) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="1mm" height="1mm">'
        f"<title>x</title>{stranger}</svg>"
    )
    root = ElementTree.fromstring(f"<p>{svg}</p>")
    with pytest.raises(RenderFailed, match="never draw"):
        drawing.taken_out(root, FontConfiguration())
