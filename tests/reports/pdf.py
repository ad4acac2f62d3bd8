"""Looking into PDFs: their text, their unpacked bytes, their pixels."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import closing
from functools import cache

import pikepdf
import pypdf
import pypdfium2
from PIL import Image

from auditapi.reports import wire
from auditapi.reports.render import Picture, renderer
from auditapi.reports.view import ReportInput

_printed: dict[bytes, bytes] = {}


def made(report: ReportInput, pictures: Mapping[str, Picture] | None = None) -> bytes:
    """The report, printed by this process's own renderer; once, however many tests look at it."""
    known = wire.pack(report)
    if known not in _printed:
        _printed[known] = made_anew(report, pictures)
    return _printed[known]


def made_anew(report: ReportInput, pictures: Mapping[str, Picture] | None = None) -> bytes:
    """The report, printed now."""
    return renderer().render(report, pictures or {})


@cache
def pages(pdf: bytes) -> tuple[str, ...]:
    """The text of each page as a reader would copy it."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return tuple(_text(document[number]) for number in range(len(document)))


def _text(page: pypdfium2.PdfPage) -> str:
    with closing(page), closing(page.get_textpage()) as text:
        return str(text.get_text_range())


def words(pdf: bytes) -> str:
    """The text of all pages, white space as one space."""
    return " ".join(" ".join(pages(pdf)).split())


def page_count(pdf: bytes) -> int:
    return len(pages(pdf))


def everything(pdf: bytes) -> bytes:
    """Every object and every stream of the file, unpacked: nothing can hide behind Flate."""
    return b"\n".join(parts(pdf))


@cache
def parts(pdf: bytes) -> tuple[bytes, ...]:
    """The file as it is, the words on its pages, and each object and stream, unpacked."""
    found = [pdf, words(pdf).encode()]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for entry in opened.objects:
            found.append(_plain(entry))
            if isinstance(entry, pikepdf.Stream) and "/DCTDecode" not in repr(entry.get("/Filter")):
                found.append(entry.read_bytes())
    return tuple(found)


def _plain(entry: object) -> bytes:
    """Strings of dictionaries in UTF-8, as PDF writes them in UTF-16 otherwise."""
    if isinstance(entry, pikepdf.String):
        return str(entry).encode()
    if isinstance(entry, pikepdf.Array):
        return b"\n".join(_plain(part) for part in entry if not _elsewhere(part))
    if isinstance(entry, pikepdf.Dictionary | pikepdf.Stream):
        return b"\n".join(_plain(part) for part in entry.values() if not _elsewhere(part))
    return str(entry).encode() if isinstance(entry, str | int | pikepdf.Name) else b""


def _elsewhere(part: object) -> bool:
    """An object with a number of its own comes up by itself."""
    return bool(getattr(part, "is_indirect", False))


def pixels(pdf: bytes, page: int = 0, dots_per_mm: float = 8.0) -> Image.Image:
    """A page as a picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        opened = document[page]
        picture: Image.Image = opened.render(scale=dots_per_mm * 25.4 / 72).to_pil()
        opened.close()
        return picture.convert("RGB")
    finally:
        document.close()


def page_words(pdf: bytes, page: int) -> str:
    """The text of one page, white space as one space."""
    return " ".join(pages(pdf)[page].split())


def lines(pdf: bytes) -> list[str]:
    """The lines of all pages as they were set."""
    return [line for page in pages(pdf) for line in page.splitlines()]


def page_size(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page, in whole millimetres."""
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width) * 25.4 / 72), round(float(box.height) * 25.4 / 72)
