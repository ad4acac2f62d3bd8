"""Lines of text as PDF operators: what WeasyPrint writes, without moves by nothing, and sooner.

WeasyPrint asks C for each number of each glyph, and each answer is an object. Here a run's
numbers come over at once. What is not plain (glyphs that no font has, accents that are raised,
an ellipsis to add) goes WeasyPrint's own way. All of our fonts are outlines; pixels and colours
in fonts are not looked for.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from weasyprint.draw import text
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

_NUMBERS = 5
"""Of a PangoGlyphInfo: glyph, width, x and y offset, attributes."""
_OLD_PANGO = 14802
_SMALLEST = 1e-6
_NO_GLYPH = int(pango.PANGO_GLYPH_EMPTY)
"""What is not drawn; above it, what no font has."""

Run = tuple[Any, list[int]]


def install() -> None:
    """Have WeasyPrint write its lines like this. Once in a process."""
    if ffi.sizeof("PangoGlyphInfo") == _NUMBERS * 4 and pango.pango_version() >= _OLD_PANGO:
        text.draw_first_line = _plainly(text.draw_first_line)


def _plainly(otherwise: Any) -> Any:
    def draw_first_line(
        stream: Any, box: Any, text_overflow: str, block_ellipsis: str, matrix: Any
    ) -> Any:
        if not box.text.strip() or box.style["font_size"] < _SMALLEST:
            return []
        cut = text_overflow == "ellipsis" or block_ellipsis != "none"
        runs = None if cut else _plain_runs(box.pango_layout)
        if runs is None:
            return otherwise(stream, box, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        font, used = None, ffi.NULL
        shown: list[str] = []
        for item, numbers in runs:
            if item.item.analysis.font != used:
                used = item.item.analysis.font
                if shown:
                    stream.show_text("".join(shown))
                font, size = stream.add_font(used)
                stream.set_font_size(font.hash, size)
                shown = []
            shown.append(_written(stream, box, font, size, item, numbers))
        stream.show_text("".join(shown))
        return []

    return draw_first_line


def _plain_runs(layout: Any) -> list[Run] | None:
    """The line's runs with their numbers; None when one of them is not plain."""
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    runs: list[Run] = []
    run = line.runs[0]
    while run != ffi.NULL:
        item = run.data
        count = item.glyphs.num_glyphs
        numbers = ffi.unpack(ffi.cast("int *", item.glyphs.glyphs), count * _NUMBERS)
        raised = any(numbers[3::_NUMBERS])
        if raised or any(not _is_plain(glyph) for glyph in numbers[::_NUMBERS]):
            return None
        runs.append((item, numbers))
        run = run.next
    return runs


def _is_plain(glyph: int) -> bool:
    return 0 <= glyph < _NO_GLYPH


def _written(stream: Any, box: Any, font: Any, size: float, item: Any, numbers: list[int]) -> str:
    """A run: glyphs in hexadecimal, and between them how far they are moved from where their
    widths would set them, in thousandths of an em."""
    known, names = font.widths, font.to_unicode
    written = ["<"]
    each = zip(numbers[::_NUMBERS], numbers[1::_NUMBERS], numbers[2::_NUMBERS], strict=True)
    for place, (glyph, width, moved) in enumerate(each):
        if glyph not in names:
            names[glyph] = _letters(box, item, place)
        if glyph not in known:
            known[glyph] = _width(stream, item.item.analysis.font, glyph, size)
        offset = moved / size
        if offset:
            written.append(f">{-offset}<")
        written.append(_hexadecimal(glyph))
        kerning = int(known[glyph] + offset - width * 1000 * FROM_UNITS / size)
        if kerning:
            written.append(f">{kerning}<")
    closed = "".join(written)
    return closed[:-1] if closed.endswith("<") else closed + ">"


@cache
def _hexadecimal(glyph: int) -> str:
    return f"{glyph:04x}"


def _letters(box: Any, item: Any, place: int) -> str:
    """What the glyph stands for, so that it can be copied and read aloud."""
    clusters, last = item.glyphs.log_clusters, item.glyphs.num_glyphs - 1
    begin, end = clusters[place], item.item.length
    if item.item.analysis.level % 2:  # written from right to left
        end = end if place == 0 else clusters[place - 1]
    elif place != last:
        end = clusters[place + 1]
    start = item.item.offset
    said: bytes = box.pango_layout.text.encode()
    return said[start + begin : start + end].decode()


def _width(stream: Any, font: Any, glyph: int, size: float) -> int:
    pango.pango_font_get_glyph_extents(font, glyph, stream.ink_rect, stream.logical_rect)
    return cast("int", round(stream.logical_rect.width * 1000 * FROM_UNITS / size))
