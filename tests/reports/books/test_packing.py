"""Many PDFs as one ZIP: whole, stored, the same bytes again, and harmless to spreadsheets."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from datetime import date

from auditapi.reports.books.packing import CONTENTS, Packer


class Forward:
    """A target that can't go back, as an upload is."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


def packed(rows: list[list[str]] | None = None) -> bytes:
    target = Forward()
    packer = Packer(target)
    packer.contents(["Store", "Day"], rows or [["N1", "2026-11-20"]])
    packer.add("2026-11-20_서울-014_small.pdf", date(2026, 11, 20), iter([b"%PDF-", b"one"]))
    packer.add("1970.pdf", date(1970, 1, 1), iter([b"two"]))
    packer.add("undated.pdf", None, iter([]))
    packer.finish()
    return bytes(target.data)


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


def test_everything_is_in_it_and_nothing_deflated() -> None:
    with opened(packed()) as archive:
        assert archive.testzip() is None
        names = [CONTENTS, "2026-11-20_서울-014_small.pdf", "1970.pdf", "undated.pdf"]
        assert archive.namelist() == names
        assert archive.read(names[1]) == b"%PDF-one"
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.getinfo(names[1]).date_time == (2026, 11, 20, 0, 0, 0)


def test_the_same_reports_make_the_same_bytes() -> None:
    assert packed() == packed()


def test_the_table_opens_in_spreadsheets_and_runs_no_formula() -> None:
    with opened(packed([["=cmd|' /C calc'!A0", "서울"], ["@SUM(1)", "-1"]])) as archive:
        table = archive.read(CONTENTS).decode("utf-8-sig")
    lines = table.splitlines()
    assert lines[0] == "Store,Day"
    assert lines[1].startswith("'=cmd")
    assert lines[2] == "'@SUM(1),'-1"


def test_a_report_is_never_wholly_in_memory() -> None:
    asked: list[int] = []

    def chunks(target: Forward) -> Iterator[bytes]:
        for _ in range(5):
            asked.append(len(target.data))
            yield b"x" * 1000

    target = Forward()
    packer = Packer(target)
    packer.add("a.pdf", date(2026, 1, 1), chunks(target))
    packer.finish()
    grown = [after - before for before, after in itertools.pairwise(asked)]
    assert set(grown) == {1000}
