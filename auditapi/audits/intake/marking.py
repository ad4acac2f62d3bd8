"""What a photo's marks say, read leniently (pure): one that is broken must not uncover the faces
that others cover, and one that covers is read however it was rounded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from auditapi.photos.marks import (
    MOST_MARKS,
    Extent,
    InvalidMarks,
    Mark,
    Point,
    Redact,
    as_json,
    parse_marks,
)

UNCOVERED = "redaction_unreadable"


@dataclass
class Marks:
    """Those that can be read, and what is wrong with the others: (place, code, message)."""

    sound: list[Mark] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def redactions(self) -> list[Redact]:
        return [mark for mark in self.sound if isinstance(mark, Redact)]


def read(given: object) -> Marks:
    """The marks of one photo. Every redaction is kept, and as many others as a photo may have."""
    found = Marks()
    if not given:
        return found
    if not isinstance(given, list):
        code = UNCOVERED if _covers(given) else "malformed"
        found.faults.append(("marks", code, "must be a list"))
        return found
    others = 0
    for number, entry in enumerate(given):
        if _covers(entry):
            _take_redaction(found, entry, f"marks[{number}]")
            continue
        others += 1
        if others <= MOST_MARKS:
            _take_mark(found, entry, f"marks[{number}]")
    if others > MOST_MARKS:
        message = f"are {others} besides what is covered; the first {MOST_MARKS} are kept"
        found.faults.append(("marks", "too_many_marks", message))
    return found


def redactions_of(stored: object) -> list[Redact]:
    """What the marks that are kept with a photo cover. It never fails: they were read before."""
    return read(stored).redactions


def redactions_name(redactions: Iterable[Redact]) -> str:
    """SHA-256 that names a set of redactions; derivatives are kept under it."""
    written = json.dumps(as_json(redactions), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _covers(entry: object) -> bool:
    kind = entry.get("kind") if isinstance(entry, Mapping) else None
    return isinstance(kind, str) and kind.strip().lower() == "redact"


def _take_mark(found: Marks, entry: object, place: str) -> None:
    try:
        found.sound += parse_marks([entry])
    except InvalidMarks as invalid:
        for problem in invalid.problems:
            where = problem.path.replace("marks[0]", place, 1)
            found.faults.append((where, "malformed", problem.message))


def _take_redaction(found: Marks, entry: Mapping[str, Any], place: str) -> None:
    covered = _clamped(entry.get("at"), entry.get("size"))
    if covered is None:
        message = "should cover an area, but does not say which: it is not covered"
        found.faults.append((place, UNCOVERED, message))
    else:
        found.sound.append(covered)


def _clamped(at: object, size: object) -> Redact | None:
    """The area as far as it lies in the picture; None when it is no area or lies outside."""
    begin, length = _pair(at), _pair(size)
    if begin is None or length is None:
        return None
    with suppress(InvalidMarks):  # most are sound, and stay as they are to the last digit
        parse_marks([{"kind": "redact", "at": begin, "size": length}])
        return Redact(Point(*map(float, begin)), Extent(*map(float, length)))
    left, right = _edges(begin[0], length[0])
    top, bottom = _edges(begin[1], length[1])
    if right <= left or bottom <= top:
        return None
    return Redact(Point(left, top), Extent(right - left, bottom - top))


def _pair(value: object) -> list[int | float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in value):
        return None
    return value


def _edges(begin: float, length: float) -> tuple[float, float]:
    """From where to where, 0…1, whichever corner it was drawn from."""
    edges = (max(0.0, min(1.0, edge)) for edge in (begin, begin + length))
    first, last = sorted(edges)
    return first, last
