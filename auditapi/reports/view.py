"""The plain data a report is made from: no database rows, no open files, no functions.

Everything here can be written as JSON. Pictures are named by the SHA-256 of the bytes that are
printed; the bytes themselves travel beside it (see `render.render`). Checklist, answers and
score keep the shapes they have elsewhere: `auditapi.checklists.document.as_json`, the sealed
document's `answers`, `auditapi.checklists.scoring.Score.as_json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["en", "ko", "zh-Hant", "ru"]
Audience = Literal["store", "head_office"]
Variant = Literal["full", "short", "photo_sheet"]
Form = Literal["full", "short", "photo_sheet", "archive"]
"""What can be asked for: a variant, or the full report as PDF/A-3a with the audit's data in it."""
Paper = Literal["A4", "Letter"]
PhotoSize = Literal["small", "medium", "large"]
PhotoOrder = Literal["item", "time"]
Conformance = Literal["ua", "archive"]

LANGUAGES: tuple[Language, ...] = ("en", "ko", "zh-Hant", "ru")

BLOCKS: tuple[str, ...] = (
    "findings", "sections", "items", "photos", "signatures", "revisions", "evidence",
)  # fmt: skip
"""What can stand after the first page, in the order it has unless the organisation says
otherwise. The first page itself always answers first and cannot be left out."""


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A picture that belongs to the organisation; `sha256` names its bytes (PNG or JPEG)."""

    sha256: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """`accent` is `#rrggbb`; it is darkened for text when it would be too pale to read."""

    name: str
    accent: str = "#1f4e79"
    logo: Logo | None = None


@dataclass(frozen=True, kw_only=True)
class Store:
    """`time_zone` is an IANA name: every time in the report is told in it. `managers` are the
    names of those bound to the store, to be hidden from it wherever they are written; no report
    holds them."""

    code: str
    name: str
    address: str
    region: str
    time_zone: str
    managers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Auditor:
    """The store's view carries the code only."""

    code: str
    name: str | None


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where the phone was; `at` RFC 3339, degrees, accuracy in metres."""

    at: str
    what: str
    latitude: float
    longitude: float
    accuracy: float | None = None


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One change. `items` are the keys of the items that changed; none where only photos were
    covered."""

    number: int
    at: str
    author: str | None
    reason: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Audit:
    """`started_at` and `finished_at` are RFC 3339 with offset. `language` is the auditor's.

    `day` and `daypart` are filled in by `privacy`, which takes the minute away from a store, and
    the revisions that were made before it could read the audit (`released_at`).
    """

    id: str | None
    kind: str
    language: str
    started_at: str | None
    finished_at: str | None
    scenario: str | None = None
    revision: int = 1
    revisions: tuple[Revision, ...] = ()
    positions: tuple[Position, ...] = ()
    position_missing: str | None = None
    released_at: str | None = None
    day: str | None = None
    daypart: str | None = None


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo of the audit.

    `sha256` is the digest of the original as it was received, `print_sha256` that of the
    upright derivative that is printed (None when there is nothing to print: then `missing`
    says why); `width` and `height` are the derivative's, in pixels. `marks` are as in the
    sealed document, 0…1 over the upright picture.
    """

    sha256: str
    print_sha256: str | None
    width: int
    height: int
    item: str | None = None
    caption: str | None = None
    marks: tuple[Mapping[str, Any], ...] = ()
    taken_at: str | None = None
    source: str = "camera"
    latitude: float | None = None
    longitude: float | None = None
    audience: Audience = "store"
    missing: str | None = None


@dataclass(frozen=True, kw_only=True)
class PastAudit:
    """An earlier released audit of this store, of the same kind.

    `day` is ISO 8601; percentages are strings with one decimal, as printed then.
    """

    day: str
    percentage: str | None
    outcome: str
    band: str | None = None
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Trust:
    """How far one visit can be trusted: ± percentage points, from how many stores."""

    plus_minus: str
    stores: int


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the report can be held against later. Digests are SHA-256 in hex.

    `code` is the manifest's code, at least 80 bits, as printed; `verify_url` goes into the QR.
    """

    document_sha256: str
    score_sha256: str | None = None
    received_at: str | None = None
    received_day: str | None = None
    code: str | None = None
    verify_url: str | None = None
    key_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """Everything a report is made of, and how the reader wants it.

    `history` is oldest first and does not hold this audit. `repeated` says how many audits in
    a row an item had already failed before this one. `provisional` are the failed critical items
    whose evidence is still to be confirmed: none once the audit is released. `blocks` None means
    the variant's own. `signers` are the names that this or an earlier revision was signed with, to
    be hidden from the store; no report holds them.
    """

    organisation: Organisation
    store: Store
    auditor: Auditor
    audit: Audit
    checklist: Mapping[str, Any]
    checklist_sha256: str
    checklist_version: int
    score: Mapping[str, Any]
    answers: Mapping[str, Any]
    evidence: Evidence
    photos: tuple[Photo, ...] = ()
    history: tuple[PastAudit, ...] = ()
    repeated: Mapping[str, int] = field(default_factory=dict)
    trust: Trust | None = None
    language: Language = "en"
    country: str | None = None
    audience: Audience = "store"
    provisional: tuple[str, ...] = ()
    variant: Variant = "full"
    paper: Paper = "A4"
    blocks: tuple[str, ...] | None = None
    photo_size: PhotoSize = "medium"
    photo_order: PhotoOrder = "item"
    conformance: Conformance = "ua"
    signers: tuple[str, ...] = ()
