"""Which part of some bytes a Range asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.core.ranges import Part, Unsatisfiable, still_holds, wanted


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", Part(0, 0)),
        ("bytes=0-499", Part(0, 499)),
        ("bytes=500-", Part(500, 999)),
        ("bytes=-500", Part(500, 999)),
        ("bytes=-5000", Part(0, 999)),
        ("bytes=900-5000", Part(900, 999)),
        ("Bytes=1-2", Part(1, 2)),
        ("bytes= 1-2", Part(1, 2)),
    ],
)
def test_one_part_is_understood(header: str, part: Part) -> None:
    assert wanted(header, 1000) == part


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=2-1", "bytes=0-1,5-6", "items=0-1",
     "bytes=--5", "bytes=1-2-3", "bytes=" + "9" * 40 + "-", "bytes=١-٢"],
)  # fmt: skip
def test_what_can_not_be_read_or_is_several_parts_is_all_of_it(header: str) -> None:
    assert wanted(header, 1000) is None


@pytest.mark.parametrize(("header", "size"), [("bytes=1000-", 1000), ("bytes=-0", 1000),
                                              ("bytes=0-", 0), ("bytes=-5", 0)])  # fmt: skip
def test_what_lies_behind_the_end_can_not_be_had(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        wanted(header, size)


@given(st.integers(1, 5000), st.integers(0, 6000), st.integers(0, 6000))
def test_a_part_is_what_a_slice_of_the_bytes_would_be(size: int, first: int, last: int) -> None:
    data = bytes(index % 251 for index in range(size))
    if first >= size or last < first:
        return
    part = wanted(f"bytes={first}-{last}", size)
    assert part is not None
    assert data[part.first : part.last + 1] == data[first : last + 1]


def test_a_part_goes_on_only_while_the_bytes_are_the_same() -> None:
    assert still_holds(None, '"a"')
    assert still_holds('"a"', '"a"')
    assert not still_holds('"b"', '"a"')
    assert not still_holds('W/"a"', '"a"')
    assert not still_holds("Sat, 21 Nov 2026 10:00:00 GMT", '"a"')
    assert not still_holds('"a"', None)
