"""EXIF whose frame is right and whose values are not: the reader gets to each of them."""

from __future__ import annotations

import struct
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditapi.photos.exif import read_exif
from auditapi.photos.inspection import inspect
from tests.photos.pictures import jpeg_segment, photo

# (tag, type, how many values it claims, its bytes)
Entry = tuple[int, int, int, bytes]

TAKEN_AT: Entry = (0x9003, 2, 20, b"2026:11:20 10:02:11\0")


def text(tag: int, value: bytes) -> Entry:
    return tag, 2, len(value), value


def block(order: str, main: list[Entry], detail: list[Entry], gps: list[Entry]) -> bytes:
    """A TIFF block of three directories, each behind the one before."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    there = [(0x8769, 4, 1, b""), (0x8825, 4, 1, b"")]
    at_detail = 8 + len(_directory(order, 8, [*main, *there]))
    at_gps = at_detail + len(_directory(order, at_detail, detail))
    pointers = [
        (tag, 4, 1, struct.pack(order + "I", at))
        for tag, at in ((0x8769, at_detail), (0x8825, at_gps))
    ]
    return (
        mark
        + struct.pack(order + "I", 8)
        + _directory(order, 8, [*pointers, *main])
        + _directory(order, at_detail, detail)
        + _directory(order, at_gps, gps)
    )


def _directory(order: str, at: int, entries: list[Entry]) -> bytes:
    behind = at + 2 + 12 * len(entries) + 4
    table, values = struct.pack(order + "H", len(entries)), b""
    for tag, kind, count, value in entries:
        table += struct.pack(order + "HHI", tag, kind, count)
        if len(value) <= 4:
            table += value.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", behind + len(values))
            values += value
    return table + b"\0\0\0\0" + values


def test_the_blocks_of_these_tests_are_read() -> None:
    exif = read_exif(block("<", [text(0x0110, b"Phone")], [TAKEN_AT], []))
    assert (exif.camera, exif.taken_at) == ("Phone", datetime(2026, 11, 20, 10, 2, 11))  # noqa: DTZ001


@pytest.mark.parametrize("offset", [b"+99999999999999999999:00", b"-09:99999999999999999999"])
def test_an_offset_from_utc_beyond_all_numbers_is_absent(offset: bytes) -> None:
    exif = b"Exif\0\0" + block("<", [], [TAKEN_AT, text(0x9011, offset)], [])
    picture = inspect(photo("JPEG")[:2] + jpeg_segment(0xE1, exif) + photo("JPEG")[2:])
    assert picture.taken_at == datetime(2026, 11, 20, 10, 2, 11)  # noqa: DTZ001


numbers = st.sampled_from([0, 1, 2, 59, 60, 2**31 - 1, 2**31, 2**32 - 1]) | st.integers(
    0, 2**32 - 1
)
digits = st.text("0123456789\u0663+-:. \0", max_size=30).map(str.encode)
clocks = st.builds("{}{}:{}".format, st.sampled_from("+-"), st.integers(0), st.integers(0)).map(
    str.encode
)
moments = st.from_regex(rb"[0-9]{4}:[0-9]{2}:[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", fullmatch=True)
packed = st.lists(numbers, max_size=8).map(lambda found: struct.pack(f"<{len(found)}I", *found))
values = clocks | digits | moments | packed | st.binary(max_size=40) | st.text().map(str.encode)
KINDS = [1, 2, 3, 4, 5, 7, 9, 10]


def entries(tags: list[int]) -> st.SearchStrategy[list[Entry]]:
    counts = st.none() | numbers

    def entry(tag: int, kind: int, count: int | None, value: bytes) -> Entry:
        size = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}.get(kind, 1)
        return tag, kind, len(value) // size if count is None else count, value

    kinds = st.sampled_from(KINDS) | st.integers(0, 13)
    one = st.builds(entry, st.sampled_from(tags), kinds, counts, values)
    written = st.builds(text, st.sampled_from(tags), values)
    return st.lists(one | written, max_size=5)


@settings(max_examples=100, deadline=None)
@given(
    order=st.sampled_from("<>"),
    main=entries([0x010F, 0x0110, 0x0112, 0x0132]),
    detail=st.just([TAKEN_AT]) | entries([0x9003]),
    offsets=entries([0x9010, 0x9011, 0x9291]) | clocks.map(lambda clock: [text(0x9011, clock)]),
    gps=entries([1, 2, 3, 4, 31]),
)
def test_no_value_makes_the_reader_fall_over(
    order: str, main: list[Entry], detail: list[Entry], offsets: list[Entry], gps: list[Entry]
) -> None:
    exif = read_exif(block(order, main, [*detail, *offsets], gps))
    assert exif.orientation in range(1, 9)
    assert exif.latitude is None or -90 <= exif.latitude <= 90
    assert exif.taken_at is None or exif.taken_at.isoformat()
