"""Writes of photo bytes. Whoever stores here holds the digest's lock (`lock`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from auditapi.core import metrics
from auditapi.core.db import execute, fetch, now, organisation_id, session
from auditapi.core.object_jobs import delete_later
from auditapi.core.objects import objects
from auditapi.core.problems import OFFSET_DIFFERS, UNAVAILABLE, Problem
from auditapi.core.spool import Spool
from auditapi.photos import queries
from auditapi.photos.inspection import NotAPhoto, Picture, inspect
from auditapi.photos.models import Piece, Refusal

# One statement: the blob, who delivered it, and the upload's pieces gone.
_KEEP = """
WITH blob AS (
    INSERT INTO photo_blobs (
        organisation_id, sha256, object_key, bytes, media_type, width, height, orientation,
        taken_at, camera, latitude, longitude, stored_at
    ) VALUES (
        %(organisation)s, %(sha256)s, %(object_key)s, %(bytes)s, %(media_type)s, %(width)s,
        %(height)s, %(orientation)s, %(taken_at)s, %(camera)s, %(latitude)s, %(longitude)s, %(now)s
    ) ON CONFLICT DO NOTHING RETURNING 1
), holder AS (
    INSERT INTO photo_holders (organisation_id, sha256, person_id, delivered_at)
    VALUES (%(organisation)s, %(sha256)s, %(person)s, %(now)s)
    ON CONFLICT DO NOTHING RETURNING 1
), dropped AS (
    DELETE FROM photo_pieces WHERE person_id = %(person)s AND sha256 = %(sha256)s
)
SELECT EXISTS (SELECT FROM blob), EXISTS (SELECT FROM holder)
"""
_HOLD = """
WITH dropped AS (
    DELETE FROM photo_pieces WHERE person_id = %(person)s AND sha256 = %(sha256)s
)
INSERT INTO photo_holders (organisation_id, sha256, person_id, delivered_at)
VALUES (%(organisation)s, %(sha256)s, %(person)s, %(now)s)
ON CONFLICT DO NOTHING RETURNING 1
"""
# A connection keeps room for the largest row that it has ever carried, so pieces lie in slices.
SLICE = 256 * 1024
_ADD = """
INSERT INTO photo_pieces (
    organisation_id, person_id, sha256, start, length, upload_length, data, received_at
) VALUES (
    %(organisation)s, %(person)s, %(sha256)s, %(start)s, %(length)s, %(upload_length)s,
    %(data)b, %(now)s
)
"""
# unnest keeps the order, and each row takes its lock as it comes.
_LOCK = "SELECT pg_advisory_xact_lock(n) FROM unnest(%(numbers)s::bigint[]) AS n"


def locks_of(organisation: UUID, digests: Iterable[str]) -> list[int]:
    """Advisory locks: while they are held, nobody else writes a document or photo of these
    digests. Always in ascending order, so that two writers can't wait for each other."""
    return sorted(
        int.from_bytes(
            hashlib.sha256(organisation.bytes + digest.encode()).digest()[:8], "big", signed=True
        )
        for digest in set(digests)
    )


def lock(digests: Iterable[str]) -> None:
    """Take the locks of these digests until the transaction ends."""
    numbers = locks_of(organisation_id(), digests)
    if numbers:
        fetch(_LOCK, {"numbers": numbers})


@dataclass(frozen=True)
class Checked:
    """Whole bytes whose digest is right: a photo with an object key, or a refusal."""

    sha256: str
    size: int
    picture: Picture | None
    object_key: str | None
    refusal: NotAPhoto | None


def check_and_put(organisation: UUID, photo: Spool, *, stored: bool) -> Checked:
    """Look into the bytes and put them into object storage; no transaction may be open.

    `stored`: the organisation has these bytes already, so nothing is put. Raises
    `Problem(UNAVAILABLE)` while the storage does not answer.
    """
    sha256, size = photo.digest.hex(), photo.tell()
    if stored:
        return Checked(sha256, size, None, None, None)
    try:
        picture = inspect(photo.data())
    except NotAPhoto as refusal:
        return Checked(sha256, size, None, None, refusal)
    # Addresses carry keys, so a key must not tell when it was made: no UUIDv7 here.
    key = f"{organisation}/{sha256}/{uuid4().hex}"
    objects().put_spooled(key, photo, picture.media_type)
    return Checked(sha256, size, picture, key, None)


def keep(checked: Checked, person_id: UUID) -> bool:
    """Write down what `check_and_put` found; under `lock`. Returns whether this person brings
    these bytes for the first time."""
    if checked.refusal is not None:
        drop_pieces(person_id, checked.sha256)
        _refuse(checked, person_id)
        return False
    if checked.picture is None:
        _keep_known(checked)
        return bool(fetch(_HOLD, _held(checked, person_id)))
    ((stored, new),) = fetch(_KEEP, _held(checked, person_id) | _told(checked, checked.picture))
    if stored:
        metrics.photos_stored.labels(checked.picture.media_type).inc()
    else:
        _keep_known(checked)
    return bool(new)


def _held(checked: Checked, person_id: UUID) -> dict[str, Any]:
    return {
        "organisation": organisation_id(),
        "sha256": checked.sha256,
        "person": person_id,
        "now": now(),
    }


def _told(checked: Checked, picture: Picture) -> dict[str, Any]:
    return {
        "object_key": checked.object_key,
        "bytes": checked.size,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "orientation": picture.orientation,
        "taken_at": picture.taken_at.isoformat() if picture.taken_at else None,
        "camera": picture.camera,
        "latitude": picture.latitude,
        "longitude": picture.longitude,
    }


def _keep_known(checked: Checked) -> None:
    known = queries.blob(checked.sha256)
    if checked.object_key is None:
        if known is None or known.erased_at is not None:
            raise Problem(UNAVAILABLE, "The stored bytes have just gone; send them again.")
    elif known is not None and known.erased_at is not None:
        known.object_key, known.erased_at, known.stored_at = checked.object_key, None, now()
    else:
        # Somebody was faster: their object stays, ours goes, by its own key.
        delete_later(checked.object_key)


def _refuse(checked: Checked, person_id: UUID) -> None:
    if checked.refusal is None:
        raise ValueError("there is nothing to refuse")
    metrics.photos_refused.labels(checked.refusal.code.value).inc()
    session().execute(
        insert(Refusal)
        .values(
            organisation_id=organisation_id(),
            sha256=checked.sha256,
            person_id=person_id,
            code=checked.refusal.code.value,
            message=checked.refusal.message[:400],
        )
        .on_conflict_do_nothing()
    )


def add_piece(person_id: UUID, sha256: str, start: int, upload_length: int, data: bytes) -> int:
    """Keep one piece of an upload; under `lock`. Returns the new offset.

    Raises `Problem(OFFSET_DIFFERS)` with the right `Upload-Offset` when it does not start where
    the last one ended; a piece that came twice is such a case, and harmless.
    """
    here, declared = queries.upload(person_id, sha256)
    if start != here or declared not in (None, upload_length):
        raise Problem(
            OFFSET_DIFFERS,
            f"{here} bytes are here; go on from there.",
            headers={"Upload-Offset": str(here), "Upload-Complete": "?0"},
            offset=here,
        )
    for at in range(0, len(data), SLICE):
        part = data[at : at + SLICE]
        execute(
            _ADD,
            {
                "organisation": organisation_id(),
                "person": person_id,
                "sha256": sha256,
                "start": start + at,
                "length": len(part),
                "upload_length": upload_length,
                "data": part,
                "now": now(),
            },
        )
    return here + len(data)


def drop_pieces(person_id: UUID, sha256: str) -> None:
    session().execute(delete(Piece).where(Piece.person_id == person_id, Piece.sha256 == sha256))
