"""Looking into PDFs: their text, their unpacked bytes, their pixels."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pikepdf
import pypdf
import pypdfium2
from PIL import Image

from auditapi.reports.render import Picture, renderer
from auditapi.reports.view import ReportInput


def made(report: ReportInput, pictures: Mapping[str, Picture] | None = None) -> bytes:
    """The report, printed by this process's own renderer."""
    return renderer().render(report, pictures or {})


def words(pdf: bytes) -> str:
    """The text of all pages as a reader would copy it, white space as one space."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def page_count(pdf: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def everything(pdf: bytes) -> bytes:
    """Every object and every stream of the file, unpacked: nothing can hide behind Flate."""
    parts = [pdf, words(pdf).encode()]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for entry in opened.objects:
            parts.append(_plain(entry))
            if isinstance(entry, pikepdf.Stream) and "/DCTDecode" not in repr(entry.get("/Filter")):
                parts.append(entry.read_bytes())
    return b"\n".join(parts)


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
    return " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[page].extract_text().split())


def lines(pdf: bytes) -> list[str]:
    """The lines of all pages as they were set."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [line for page in pages for line in page.extract_text().splitlines()]


def page_size(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page, in whole millimetres."""
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width) * 25.4 / 72), round(float(box.height) * 25.4 / 72)
