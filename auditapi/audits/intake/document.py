"""The sealed document, read leniently (pure).

Work done in a shop is never refused. Bytes that can't be read as a JSON object raise
`Unreadable`; everything else is read as far as it makes sense, and what does not becomes a
`Reason` to put the audit into quarantine.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from auditapi.audits.intake import loading, marking
from auditapi.audits.states import VisitKind
from auditapi.photos.marks import as_json

FORMAT = 1
LARGEST_DOCUMENT = 2 * 1024 * 1024
LARGEST_PHOTO = 32 * 1024 * 1024
MOST_PHOTOS = 200
MOST_REASONS = 200
_YEARS = range(1990, 2200)
SHA256 = re.compile(r"[0-9a-f]{64}")
Parsed = TypeVar("Parsed")
Unreadable = loading.Unreadable


@dataclass(frozen=True)
class Reason:
    """Why an audit is in quarantine: where, a code for programs, words for people."""

    place: str
    code: str
    message: str


@dataclass(frozen=True)
class DeclaredPhoto:
    """A photo as the document lists it."""

    sha256: str
    item: str | None
    bytes: int | None
    media_type: str | None
    taken_at: datetime | None
    source: str | None
    location: dict[str, Any] | None
    elsewhere: bool
    caption: str | None
    marks: list[dict[str, Any]]
    redactions: str
    lost: str | None


@dataclass
class SealedAudit:
    """What the document says, with None where it says nothing usable."""

    sha256: str
    id: UUID | None = None
    assignment_id: UUID | None = None
    store_id: UUID | None = None
    kind: VisitKind | None = None
    checklist_key: str | None = None
    checklist_version: int | None = None
    checklist_sha256: str | None = None
    language: str | None = None
    time_zone: ZoneInfo | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    sealed_at: datetime | None = None
    visited_from: datetime | None = None
    visited_until: datetime | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    photos: list[DeclaredPhoto] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)  # digests of photos beyond `MOST_PHOTOS`
    reasons: list[Reason] = field(default_factory=list)

    @property
    def visited_on(self) -> date | None:
        """The day in the store's time zone."""
        if self.started_at is None:
            return None
        return self.started_at.astimezone(self.time_zone or self.started_at.tzinfo).date()

    @property
    def photos_by_item(self) -> dict[str, int]:
        """How many photos that are not lost name each item."""
        counts: dict[str, int] = {}
        for photo in self.photos:
            if photo.item is not None and photo.lost is None:
                counts[photo.item] = counts.get(photo.item, 0) + 1
        return counts


def read(body: bytes) -> SealedAudit:
    """The document in these bytes, with every reason that speaks against it (see `told`). Raises
    `Unreadable`."""
    data, too_large = loading.load(body)
    audit = _read_fields(data, hashlib.sha256(body).hexdigest())
    audit.reasons += [
        Reason(place, "number_too_large", "The number is too large to be kept.")
        for place in too_large
    ]
    return audit


def raw(body: bytes) -> dict[str, Any]:
    """The JSON object itself, cleaned of what no database can hold. Raises `Unreadable`."""
    return loading.load(body)[0]


def told(reasons: list[Reason]) -> list[Reason]:
    """Not more than a reviewer can read, those first of areas that are not covered: two megabytes
    can be wrong in half a million places. For the whole list, once, so that what is not listed is
    counted right."""
    if len(reasons) <= MOST_REASONS:
        return reasons
    first = sorted(reasons, key=lambda reason: reason.code != marking.UNCOVERED)[:MOST_REASONS]
    more = f"There are {len(reasons) - MOST_REASONS} more reasons."
    return [*first, Reason("", "more", more)]


class _Reader:
    """Takes fields out of one object and notes a reason for each that is missing or wrong."""

    def __init__(self, data: Mapping[str, Any], reasons: list[Reason], path: str = "") -> None:
        self.data, self.reasons, self.path = data, reasons, path

    def wrong(self, name: str, message: str, code: str = "malformed") -> None:
        self.reasons.append(Reason(f"{self.path}{name}", code, message))

    def get(
        self, name: str, parse: Callable[[Any], Parsed], expected: str, *, needed: bool = True
    ) -> Parsed | None:
        given = self.data.get(name)
        if given is None:
            if needed:
                self.wrong(name, "is missing", "missing")
            return None
        try:
            return parse(given)
        except (ValueError, TypeError, KeyError, OverflowError, OSError):  # "Asia" is a folder
            self.wrong(name, f"should be {expected}")
            return None


def _uuid(given: Any) -> UUID:
    return UUID(_text(given))


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _short(longest: int) -> Callable[[Any], str]:
    def parse(given: Any) -> str:
        text = _text(given)
        if len(text) > longest:
            raise ValueError
        return text

    return parse


def _moment(given: Any) -> datetime:
    moment = datetime.fromisoformat(_text(given))
    if moment.tzinfo is None:
        raise ValueError
    if moment.year not in _YEARS:  # and so no shift by an offset can overflow
        raise ValueError
    return moment


def _count(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**31:
        raise TypeError
    return given


def _digest(given: Any) -> str:
    text = _text(given)
    if SHA256.fullmatch(text) is None:
        raise ValueError
    return text


def _object(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise TypeError
    return given


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise TypeError
    return given


def _zone(given: Any) -> ZoneInfo:
    return ZoneInfo(_text(given))


def _format(given: Any) -> int:
    if given != FORMAT or isinstance(given, bool):
        raise ValueError
    return FORMAT


def _read_fields(data: dict[str, Any], sha256: str) -> SealedAudit:
    audit = SealedAudit(sha256)
    reader = _Reader(data, audit.reasons)
    reader.get("format", _format, str(FORMAT))
    audit.id = reader.get("id", _uuid, "a UUID")
    audit.assignment_id = reader.get("assignment_id", _uuid, "a UUID or null", needed=False)
    audit.store_id = reader.get("store_id", _uuid, "a UUID")
    audit.kind = reader.get("kind", VisitKind, "a kind of visit")
    audit.language = reader.get("language", _short(12), "a language tag")
    audit.time_zone = reader.get("time_zone", _zone, "an IANA time zone", needed=False)
    audit.started_at = reader.get("started_at", _moment, "a time with its offset")
    audit.finished_at = reader.get("finished_at", _moment, "a time with its offset")
    audit.sealed_at = reader.get("sealed_at", _moment, "a time with its offset", needed=False)
    for name in ("visited_from", "visited_until"):
        setattr(audit, name, reader.get(name, _moment, "a time with its offset", needed=False))
    audit.answers = reader.get("answers", _object, "an object") or {}
    checklist = _Reader(
        reader.get("checklist", _object, "an object") or {}, audit.reasons, "checklist."
    )
    audit.checklist_key = checklist.get("key", _short(80), "a checklist's key")
    audit.checklist_version = checklist.get("version", _count, "a version number")
    audit.checklist_sha256 = checklist.get("sha256", _digest, "64 hexadecimal digits")
    if audit.started_at and audit.finished_at and audit.finished_at < audit.started_at:
        reader.wrong("finished_at", "is before started_at", "out_of_order")
    _read_photos(reader, audit)
    return audit


def _read_photos(reader: _Reader, audit: SealedAudit) -> None:
    entries = enumerate(reader.get("photos", _list, "a list", needed=False) or [])
    for index, entry in entries:
        place = f"photos[{index}]"
        if not isinstance(entry, dict):
            audit.reasons.append(Reason(place, "malformed", "should be an object"))
            continue
        photo = _read_photo(_Reader(entry, audit.reasons, f"{place}."))
        if photo is not None:
            audit.photos.append(photo)
        if len(audit.photos) == MOST_PHOTOS:
            break
    rest = [entry for _, entry in entries]
    if rest:
        reader.wrong("photos", f"are more than {MOST_PHOTOS}", "too_many")
        audit.too_many = _digests_beyond(rest, {photo.sha256 for photo in audit.photos})


def _digests_beyond(entries: Iterable[Any], known: set[str]) -> list[str]:
    """Of photos that are not taken, each once: a phone has to learn what became of them."""
    named = (entry.get("sha256") for entry in entries if isinstance(entry, dict))
    found = (name for name in named if isinstance(name, str) and SHA256.fullmatch(name))
    return [name for name in dict.fromkeys(found) if name not in known]


def read_photos(entries: Iterable[Mapping[str, Any]]) -> tuple[list[DeclaredPhoto], list[Reason]]:
    """Photos that are told beside a document, in the form in which a document lists them."""
    reasons: list[Reason] = []
    found = [
        _read_photo(_Reader(entry, reasons, f"photos[{index}]."))
        for index, entry in enumerate(entries)
    ]
    return [photo for photo in found if photo is not None], reasons


def _read_photo(reader: _Reader) -> DeclaredPhoto | None:
    sha256 = reader.get("sha256", _digest, "64 hexadecimal digits")
    if sha256 is None:
        return None
    marks, redactions = _read_marks(reader)
    return DeclaredPhoto(
        sha256=sha256,
        item=reader.get("item", _short(80), "an item's key or null", needed=False),
        bytes=reader.get("bytes", _count, "a number of bytes", needed=False),
        media_type=reader.get("media_type", _short(100), "a media type", needed=False),
        taken_at=reader.get("taken_at", _moment, "a time with its offset", needed=False),
        source=reader.get("source", _short(40), "camera or gallery", needed=False),
        location=reader.get("location", _object, "an object or null", needed=False),
        elsewhere=reader.data.get("elsewhere") is True,
        caption=reader.get("caption", _short(2000), "text", needed=False),
        marks=marks,
        redactions=redactions,
        lost=reader.get("lost", _short(400), "the reason", needed=False),
    )


def _read_marks(reader: _Reader) -> tuple[list[dict[str, Any]], str]:
    """The sound marks as JSON, and the name of the set of redactions among them."""
    marks = marking.read(reader.data.get("marks"))
    for place, code, message in marks.faults:
        reader.wrong(place, message, code)
    return as_json(marks.sound), marking.redactions_name(marks.redactions)
