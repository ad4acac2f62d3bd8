"""Many PDFs as one ZIP, written as they come: stored, not deflated, for they are packed inside
already (pure: bytes in, bytes out)."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

CONTENTS = "contents.csv"
_FIRST_YEAR = 1980


def _info(name: str, day: date | None) -> zipfile.ZipInfo:
    """Dated as the visit, so that the same reports are the same bytes."""
    year = max(day.year, _FIRST_YEAR) if day else _FIRST_YEAR
    info = zipfile.ZipInfo(
        name, (year, day.month, day.day, 0, 0, 0) if day else (year, 1, 1, 0, 0, 0)
    )
    info.external_attr = 0o644 << 16
    return info


class Packer:
    """`target` takes bytes by `write` and need not be able to go back."""

    def __init__(self, target: Any) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True)

    def contents(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table of what is inside, and of what could not be made, for spreadsheets."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(heads)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
        self._zip.writestr(_info(CONTENTS, None), b"\xef\xbb\xbf" + text.getvalue().encode())

    def add(self, name: str, day: date | None, chunks: Iterator[bytes]) -> None:
        """One file, never wholly in memory."""
        with self._zip.open(_info(name, day), "w", force_zip64=False) as file:
            for chunk in chunks:
                file.write(chunk)

    def finish(self) -> None:
        self._zip.close()


def _harmless(cell: str) -> str:
    """A spreadsheet must not take words for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
