"""The file that a phone writes by «save unsent audits to a file» (pure).

One JSON object a line, so that nobody ever holds more than one photo:

    {"about": "unsent audits", "format": 1, "person": {"id", "name"}, "saved_at"}
    {"photo": sha256, "media_type", "bytes": base64}
    {"audit": id, "sha256", "if_match"?: sha256, "bytes": base64 of the sealed document}
    {"draft": id, "content": {…}}

A line that can't be read costs that line only: what else the file holds was work, too.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

ABOUT = "unsent audits"
FORMAT = 1
#: A photo of 32 MB in base64, and the words around it.
LONGEST_LINE = 45 * 1024 * 1024


class NotUnsentAudits(ValueError):
    """The first line is not that of such a file."""


@dataclass(frozen=True)
class About:
    """Whose work it is, and when it was saved by the phone's clock."""

    person_id: UUID
    saved_at: datetime


@dataclass(frozen=True)
class PhotoLine:
    sha256: str
    data: bytes


@dataclass(frozen=True)
class AuditLine:
    """`if_match`: the SHA-256 of the document that these bytes correct."""

    id: UUID
    sha256: str
    if_match: str | None
    body: bytes


@dataclass(frozen=True)
class DraftLine:
    id: UUID
    body: bytes


@dataclass(frozen=True)
class Unreadable:
    """A line, counted from 1, that is damaged, cut off, or of a kind not known here."""

    line: int
    message: str


Entry = PhotoLine | AuditLine | DraftLine | Unreadable


def read(file: BinaryIO) -> tuple[About, Iterator[Entry]]:
    """Whose it is, and everything in it, read as it is asked for. Raises `NotUnsentAudits`."""
    lines = _lines(file)
    try:
        about = _about(_object(next(lines)))
    except (StopIteration, ValueError, KeyError, TypeError):
        raise NotUnsentAudits("its first line does not say that it is one") from None
    return about, _entries(lines)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        yield line
        while not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            line = file.readline(LONGEST_LINE)  # the rest of one that is too long


def _entries(lines: Iterator[bytes]) -> Iterator[Entry]:
    for number, line in enumerate(lines, 2):
        if line.strip():
            yield _entry(number, line)


def _entry(number: int, line: bytes) -> Entry:
    try:
        given = _object(line)
        for name, parse in _KINDS.items():
            if name in given:
                return parse(given)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Unreadable(number, f"can't be read: {error}"[:300])
    return Unreadable(number, "is neither a photo nor an audit nor a draft")


def _object(line: bytes) -> dict[str, Any]:
    given = json.loads(line.decode("utf-8"))
    if not isinstance(given, dict):
        raise TypeError("not an object")
    return given


def _about(given: dict[str, Any]) -> About:
    if given["about"] != ABOUT or given["format"] != FORMAT:
        raise ValueError("it is about something else, or of a later format")
    return About(UUID(given["person"]["id"]), datetime.fromisoformat(given["saved_at"]))


def _photo(given: dict[str, Any]) -> PhotoLine:
    return PhotoLine(_text(given["photo"]), _bytes(given["bytes"]))


def _audit(given: dict[str, Any]) -> AuditLine:
    corrects = given.get("if_match")
    return AuditLine(
        UUID(given["audit"]),
        _text(given["sha256"]),
        None if corrects is None else _text(corrects),
        _bytes(given["bytes"]),
    )


def _draft(given: dict[str, Any]) -> DraftLine:
    if not isinstance(given["content"], dict):
        raise TypeError("a draft without content")
    # As a phone writes it: the same draft saved again then has the same tag.
    text = json.dumps(given["content"], ensure_ascii=False, separators=(",", ":"))
    return DraftLine(UUID(given["draft"]), text.encode())


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError("not a text")
    return given


def _bytes(given: Any) -> bytes:
    return base64.b64decode(_text(given), validate=True)


_KINDS: dict[str, Callable[[dict[str, Any]], Entry]] = {
    "photo": _photo,
    "audit": _audit,
    "draft": _draft,
}
