"""Our own drawings (marks, charts, signatures, QR codes) put straight onto the page.

They are SVG in the markup, as a browser shows them. WeasyPrint would give each shape of theirs a
place in the cascade, and each letter a layout of its own: a third of what a photo costs. Here
they leave the page's tree before it is styled, as an `img`, and are drawn by what `marks_svg`,
`charts` and `story_proof` use of SVG and nothing else: `path` (M, L, C, h, v and z),
`rect`, `circle`, `polyline` and `text`, with their colours said on each. Anything else fails the
render loudly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.draw import text as writing
from weasyprint.matrix import Matrix
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import split_first_line

from auditapi.reports.colour import channels
from auditapi.reports.failures import RenderFailed
from auditapi.reports.marks_svg import ROUND

_SVG = "{http://www.w3.org/2000/svg}"
_FAMILIES = ("Noto Sans", "Noto Sans KR", "Noto Sans TC", "Noto Emoji")
_PIXELS = 96 / 25.4
"""Pixels of CSS in a millimetre."""
_COMMAND = re.compile(r"([MLChvz])([^MLChvz]*)")
_CAPS = {"butt": 0, "round": 1}
_JOINS = {"miter": 0, "round": 1}
_FILLED, _FILLED_AND_STROKED = 0, 2

Images = dict[str, "Drawing"]


def taken_out(root: ElementTree.Element, fonts: FontConfiguration) -> Images:
    """Every `svg` below `root` made an `img` of the same class, with its title for who can't see
    it; the drawings by the addresses that the images have."""
    pen = Pen(fonts)
    drawings: Images = {}
    for svg in root.iter(f"{_SVG}svg"):
        title, *shapes = list(svg)
        for shape in shapes:
            if shape.tag.removeprefix(_SVG) not in _DRAWN:
                raise RenderFailed("fault", f"a drawing holds what we never draw: {shape.tag}")
        address = f"drawing:{len(drawings)}"
        drawings[address] = Drawing(pen, dict(svg.attrib), shapes)
        told = {"src": address, "class": svg.get("class", ""), "alt": title.text}
        tail = svg.tail
        svg.clear()
        svg.tag, svg.tail = "img", tail
        svg.attrib.update({name: value for name, value in told.items() if value})
    return drawings


class Pen:
    """Lines of text, laid out once for all drawings of a report: most are the numbers of marks."""

    def __init__(self, fonts: FontConfiguration) -> None:
        self._fonts = fonts
        self._style, self.line = cache(self._style_of), cache(self._line)

    def _style_of(self, size: float, weight: int) -> _Style:
        style = _Style(INITIAL_VALUES)
        style.font_config = self._fonts
        style.update(font_family=_FAMILIES, font_size=size, font_weight=weight)
        return style

    def _line(self, words: str, size: float, weight: int) -> tuple[_Line, float]:
        """The line and how wide it is."""
        style = self._style(size, weight)
        layout, _, _, width, _, _ = split_first_line(words, style, None, float("inf"), 0)
        layout.reactivate(style)
        return _Line(layout, style), width


class _Style(dict[str, Any]):
    """What a computed style has and a plain dictionary lacks."""

    font_config: FontConfiguration


class _Line:
    """A text box, as far as WeasyPrint's drawing of text looks into it."""

    def __init__(self, layout: Any, style: _Style) -> None:
        self.pango_layout, self.style = layout, style

    @property
    def text(self) -> str:
        return str(self.pango_layout.text)


class Drawing:
    """An image, as WeasyPrint knows them: it has a size and can draw itself into a stream."""

    def __init__(
        self, pen: Pen, attributes: Mapping[str, str], shapes: list[ElementTree.Element]
    ) -> None:
        self._pen = pen
        self._left, self._top, self._wide, self._high = map(float, attributes["viewBox"].split())
        self._size = tuple(
            float(attributes[side].removesuffix("mm")) * _PIXELS for side in ("width", "height")
        )
        self._shapes = shapes

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> tuple[float, ...]:
        """Width and height in pixels, and their ratio."""
        return *self._size, self._size[0] / self._size[1]

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        across, down = width / self._wide, height / self._high
        stream.transform(a=across, d=down, e=-self._left * across, f=-self._top * down)
        stream.rectangle(self._left, self._top, self._wide, self._high)
        stream.clip()
        stream.end()
        for shape in self._shapes:
            name = shape.tag.removeprefix(_SVG)
            # Colours first: between the first point of a path and its painting PDF allows none.
            stroked = _inked(stream, shape.attrib)
            if name == _TEXT:
                _write(stream, shape, self._pen, stroked=stroked)
            else:
                _OUTLINED[name](stream, shape)
                _paint(stream, shape, stroked=stroked)


def _path(stream: Any, shape: ElementTree.Element) -> None:
    """Places are written as they stand in the SVG; only `h` and `v` have to be worked out."""
    x, y = "0", "0"
    for command, written in _COMMAND.findall(shape.attrib["d"]):
        if command == "z":
            stream.close()
            continue
        if command == "h":
            x = f"{float(x) + float(written):.3f}"
            written = f"{x} {y}"
        elif command == "v":
            y = f"{float(y) + float(written):.3f}"
            written = f"{x} {y}"
        else:
            *_, x, y = written.split()
        stream.stream.append(f"{written.strip()} {_OPERATORS[command]}".encode("ascii"))


_OPERATORS = {"M": "m", "L": "l", "C": "c", "h": "l", "v": "l"}


def _rect(stream: Any, shape: ElementTree.Element) -> None:
    stream.rectangle(*(float(shape.attrib[name]) for name in ("x", "y", "width", "height")))


def _circle(stream: Any, shape: ElementTree.Element) -> None:
    x, y, r = (float(shape.attrib[name]) for name in ("cx", "cy", "r"))
    corners = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)]
    stream.move_to(x + r, y)
    for (a, b), (c, d) in pairwise(corners):
        handles = (a + ROUND * c, b + ROUND * d, c + ROUND * a, d + ROUND * b, c, d)
        placed = [(x, y)[place % 2] + r * handle for place, handle in enumerate(handles)]
        stream.curve_to(*placed)
    stream.close()


def _polyline(stream: Any, shape: ElementTree.Element) -> None:
    points = [tuple(map(float, point.split(","))) for point in shape.attrib["points"].split()]
    stream.move_to(*points[0])
    for point in points[1:]:
        stream.line_to(*point)


def _write(stream: Any, shape: ElementTree.Element, pen: Pen, *, stroked: bool) -> None:
    told = shape.attrib
    line, width = pen.line(
        shape.text or "", float(told["font-size"]), int(told.get("font-weight", 400))
    )
    left = float(told["x"]) - (width / 2 if told.get("text-anchor") == "middle" else 0)
    stream.begin_text()
    stream.set_text_rendering(_FILLED_AND_STROKED if stroked else _FILLED)
    writing.draw_first_line(stream, line, "none", "none", Matrix(d=-1, e=left, f=float(told["y"])))
    stream.set_text_rendering(_FILLED)
    stream.end_text()


def _paint(stream: Any, shape: ElementTree.Element, *, stroked: bool) -> None:
    """Fill or stroke what was outlined, or both."""
    if shape.get("fill") == "none":
        stream.stroke()
    elif stroked:
        stream.fill_and_stroke()
    else:
        stream.fill()


def _inked(stream: Any, told: Mapping[str, str]) -> bool:
    """Colours and the pen's width set; whether anything is stroked."""
    if told.get("fill") != "none":
        stream.set_color_rgb(*_colour(told["fill"]))
    if "stroke" not in told:
        return False
    stream.set_color_rgb(*_colour(told["stroke"]), stroke=True)
    stream.set_line_width(float(told["stroke-width"]))
    stream.set_line_cap(_CAPS[told.get("stroke-linecap", "butt")])
    stream.set_line_join(_JOINS[told.get("stroke-linejoin", "miter")])
    return True


@cache
def _colour(written: str) -> tuple[float, ...]:
    return tuple(channel / 255 for channel in channels(written))


_TEXT = "text"
_OUTLINED: Mapping[str, Callable[[Any, ElementTree.Element], None]] = {
    "path": _path, "rect": _rect, "circle": _circle, "polyline": _polyline,
}  # fmt: skip
_DRAWN = {_TEXT, *_OUTLINED}
