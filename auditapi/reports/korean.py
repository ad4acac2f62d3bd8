"""Korean words stay whole at the end of a line, as `word-break: keep-all` would have it.

WeasyPrint has no such property, and Pango may break between any two syllables. Pango has an
attribute that forbids breaks inside a stretch of text, though: here every short word gets it.
No element and no invisible character stands in the text for it, so that it costs next to
nothing and reads, copies and is searched as it was written.
"""

from __future__ import annotations

import re
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, pango

LONGEST_KEPT_WORD = 12
"""Letters, punctuation included; what is longer may break anywhere, or lines would be ragged."""
_WORD = re.compile(r"\S*[\uac00-\ud7a3]\S*")

ffi.cdef("PangoAttribute * pango_attr_allow_breaks_new (gboolean allow_breaks);")


def kept(text: str) -> list[tuple[int, int]]:
    """Where the words stand that are kept whole: first and last place of each in `text`."""
    return [
        found.span()
        for found in _WORD.finditer(text)
        if 2 <= found.end() - found.start() <= LONGEST_KEPT_WORD
    ]


def install() -> None:
    """Teach WeasyPrint's line breaking. Once in a process."""
    line_break.Layout.set_text = _keeping(line_break.Layout.set_text)
    line_break.get_log_attrs = _like_letters(line_break.get_log_attrs)


def _keeping(plain: Any) -> Any:
    def set_text(layout: Any, text: str, justify: bool = False) -> None:
        plain(layout, text, justify)
        # What is set anew to be drawn (`justify`) has its lines already.
        if not justify and (words := kept(layout.text)):
            _forbid_breaks(layout, words)

    return set_text


def _forbid_breaks(layout: Any, words: list[tuple[int, int]]) -> None:
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    place, byte = 0, 0
    for start, end in words:
        byte += len(layout.text[place:start].encode())
        attribute = pango.pango_attr_allow_breaks_new(False)
        attribute.start_index = byte
        byte += len(layout.text[start:end].encode())
        attribute.end_index = byte
        place = end
        pango.pango_attr_list_insert(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def _like_letters(plain: Any) -> Any:
    """Between two boxes of a line WeasyPrint asks for breaks without a layout: there, syllables
    of a kept word count as letters."""

    def get_log_attrs(text: str, lang: str | None) -> Any:
        for start, end in kept(text):
            text = text[:start] + "a" * (end - start) + text[end:]
        return plain(text, lang)

    return get_log_attrs
