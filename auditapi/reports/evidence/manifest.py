"""The manifest: what an audit's evidence is, as bytes that can be signed (pure).

It names the sealed document, every photo, the score, the checklist and all changes by SHA-256,
and says when the last of it arrived. `code_of` is the short form that stands on paper.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = 1
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no letter that could be taken for a digit."""
_MISREAD = str.maketrans("OIL", "011")
CODE_LENGTH = 20
"""Characters of a code, five bits each: 100 bits."""
_GROUP = 5
_APART = re.compile(r"[\s\-\u2010-\u2015\u2212._]+")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One revision of one audit. Digests are SHA-256 in hex.

    `visited_on` is the day in the store's time zone, `received_at` RFC 3339 in UTC: when the
    document and all of its photos had arrived. `percentage` is as printed. `photos` are all
    that the document lists, as {"sha256", "audience"}. `changes` is the digest of what
    reviewers changed up to this revision. `key` names the key it is signed with.
    """

    organisation: str
    audit: str
    revision: int
    store: str
    kind: str
    visited_on: str | None
    received_at: str
    document: str
    checklist: Mapping[str, Any]
    score: str
    percentage: str | None
    outcome: str
    band: str | None
    photos: Sequence[Mapping[str, str]]
    changes: str
    key: str


def canonical(data: Any) -> bytes:
    """JSON whose bytes follow from its content alone: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(data: Any) -> str:
    """SHA-256 in hex of the canonical JSON."""
    return hashlib.sha256(canonical(data)).hexdigest()


def as_bytes(manifest: Manifest) -> bytes:
    """What is signed and kept."""
    return canonical({"format": FORMAT, **vars(manifest)})


def read(body: bytes) -> Manifest:
    """The manifest in these bytes, which `as_bytes` made."""
    data = json.loads(body)
    if data.pop("format") != FORMAT:
        raise ValueError("a manifest of another format")
    return Manifest(**data)


def code_of(body: bytes, signature: bytes) -> str:
    """The first 100 bits of the SHA-256 of manifest and signature, without its hyphens.

    With the signature in it, nobody who knows the audit but not the key can work it out.
    """
    number = int.from_bytes(hashlib.sha256(body + signature).digest(), "big") >> 156
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(95, -1, -5))


def printed_code(code: str) -> str:
    """In groups of five, as it stands on paper: 7K3M9-…"""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def typed_code(text: str) -> str | None:
    """What somebody typed or scanned as a code, or None when it can't be one.

    Groups, small letters, and o, i and l for 0 and 1 are all understood.
    """
    code = _APART.sub("", text).upper().translate(_MISREAD)
    fits = len(code) == CODE_LENGTH and all(letter in _ALPHABET for letter in code)
    return code if fits else None


def differences(then: Manifest, now: Manifest) -> list[str]:
    """Which parts are not what they were when `then` was signed; nothing: all is as it was.

    A store's code may change, its id is in the document. A photo whose bytes were erased when
    their term was over keeps its digest.
    """
    parts = ("document", "checklist", "score", "changes", "kind", "visited_on")
    found = [name for name in parts if getattr(then, name) != getattr(now, name)]
    shas = [[photo["sha256"] for photo in of.photos] for of in (then, now)]
    return found + (["photos"] if shas[0] != shas[1] else [])
