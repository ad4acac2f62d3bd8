"""Marks are drawn where the finger put them: pages rendered to pixels and measured."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from auditapi.photos.derivatives import make
from auditapi.reports.colour import contrast
from auditapi.reports.marks_svg import Sheet, overlay
from auditapi.reports.view import ReportInput
from tests.reports import pdf, samples

DOTS = 6.0  # pixels a millimetre
MAGENTA = "#ff00ff"
TOLERANCE = 0.6  # millimetres: half a stroke and a pixel


def plain(width: int, height: int, grey: int) -> bytes:
    target = io.BytesIO()
    Image.new("L", (width, height), grey).convert("RGB").save(target, "JPEG", quality=75)
    return target.getvalue()


def sheet_of(data: bytes, *marks: dict[str, Any]) -> ReportInput:
    photo = samples.photo(data, item="A2", marks=marks)
    return samples.report(
        photos=[photo], variant="photo_sheet", photo_size="large", language="en", trust=None
    )


def coloured(picture: Image.Image) -> list[tuple[int, int]]:
    """Where the page is magenta: nothing but a mark is."""
    red, green, blue = picture.split()
    strong = ImageChops.multiply(*(one.point(lambda v: 255 * (v > 200)) for one in (red, blue)))
    mask = ImageChops.multiply(strong, green.point(lambda v: 255 * (v < 90)))
    wide = mask.width
    return [
        (hit.start() % wide, hit.start() // wide) for hit in re.finditer(b"\xff", mask.tobytes())
    ]


def photo_corner(pdf_bytes: bytes) -> tuple[float, float, float, float]:
    """Left, top, width, height of the photo on its page, in millimetres."""
    document = pypdfium2.PdfDocument(pdf_bytes)
    page = document[0]
    tall = page.get_height()
    images = [o for o in page.get_objects() if o.type == 3]
    left, bottom, right, top = images[0].get_bounds()
    page.close()
    document.close()
    point = 25.4 / 72
    return left * point, (tall - top) * point, (right - left) * point, (top - bottom) * point


@pytest.mark.parametrize("size", [(1280, 960), (960, 1280), (1280, 400), (500, 1280)])
@pytest.mark.parametrize("grey", [12, 243])
def test_a_box_lies_on_paper_where_it_lies_on_the_picture(size: tuple[int, int], grey: int) -> None:
    data = plain(*size, grey)
    box = {"kind": "box", "at": [0.3, 0.4], "size": [0.45, 0.35], "color": MAGENTA}
    printed = pdf.made(sheet_of(data, box), samples.pictures_of(data))
    left, top, width, height = photo_corner(printed)
    spots = coloured(pdf.pixels(printed, 0, DOTS))
    xs, ys = [x / DOTS for x, _ in spots], [y / DOTS for _, y in spots]
    assert max(xs) == pytest.approx(left + 0.75 * width, abs=TOLERANCE)
    assert max(ys) == pytest.approx(top + 0.75 * height, abs=TOLERANCE)
    # The badge covers the upper left corner; the sides away from it tell the rest.
    lower = [x / DOTS for x, y in spots if y / DOTS > top + 0.6 * height]
    right = [y / DOTS for x, y in spots if x / DOTS > left + 0.6 * width]
    assert min(lower) == pytest.approx(left + 0.3 * width, abs=TOLERANCE)
    assert min(right) == pytest.approx(top + 0.4 * height, abs=TOLERANCE)


@pytest.mark.parametrize("tip", [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.62, 0.31]])
def test_the_tip_of_an_arrow_is_where_the_finger_lifted(tip: list[float]) -> None:
    data = plain(1280, 960, 128)
    arrow = {"kind": "arrow", "from": [0.5, 0.5], "to": tip, "color": MAGENTA}
    printed = pdf.made(sheet_of(data, arrow), samples.pictures_of(data))
    left, top, width, height = photo_corner(printed)
    wanted = (left + tip[0] * width, top + tip[1] * height)
    nearest = min(
        ((x / DOTS - wanted[0]) ** 2 + (y / DOTS - wanted[1]) ** 2) ** 0.5
        for x, y in coloured(pdf.pixels(printed, 0, DOTS))
    )
    assert nearest < TOLERANCE


def test_no_mark_paints_outside_its_photo() -> None:
    data = plain(1280, 960, 128)
    edges: list[dict[str, Any]] = [
        {"kind": "box", "at": [0.0, 0.0], "size": [1.0, 1.0], "color": MAGENTA},
        {"kind": "ellipse", "at": [0.7, 0.7], "size": [0.3, 0.3], "color": MAGENTA},
        {"kind": "freehand", "points": [[0, 1], [1, 0], [1, 1]], "color": MAGENTA},
    ]
    printed = pdf.made(sheet_of(data, *edges), samples.pictures_of(data))
    left, top, width, height = photo_corner(printed)
    for x, y in coloured(pdf.pixels(printed, 0, DOTS)):
        assert left - 0.2 <= x / DOTS <= left + width + 0.2
        assert top - 0.2 <= y / DOTS <= top + height + 0.2


def test_captions_repeat_the_numbers_of_the_marks() -> None:
    data = plain(1280, 960, 128)
    printed = pdf.made(sheet_of(data, *map(dict, samples.MARKS)), samples.pictures_of(data))
    assert "1 arrow · 2 box · 3 “빈자리 two gaps”" in pdf.words(printed)


def test_what_is_redacted_is_burnt_in_already_and_gets_no_number() -> None:
    marks = [
        {"kind": "redact", "at": [0, 0], "size": [0.5, 0.5]},
        {"kind": "arrow", "from": [0, 0], "to": [1, 1], "color": MAGENTA},
    ]
    drawn = overlay(marks, Sheet(80, 60), "Marks")
    assert drawn.count("<circle") == 1
    assert ">1</text>" in drawn


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffff00", "red;}", None])
def test_every_colour_has_a_number_that_can_be_read(colour: str | None) -> None:
    drawn = overlay(
        [{"kind": "box", "at": [0, 0], "size": [1, 1], "color": colour}], Sheet(80, 60), "x"
    )
    badge = re.search(r'<circle[^>]* fill="(#\w+)".*fill="(#\w+)">1<', drawn)
    assert badge is not None
    assert contrast(badge[1], badge[2]) >= 4.5


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=50),
    st.floats(20, 180),
    st.floats(10, 120),
)
def test_numbers_stay_inside_the_photo(
    places: list[tuple[float, float]], width: float, height: float
) -> None:
    marks = [{"kind": "text", "at": place, "text": "x", "color": MAGENTA} for place in places]
    drawn = overlay(marks, Sheet(width, height), "Marks")
    centres = re.findall(r'<circle cx="([-\d.]+)" cy="([-\d.]+)"', drawn)
    assert len(centres) == len(places)
    for x, y in centres:
        assert 0 < float(x) < width
        assert 0 < float(y) < height


_STORED = {
    1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}  # fmt: skip
SPOT = (0.3, 0.35)


def held(orientation: int) -> bytes:
    """A photo with a cyan spot that is at `SPOT` for whoever looks at it upright."""
    upright = Image.new("RGB", (800, 600), (128, 128, 128))
    x, y = SPOT[0] * 800, SPOT[1] * 600
    ImageDraw.Draw(upright).ellipse((x - 30, y - 30, x + 30, y + 30), fill=(0, 255, 255))
    turn = _STORED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    target = io.BytesIO()
    stored.save(target, "JPEG", quality=90, exif=exif)
    return target.getvalue()


def test_a_mark_meets_what_was_marked_however_the_phone_was_held() -> None:
    box = {"kind": "box", "at": [0.15, 0.15], "size": [0.3, 0.4], "color": MAGENTA}
    prints = [make(held(orientation), []).print_jpeg for orientation in _STORED]
    # A pixel of its own makes each print another picture.
    prints = [data + bytes([number]) for number, data in enumerate(prints)]
    photos = [samples.photo(data, item="A2", marks=[box]) for data in prints]
    sheet = samples.report(
        photos=photos, variant="photo_sheet", photo_size="small", language="en", trust=None
    )
    printed = pdf.made(sheet, samples.pictures_of(*prints))
    met = [spot for page in range(pdf.page_count(printed)) for spot in _spots(printed, page)]
    assert len(met) == len(_STORED)
    for spot, left, top, width, height in met:
        assert spot[0] == pytest.approx(left + SPOT[0] * width, abs=TOLERANCE)
        assert spot[1] == pytest.approx(top + SPOT[1] * height, abs=TOLERANCE)


def _spots(
    printed: bytes, number: int
) -> list[tuple[tuple[float, float], float, float, float, float]]:
    """Of each photo on the page: the middle of what is cyan on it; the box around the photo as
    its mark has it. All in millimetres."""
    drawn = pdf.pixels(printed, number, DOTS)
    found = []
    document = pypdfium2.PdfDocument(printed)
    page = document[number]
    tall, point = page.get_height(), 25.4 / 72
    for image in [one for one in page.get_objects() if one.type == 3]:
        left, bottom, right, top = (side * point for side in image.get_bounds())
        high = tall * point
        crop = tuple(round(v * DOTS) for v in (left, high - top, right, high - bottom))
        red, green, blue = drawn.crop(crop).split()
        cyan = ImageChops.subtract(ImageChops.darker(green, blue), red).point(
            lambda v: 255 * (v > 90)
        )
        box = cyan.getbbox()
        assert box is not None
        middle = ((box[0] + box[2]) / 2 / DOTS + left, (box[1] + box[3]) / 2 / DOTS + high - top)
        found.append((middle, left, high - top, right - left, top - bottom))
    page.close()
    document.close()
    return found
