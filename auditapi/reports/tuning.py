"""What WeasyPrint does more often than it has to, done once. The pages stay the same.

- A line of text is shaped when it is laid out and again when it is painted: here it is kept.
- A Pango context and a font description are made for every line: here, for every style.
- Lengths are worked out for every box: here, for every style and place.
- The type of an array is parsed again for each length: here, once.
- A property that no rule sets is worked out like one that is: here, it is inherited or initial.
- How tall an empty line is, and whether a box is in the flow, is asked for every box: here, for
  every style.
- A border on one side is cut out of a frame: here, it is a rectangle. No corner is round.
- Numbers become bytes by way of a chain of questions: here, by their type.
- The name of the page that a box stands on is asked of all boxes in it: here, no page has one.
"""

from __future__ import annotations

from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint import draw
from weasyprint.css import ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, background, block, inline, page, percent, table
from weasyprint.pdf import fonts
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.line_break import Layout

_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"margin_{side}" for side in _SIDES),
    *(f"padding_{side}" for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *(f"{size}{axis}" for size in ("", "min_", "max_") for axis in ("width", "height")),
)
_PARAGRAPH_ENDS = frozenset("\n\r\u2029")

ffi.cdef("""
    PangoContext * pango_layout_get_context (PangoLayout *layout);
    const PangoFontDescription * pango_layout_get_font_description (PangoLayout *layout);
""")


def install() -> None:
    """Teach WeasyPrint. Once in a process, before `korean` teaches it more."""
    Layout.setup = _once_for_each_style(Layout.setup)
    Layout.set_text = _as_it_is_painted(Layout.set_text)
    Layout.reactivate = _keeping_what_is_shaped(Layout.reactivate)
    Layout.deactivate = _after_painting(Layout.deactivate)
    once = _once_for_each_place(percent.resolve_percentages)
    for module in (percent, inline, page, block, table, absolute):
        module.resolve_percentages = once
    fonts.ffi = _KnownTypes()
    ComputedStyle.__missing__ = _short_where_nothing_is_set(ComputedStyle.__missing__)
    draw.draw_border = _as_rectangle(draw.draw_border)
    _square_all_corners()
    pydyf._to_bytes = _bytes_by_type(pydyf._to_bytes)
    inline.strut = _once_for_each_font(line_break.strut)
    boxes.Box.is_in_normal_flow = _once_for_each_flow(boxes.Box.is_in_normal_flow)
    for kind in (boxes.Box, boxes.ParentBox, boxes.TableBox):
        kind.page_values = _nameless


def _once_for_each_style(plain: Any) -> Any:
    def setup(layout: Any, style: Any) -> None:
        model = getattr(style, "pango_model", None)
        if model is None:
            plain(layout, style)
            # Decorations and font features would have to be set on every layout.
            simple = pango.pango_layout_get_attributes(layout.layout) == ffi.NULL
            if simple and layout.ascent is None:
                style.pango_model = _Model(layout)
            return
        layout.style, layout.language = style, model.language
        layout.first_line_direction = 0
        layout.ascent = layout.underline_position = layout.strikethrough_position = None
        layout.layout = model.another()

    return setup


class _Model:
    """Context and font of all layouts of one style: those of the first, which stays alive."""

    def __init__(self, first: Any) -> None:
        self._first, self.language = first.layout, first.language
        self._context = pango.pango_layout_get_context(first.layout)
        self._font = pango.pango_layout_get_font_description(first.layout)

    def another(self) -> Any:
        made = ffi.gc(pango.pango_layout_new(self._context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(made, False)
        pango.pango_layout_set_font_description(made, self._font)
        return made


def _as_it_is_painted(plain: Any) -> Any:
    """Painting asks for a single paragraph. Asked for it before, Pango need not shape anew."""

    def set_text(layout: Any, text: str, justify: bool = False) -> None:
        single = _PARAGRAPH_ENDS.isdisjoint(text)
        pango.pango_layout_set_single_paragraph_mode(layout.layout, single)
        plain(layout, text, justify)

    return set_text


def _keeping_what_is_shaped(plain: Any) -> Any:
    def reactivate(layout: Any, style: Any) -> None:
        kept = hasattr(layout, "layout") and not layout.justification_spacing
        if not kept or layout.style is not style:
            plain(layout, style)
        layout.painted = True

    return reactivate


def _after_painting(plain: Any) -> Any:
    def deactivate(layout: Any) -> None:
        if getattr(layout, "painted", False):
            plain(layout)

    return deactivate


def _once_for_each_place(plain: Any) -> Any:
    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        if isinstance(box, boxes.PageBox):  # refers to heights
            plain(box, containing_block)
            return
        if isinstance(containing_block, boxes.Box):
            place = (containing_block.width, containing_block.height)
        else:
            place = tuple(containing_block)
        known = getattr(style, "resolved", None)
        if known is None:
            known = style.resolved = {}
        lengths = known.get(place)
        if lengths is None:
            plain(box, place)
            known[place] = {name: getattr(box, name) for name in _LENGTHS}
        else:
            vars(box).update(lengths)

    return resolve_percentages


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


_NEVER_SHORT = {"position", "float", "display", "page"}
_INHERITED = INHERITED - _NEVER_SHORT
_INITIAL = INITIAL_VALUES.keys() - INHERITED - INITIAL_NOT_COMPUTED - _NEVER_SHORT
_LOGICAL = {
    logical(block="ttb", inline=direction)
    for logical in PHYSICAL_FUNCTIONS.values()
    for direction in ("ltr", "rtl")
}
"""Properties like `margin_inline_start`, which set one of the others."""


def _short_where_nothing_is_set(plain: Any) -> Any:
    def missing(style: Any, key: str) -> Any:
        if key in style.cascaded or key[:16] == "text_decoration_":
            return plain(style, key)
        if key in _INHERITED and style.parent_style is not None:
            value = style[key] = style.parent_style[key]
            return value
        if key in _INITIAL and _LOGICAL.isdisjoint(style.cascaded):
            value = style[key] = INITIAL_VALUES[key]
            return value
        return plain(style, key)

    return missing


def _once_for_each_font(plain: Any) -> Any:
    def strut(style: Any) -> Any:
        known = getattr(style, "strut", None)
        if known is None:
            known = style.strut = plain(style)
        return known

    return strut


def _once_for_each_flow(plain: Any) -> Any:
    def is_in_normal_flow(box: Any) -> bool:
        style = box.style
        known: bool | None = getattr(style, "in_flow", None)
        if known is None:
            known = style.in_flow = plain(box)
        return known

    return is_in_normal_flow


def _nameless(_box: Any) -> tuple[str, str]:
    return "", ""


def _as_rectangle(plain: Any) -> Any:
    def draw_border(stream: Any, box: Any) -> None:
        sides = [side for side in _SIDES if getattr(box, f"border_{side}_width")]
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
