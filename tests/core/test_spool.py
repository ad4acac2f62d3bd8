"""What came is the same when it goes on, whether it was in memory or on the disk meanwhile."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

import pytest

from auditapi.core.problems import UNAVAILABLE, Problem
from auditapi.core.spool import IN_MEMORY, Spool
from tests.factories.full_disk import full_from


def on_the_disk() -> int:
    """How many files without a name this process holds open, in bytes."""
    held = 0
    for one in Path("/proc/self/fd").iterdir():
        try:
            nameless = os.readlink(one).endswith("(deleted)")
            held += one.stat().st_size if nameless else 0
        except FileNotFoundError:
            continue  # the one that lists the others
    return held


@pytest.mark.parametrize("size", [0, 1, IN_MEMORY, IN_MEMORY + 1, 3_000_000])
def test_what_was_written_is_read_as_often_as_it_is_asked_for(size: int) -> None:
    data = secrets.token_bytes(size)
    with Spool() as spool:
        for at in range(0, size, 256 * 1024):
            spool.write(data[at : at + 256 * 1024])
        assert (spool.tell(), spool.digest) == (size, hashlib.sha256(data).digest())
        assert spool.data() == spool.file().read() == data


def test_many_bytes_are_on_the_disk_and_few_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = on_the_disk()
    with Spool() as few, Spool() as many:
        few.write(b"x" * IN_MEMORY)
        assert on_the_disk() == before
        many.write(b"x" * 2_000_000)
        assert on_the_disk() == before + 2_000_000
        assert list(tmp_path.iterdir()) == []
    assert on_the_disk() == before


def test_a_full_disk_is_a_reason_to_send_it_again_later() -> None:
    def fill() -> None:
        with Spool() as spool:
            spool.write(b"x" * 999_000)
            spool.write(b"x" * 1_001)

    with full_from(1_000_000), pytest.raises(Problem) as refused:
        fill()
    assert refused.value.kind is UNAVAILABLE
