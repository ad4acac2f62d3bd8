"""Files as a phone writes them by «save unsent audits to a file»: see its export.js."""

from __future__ import annotations

import base64
import json
from typing import Any

from auditapi.people.models import Person
from tests.factories.visits import Visit, sha256


def about(person: Person, /, **changes: Any) -> dict[str, Any]:
    return {
        "about": "unsent audits",
        "format": 1,
        "person": {"id": str(person.id), "name": person.name},
        "saved_at": "2026-11-20T18:02:11+09:00",
        **changes,
    }


def photo(data: bytes, **changes: Any) -> dict[str, Any]:
    packed = base64.b64encode(data).decode()
    return {"photo": sha256(data), "media_type": "image/jpeg", "bytes": packed, **changes}


def audit(made: Visit, **changes: Any) -> dict[str, Any]:
    packed = base64.b64encode(made.body).decode()
    return {"audit": made.id, "sha256": made.sha256, "bytes": packed, **changes}


def draft(content: dict[str, Any]) -> dict[str, Any]:
    return {"draft": content["id"], "content": content}


def lines(*entries: dict[str, Any] | bytes) -> bytes:
    return b"".join(
        entry if isinstance(entry, bytes) else json.dumps(entry).encode() + b"\n"
        for entry in entries
    )


def whole(person: Person, *visits: Visit) -> bytes:
    """Everything of these visits, in the phone's order."""
    photos = [photo(data) for made in visits for data in made.photos]
    return lines(about(person), *photos, *map(audit, visits))
