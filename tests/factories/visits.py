"""Small checklists, sealed documents and photos for tests of intake."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from PIL import Image
from uuid_utils.compat import uuid7

from auditapi.checklists.document import as_json, digest, read_yaml
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from tests.factories.chain import Chain

SMALL = """
key: small
languages: [en]
title: {en: A small standard}
scoring: {coverage_floor: 50}
sections:
  - key: A
    title: {en: Shelf}
    weight: 60
    items:
      - {key: A1, kind: yes_no, weight: 3, tag: must_be, text: {en: Is the shelf full?},
         evidence: [{needs: comment, when: "no"}]}
      - {key: A2, kind: scale, max: 5, weight: 1, tag: linear, text: {en: How tidy is it?},
         anchors: {1: {en: chaos}, 2: {en: poor}, 3: {en: fair}, 4: {en: good}, 5: {en: perfect}}}
      - {key: A3, kind: photo, required: false, text: {en: Photograph it.}}
  - key: B
    title: {en: Staff}
    weight: 40
    items:
      - {key: B1, kind: yes_no, weight: 2, tag: delight, na: true, text: {en: Were you greeted?}}
      - {key: B2, kind: text, required: false, text: {en: What happened?}}
"""
GOOD = {
    "A1": {"value": "yes"},
    "A2": {"value": 4},
    "B1": {"value": "yes"},
}


def publish(chain: Chain, text: str = SMALL) -> ChecklistVersion:
    """Straight into the database; publishing itself is tested elsewhere."""
    checklist = read_yaml(text, "test.yaml")
    with db.transaction(chain.organisation.id):
        version = ChecklistVersion(
            key=checklist.key,
            number=1,
            sha256=digest(checklist),
            title=dict(checklist.title),
            document=as_json(checklist),
        )
        db.session().add(version)
    return version


_FAINT = [128 + (value - 128) // 4 for value in range(256)]


@lru_cache(64)
def jpeg(seed: int, size: tuple[int, int] = (320, 240)) -> bytes:
    """A small photo, another one for each seed, and always the same one for the same seed."""
    noise = random.Random(seed).randbytes(size[0] * size[1])
    image = Image.frombytes("L", size, noise).point(_FAINT).convert("RGB")
    image.paste(((seed * 37) % 256, (seed * 91) % 256, (seed * 53) % 256), (8, 8, 120, 90))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, comment=str(seed).encode())
    return out.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Visit:
    """A sealed audit in the making: change `document`, then send `body`."""

    document: dict[str, Any]
    photos: list[bytes] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def path(self) -> str:
        return f"/api/v1/audits/{self.id}"

    @property
    def body(self) -> bytes:
        return json.dumps(self.document, ensure_ascii=False).encode()

    @property
    def sha256(self) -> str:
        return sha256(self.body)

    def headers(self, **more: str) -> dict[str, str]:
        packed = base64.b64encode(hashlib.sha256(self.body).digest()).decode()
        return {
            "Content-Type": "application/json",
            "Content-Digest": f"sha-256=:{packed}:",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }


def visit(
    chain: Chain,
    version: ChecklistVersion,
    *photos: bytes,
    store: str = "N1",
    kind: str = "announced_audit",
    assignment_id: str | None = None,
    **changes: Any,
) -> Visit:
    """cleo's visit of an hour ago with good answers; `changes` replace fields."""
    started = datetime.now(UTC) - timedelta(hours=1)
    document = {
        "format": 1,
        "id": str(uuid7()),
        "assignment_id": assignment_id,
        "store_id": str(chain.stores[store].id),
        "kind": kind,
        "checklist": {"key": version.key, "version": version.number, "sha256": version.sha256},
        "language": "en",
        "time_zone": "Asia/Seoul",
        "started_at": started.isoformat(),
        "finished_at": (started + timedelta(minutes=40)).isoformat(),
        "sealed_at": (started + timedelta(minutes=41)).isoformat(),
        "answers": dict(GOOD),
        "photos": [declared(data) for data in photos],
        **changes,
    }
    return Visit(document, list(photos))


def declared(data: bytes, item: str | None = "A3", **more: Any) -> dict[str, Any]:
    return {
        "sha256": sha256(data),
        "bytes": len(data),
        "media_type": "image/jpeg",
        "item": item,
        "taken_at": datetime.now(UTC).isoformat(),
        "location": None,
        "source": "camera",
        "marks": [],
        **more,
    }


def fresh_jpeg() -> bytes:
    """A photo nobody has sent before."""
    return jpeg(uuid4().int % 10**12)
