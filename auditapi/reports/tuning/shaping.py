"""Text: what Pango has shaped is kept.

- A line of text is shaped when it is laid out and again when it is painted: here it is kept.
- A Pango context and a font description are made for every line: here, for every style.
"""

from __future__ import annotations

from typing import Any

from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.line_break import Layout

_PARAGRAPH_ENDS = frozenset("\n\r\u2029")

ffi.cdef("""
    PangoContext * pango_layout_get_context (PangoLayout *layout);
    const PangoFontDescription * pango_layout_get_font_description (PangoLayout *layout);
""")


def install() -> None:
    Layout.setup = _once_for_each_style(Layout.setup)
    Layout.set_text = _as_it_is_painted(Layout.set_text)
    Layout.reactivate = _keeping_what_is_shaped(Layout.reactivate)
    Layout.deactivate = _after_painting(Layout.deactivate)


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
