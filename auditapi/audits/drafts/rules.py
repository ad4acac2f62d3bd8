"""What can be said of a draft's bytes (pure)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

LARGEST = 2 * 1024 * 1024
KEPT = timedelta(days=180)


class Unreadable(ValueError):
    """The bytes are not a JSON object in UTF-8."""


@dataclass(frozen=True)
class Content:
    """A draft's bytes, their SHA-256, and what of them is repeated in lists."""

    body: bytes
    sha256: str
    assignment_id: UUID | None
    store_id: UUID | None


def read(body: bytes) -> Content:
    """Raises `Unreadable`. Unfinished work may say anything else, or nothing yet."""
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The body is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise Unreadable("The body is not a JSON object.")
    sha256 = hashlib.sha256(body).hexdigest()
    return Content(body, sha256, _uuid(data.get("assignment_id")), _uuid(data.get("store_id")))


def _uuid(given: Any) -> UUID | None:
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None


def may_replace(stored: str | None, expected: str | None) -> bool:
    """Whether a draft that is `stored` (its SHA-256; None: there is none) is the one that the
    phone `expected` to replace: its tag, `*` for whichever is there, None for none."""
    if expected == "*":
        return stored is not None
    return stored == expected
