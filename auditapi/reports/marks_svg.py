"""Marks drawn as vectors over a photo, exactly where the finger put them.

The drawing's user unit is a millimetre of paper, so strokes are equally strong on a small and
a large print; a mark's 0…1 coordinates are multiplied by the printed width and height and by
nothing else. Every stroke has a white and a dark halo, to be seen on light and dark photos.
`redact` marks are not drawn: they are burnt into the picture already.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from auditapi.reports import text
from auditapi.reports.colour import contrast, is_colour

STROKE = 0.7
BADGE = 1.9
DIGIT = 0.572
"""The width of a digit in Noto Sans, in ems."""
ROUND = 0.5522847498
"""Where the handles of a Bézier curve stand for it to be a quarter of a circle."""
LABEL_SIZE = 3.2
LABEL_EMS = 16
SMALLEST_LABELLED = 0.75
DEFAULT_COLOUR = "#d92d20"
_SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Sheet:
    """The printed size of the photo, in millimetres; `scale` makes strokes and badges finer."""

    width: float
    height: float
    scale: float = 1.0

    def at(self, point: Sequence[float]) -> tuple[float, float]:
        """A 0…1 point of the picture in millimetres."""
        return point[0] * self.width, point[1] * self.height


def drawn(marks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The marks that are drawn, in the order of their numbers (the first is 1)."""
    return [mark for mark in marks if mark["kind"] != "redact"]


def overlay(marks: Sequence[Mapping[str, Any]], sheet: Sheet, title: str, first: int = 1) -> str:
    """The marks as one `<svg>` of the photo's size; empty when there is nothing to draw."""
    visible = drawn(marks)
    if not visible:
        return ""
    shapes = _lines(visible, sheet) + "".join(
        _text(mark, sheet) for mark in visible if mark["kind"] == "text"
    )
    badges = "".join(_badges(visible, sheet, first))
    size = f"{_n(sheet.width)} {_n(sheet.height)}"
    return (
        f'<svg xmlns="{_SVG}" class="marks" viewBox="0 0 {size}" '
        f'width="{_n(sheet.width)}mm" height="{_n(sheet.height)}mm">'
        f"<title>{escape(title)}</title>{shapes}{badges}</svg>"
    )


def _lines(marks: Sequence[Mapping[str, Any]], sheet: Sheet) -> str:
    """All that is stroked, three times: dark edges, white halos, colours.

    Each layer is one path for all marks, so that where two cross, neither edge cuts the other.
    No opacity: each see-through stroke would become a group of its own in the PDF.
    """
    paths = [(_colour(mark), _PATHS[mark["kind"]](mark, sheet))
             for mark in marks if mark["kind"] in _PATHS]  # fmt: skip
    if not paths:
        return ""
    all_of_them = "".join(path for _, path in paths)
    layers = [("#2b2b2b", STROKE + 0.9, all_of_them), ("#ffffff", STROKE + 0.55, all_of_them)]
    for colour in dict(paths):
        layers.append((colour, STROKE, "".join(path for ink, path in paths if ink == colour)))
    return "".join(
        f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{_n(width * sheet.scale)}" '
        f'stroke-linecap="round" stroke-linejoin="round"/>'
        for ink, width, path in layers
    )


def _colour(mark: Mapping[str, Any]) -> str:
    colour = mark.get("color")
    return str(colour).lower() if is_colour(colour) else DEFAULT_COLOUR


def _arrow(mark: Mapping[str, Any], sheet: Sheet) -> str:
    (x1, y1), (x2, y2) = sheet.at(mark["from"]), sheet.at(mark["to"])
    length = math.hypot(x2 - x1, y2 - y1)
    head = min(4.0, max(length * 0.5, 1.6)) * sheet.scale
    angle = math.atan2(y2 - y1, x2 - x1)
    wings = [
        (x2 - head * math.cos(angle + turn), y2 - head * math.sin(angle + turn))
        for turn in (0.45, -0.45)
    ]
    return f"M{_p(x1, y1)}L{_p(x2, y2)}M{_p(*wings[0])}L{_p(x2, y2)}L{_p(*wings[1])}"


def _box(mark: Mapping[str, Any], sheet: Sheet) -> str:
    (x, y), (w, h) = sheet.at(mark["at"]), sheet.at(mark["size"])
    return f"M{_p(x, y)}h{_n(w)} v{_n(h)} h{_n(-w)} z"


def _ellipse(mark: Mapping[str, Any], sheet: Sheet) -> str:
    (x, y), (w, h) = sheet.at(mark["at"]), sheet.at(mark["size"])
    # Not two arcs of SVG: rounded in the third decimal they bulge by a tenth of a millimetre.
    middle, centre = x + w / 2, y + h / 2
    corners = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)]
    path = f"M{_p(x + w, centre)}"
    for (a, b), (c, d) in pairwise(corners):
        handles = ((a + ROUND * c, b + ROUND * d), (c + ROUND * a, d + ROUND * b), (c, d))
        path += "C" + "".join(_p(middle + w / 2 * u, centre + h / 2 * v) for u, v in handles)
    return path + "z"


def _freehand(mark: Mapping[str, Any], sheet: Sheet) -> str:
    points = [sheet.at(point) for point in mark["points"]]
    if len(points) == 1:
        points *= 2
    return "M" + "L".join(_p(x, y) for x, y in points)


def _text(mark: Mapping[str, Any], sheet: Sheet) -> str:
    """A short label beside the badge; the caption repeats it whole.

    No box is drawn around it: that would need the measured width of the text. The halo is the
    text itself, stroked. A thumbnail shows the number only.
    """
    if sheet.scale < SMALLEST_LABELLED:
        return ""
    x, y = sheet.at(mark["at"])
    label = text.fit(text.one_line(str(mark["text"]), 200), LABEL_EMS)
    span = text.width(label) * LABEL_SIZE + 2 * BADGE + 1
    x = min(max(x, BADGE), max(sheet.width - span, BADGE)) + BADGE + 0.8
    y = min(max(y, BADGE), sheet.height - BADGE) + LABEL_SIZE * 0.36
    colour = _colour(mark)
    halo = "#ffffff" if contrast(colour, "#ffffff") >= 3 else "#1a1a1a"
    place = f'x="{_n(x)}" y="{_n(y)}" font-size="{LABEL_SIZE}" font-weight="700"'
    lang = quoteattr(text.language_of(label, "en"))
    return (
        f'<text {place} lang={lang} fill="{halo}" stroke="{halo}" stroke-width="1.1" '
        f'stroke-linejoin="round">{escape(label)}</text>'
        f'<text {place} lang={lang} fill="{colour}">{escape(label)}</text>'
    )


_PATHS = {"arrow": _arrow, "box": _box, "ellipse": _ellipse, "freehand": _freehand}


def _badges(marks: Sequence[Mapping[str, Any]], sheet: Sheet, first: int) -> list[str]:
    taken: list[tuple[float, float]] = []
    badges = []
    for number, mark in enumerate(marks, start=first):
        x, y = _free_place(_anchor(mark, sheet), sheet, taken)
        taken.append((x, y))
        badges.append(_badge(number, x, y, _colour(mark), sheet.scale))
    return badges


def _anchor(mark: Mapping[str, Any], sheet: Sheet) -> tuple[float, float]:
    if mark["kind"] == "arrow":
        return sheet.at(mark["from"])
    if mark["kind"] == "freehand":
        return sheet.at(mark["points"][0])
    return sheet.at(mark["at"])


def _free_place(
    place: tuple[float, float], sheet: Sheet, taken: list[tuple[float, float]]
) -> tuple[float, float]:
    """`place` moved inside the photo and off the badges that are there already."""
    badge = BADGE * sheet.scale
    edge = badge + 0.25 * sheet.scale
    x = min(max(place[0], edge), max(sheet.width - edge, edge))
    y = min(max(place[1], edge), max(sheet.height - edge, edge))
    for _ in range(len(taken)):
        if all(math.hypot(x - a, y - b) >= 2 * badge for a, b in taken):
            break
        x += 2 * badge + 0.3
        if x > sheet.width - edge:
            x, y = edge, y + 2 * badge + 0.3
        if y > sheet.height - edge:
            y = edge
    return x, y


def _badge(number: int, x: float, y: float, colour: str, scale: float) -> str:
    ink = "#ffffff" if contrast(colour, "#ffffff") >= contrast(colour, "#1a1a1a") else "#1a1a1a"
    size = (2.7 if number < 10 else 2.2) * scale
    # Set from its left end: with an anchor in the middle each number becomes an object of its own.
    left = x - len(str(number)) * DIGIT * size / 2
    return (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(BADGE * scale)}" fill="{colour}" '
        f'stroke="#ffffff" stroke-width="{_n(0.4 * scale)}"/>'
        f'<text x="{_n(left)}" y="{_n(y + size * 0.36)}" font-size="{_n(size)}" '
        f'font-weight="700" fill="{ink}">{number}</text>'
    )


def _n(value: float) -> str:
    """At most three decimals: a thousandth of a millimetre."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _p(x: float, y: float) -> str:
    return f"{_n(x)} {_n(y)} "
