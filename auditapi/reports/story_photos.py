"""Photos on paper: how large, in which rows, with which words under them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditapi.reports.fetcher import asset_url
from auditapi.reports.marks_svg import Sheet, drawn, overlay
from auditapi.reports.pages import Free, Picture
from auditapi.reports.telling import Telling
from auditapi.reports.view import Paper, Photo

TEXT_WIDTH: Mapping[Paper, float] = {"A4": 178.0, "Letter": 183.9}
GAP = 6.0
PANORAMA = 2.1
_PER_ROW = {"large": 1, "medium": 2, "small": 3}
_TALLEST = {"large": 118.0, "medium": 84.0, "small": 62.0}


def rows(telling: Telling) -> tuple[tuple[Picture, ...], ...]:
    """All photos in rows; a panorama has a row to itself."""
    report = telling.report
    wide = TEXT_WIDTH[report.paper]
    per_row = _PER_ROW[report.photo_size]
    column = (wide - GAP * (per_row - 1)) / per_row
    made: list[tuple[Picture, ...]] = []
    row: list[Picture] = []
    for number, photo in telling.photos:
        if photo.width > photo.height * PANORAMA and per_row > 1:
            made += [tuple(row)] if row else []
            made.append((picture(telling, number, photo, wide, _TALLEST["medium"]),))
            row = []
            continue
        row.append(picture(telling, number, photo, column, _TALLEST[report.photo_size]))
        if len(row) == per_row:
            made.append(tuple(row))
            row = []
    return tuple([*made, tuple(row)] if row else made)


def picture(
    telling: Telling, number: int, photo: Photo, widest: float, tallest: float, scale: float = 1.0
) -> Picture:
    """`photo` as large as fits into `widest` × `tallest` millimetres."""
    word = telling.word
    width, height = _fit(photo, widest, tallest)
    column = widest if scale == 1.0 else width
    item = telling.items.get(photo.item or "")
    place = telling.tell(item["text"], 300) if item else telling.said(word("photos.no_item"))
    visible = drawn(photo.marks)
    spoken = [_spoken(telling, mark) for mark in visible]
    listed = [f"{n} {_plain(telling, mark)}" for n, mark in enumerate(spoken, start=1)]
    marks_title = word("photos.marks_title", n=number, marks=word.listing(listed))
    heading = word("photos.photo", n=number)
    missing = None
    if photo.print_sha256 is None:
        reason = telling.line(photo.missing or "?", 300)
        missing = Free(word("photos.missing", reason=reason.text), telling.report.language)
    return Picture(
        number=number,
        source=None if missing else asset_url(photo.print_sha256 or ""),
        column=column,
        width=width,
        height=height,
        alt=word("photos.alt", n=number, what=_alt(telling, photo, place)),
        overlay="" if missing else overlay(visible, Sheet(width, height, scale), marks_title),
        caption=telling.own(photo.caption, 500),
        heading=f"{heading} · {telling.name_of(photo.item)}" if photo.item else heading,
        place=place,
        marks=tuple((str(n), mark) for n, mark in enumerate(spoken, start=1)),
        facts=_facts(telling, photo),
        missing=missing,
    )


def _fit(photo: Photo, widest: float, tallest: float) -> tuple[float, float]:
    if photo.print_sha256 is None:
        return widest, min(widest * 0.5, 30.0)
    ratio = photo.height / photo.width
    width = min(widest, tallest / ratio)
    # A strip thousands of pixels long is still a line of a millimetre that can be seen.
    return max(width, 1.0), max(width * ratio, 1.0)


def _alt(telling: Telling, photo: Photo, place: Free) -> str:
    caption = telling.own(photo.caption, 200)
    return " ".join(part for part in (place.text, caption.text if caption else "") if part)


def _spoken(telling: Telling, mark: Mapping[str, Any]) -> str | Free:
    if mark["kind"] == "text":
        own = telling.own(str(mark["text"]), 200)
        return own or telling.word("photos.freehand")
    return telling.word(f"photos.{mark['kind']}")


def _plain(telling: Telling, mark: str | Free) -> str:
    return mark if isinstance(mark, str) else telling.word("photos.text", text=mark.text)


def _facts(telling: Telling, photo: Photo) -> str:
    facts = []
    if photo.taken_at is not None:
        facts.append(telling.word("photos.taken", at=telling.moment(photo.taken_at)))
    if photo.source == "gallery":
        facts.append(telling.word("photos.gallery"))
    return " · ".join(facts)
