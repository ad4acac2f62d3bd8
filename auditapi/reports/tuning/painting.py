"""Painting and writing: what is plain is written plainly.

- A border on one side is cut out of a frame: here, it is a rectangle. No corner is round.
- The background of each box is worked out: here, it is known of each style whether it has one.
- The type of an array is parsed again for each length: here, once.
- Numbers become bytes by way of a chain of questions: here, by their type.
- Streams are packed as small as can be, for a hundredth of their size: here, half as long.
"""

from __future__ import annotations

import zlib
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint import draw
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.layout import background
from weasyprint.pdf import fonts
from weasyprint.text.ffi import ffi

from auditapi.reports.tuning.places import SIDES

_FRAMES = ("border_image_source", "mask_border_source")


def install() -> None:
    fonts.ffi = _KnownTypes()
    draw.draw_border = _as_rectangle(draw.draw_border)
    _square_all_corners()
    background.layout_box_backgrounds = _where_there_is_one(background.layout_box_backgrounds)
    pydyf._to_bytes = _bytes_by_type(pydyf._to_bytes)
    pydyf.Stream.data = property(_packed)


class _KnownTypes:
    """`ffi`, which reads the whole list of C functions again for a type it has not seen yet."""

    def __getattr__(self, name: str) -> Any:
        return getattr(ffi, name)

    def new(self, kind: str, *initial: Any) -> Any:
        """`x[8]` is made as `x[]` of eight."""
        name, _, length = kind.removesuffix("]").partition("[")
        if length:
            return ffi.new(f"{name}[]", *(initial or (int(length),)))
        return ffi.new(kind, *initial)


def _as_rectangle(plain: Any) -> Any:
    def draw_border(stream: Any, box: Any) -> None:
        sides = [side for side in SIDES if getattr(box, f"border_{side}_width")]
        if len(sides) != 1 or box.style[f"border_{sides[0]}_style"] != "solid":
            if sides:
                plain(stream, box)
            return
        (side,) = sides
        width = getattr(box, f"border_{side}_width")
        x, y, wide, high = (
            box.border_box_x(),
            box.border_box_y(),
            box.border_width(),
            box.border_height(),
        )
        if side in ("left", "right"):
            x, wide = (x if side == "left" else x + wide - width), width
        else:
            y, high = (y if side == "top" else y + high - width), width
        with stream.artifact():
            stream.set_color(get_color(box.style, f"border_{side}_color"))
            stream.rectangle(x, y, wide, high)
            stream.fill()

    return draw_border


def _square_all_corners() -> None:
    for corner in ("top_left", "top_right", "bottom_left", "bottom_right"):
        setattr(boxes.Box, f"border_{corner}_radius", (0, 0))
    background.resolve_radii_percentages = lambda _box: None


def _where_there_is_one(plain: Any) -> Any:
    def layout_box_backgrounds(
        page: Any, box: Any, fetch: Any, layout_children: bool = True, style: Any = None
    ) -> None:
        if layout_children:
            for child in box.all_children():
                layout_box_backgrounds(page, child, fetch)
        if box is page or style is not None:
            plain(page, box, fetch, layout_children=False, style=style)
            return
        if getattr(box.style, "bare", False):
            box.background = None
            return
        plain(page, box, fetch, layout_children=False)
        framed = any(box.style[source][0] != "none" for source in _FRAMES)
        box.style.bare = box.background is None and not framed

    return layout_box_backgrounds


def _bytes_by_type(plain: Any) -> Any:
    def number(value: float) -> bytes:
        return b"%d" % value if value.is_integer() else (b"%f" % value).rstrip(b"0")

    known: dict[type, Any] = {
        bytes: lambda value: value,
        float: number,
        int: lambda value: b"%d" % value,
        str: lambda value: value.encode("ascii"),
    }

    def to_bytes(item: Any) -> Any:
        return known.get(type(item), plain)(item)

    return to_bytes


def _packed(stream: Any) -> bytes:
    """The stream as it stands in the file.

    CR and LF stand behind its data, not LF alone: packed data may end in CR by chance, which
    readers then take for a part of the line's end, and PDF/A checkers find a wrong length.
    """
    data = b"\n".join(map(pydyf._to_bytes, stream.stream))
    extra = pydyf.Dictionary(stream.extra)
    if stream.compress:
        extra["Filter"] = "/FlateDecode"
        data = zlib.compress(data, 6)
    extra["Length"] = len(data)
    return b"".join((extra.data, b"\nstream\n", data, b"\r\nendstream"))
