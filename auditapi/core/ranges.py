"""Which part of some bytes a request asks for (RFC 9110, 14; pure). One part, never several."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.IGNORECASE)


class Unsatisfiable(Exception):
    """Nothing of the bytes lies in that range."""


@dataclass(frozen=True)
class Part:
    """From byte `first` to byte `last`, both included."""

    first: int
    last: int


def wanted(header: str | None, size: int) -> Part | None:
    """The part; None for all of it. What can't be read, or names several parts, is as if it were
    not there. Raises `Unsatisfiable`."""
    found = _ONE.fullmatch((header or "").strip().replace(" ", ""))
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        if int(suffix) == 0 or size == 0:
            raise Unsatisfiable
        return Part(max(0, size - int(suffix)), size - 1)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return Part(int(first), min(int(last or size), size - 1))


def still_holds(if_range: str | None, etag: str | None) -> bool:
    """Whether the bytes are still those that a part was had of before. A date never does: what
    was sent carried none."""
    return if_range is None or (if_range == etag and not if_range.startswith("W/"))
