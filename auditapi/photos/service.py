"""Writes of photo bytes. Whoever stores here holds the digest's lock (`lock`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from auditapi.core import metrics
from auditapi.core.db import now, organisation_id, session, table_of
from auditapi.core.object_jobs import delete_later
from auditapi.core.objects import objects
from auditapi.core.problems import OFFSET_DIFFERS, UNAVAILABLE, Problem
from auditapi.photos import queries
from auditapi.photos.inspection import NotAPhoto, Picture, inspect
from auditapi.photos.models import Blob, Holder, Piece, Refusal

# Built once, for they are on the way of every photo.
_BLOBS, _HOLDERS, _PIECES = table_of(Blob), table_of(Holder), table_of(Piece)
# unnest keeps the order, and each row takes its lock as it comes.
_LOCK = text("SELECT pg_advisory_xact_lock(n) FROM unnest(CAST(:numbers AS bigint[])) AS n")
_ADD_BLOB = insert(_BLOBS).on_conflict_do_nothing().returning(_BLOBS.c.sha256)
# The upload's pieces go in the same statement.
_ADD_HOLDER = (
    insert(_HOLDERS)
    .values({name: bindparam(name) for name in _HOLDERS.c.keys()})  # noqa: SIM118 -- columns
    .on_conflict_do_nothing()
    .returning(_HOLDERS.c.sha256)
    .add_cte(
        delete(_PIECES)
        .where(
            _PIECES.c.person_id == bindparam("person_id"), _PIECES.c.sha256 == bindparam("sha256")
        )
        .cte("dropped")
    )
)


def lock(digests: Iterable[str]) -> None:
    """Until the transaction ends, nobody else writes a document or photo of these digests.

    Always in ascending order, so that two writers can't wait for each other.
    """
    scope = organisation_id().bytes
    numbers = sorted(
        int.from_bytes(hashlib.sha256(scope + digest.encode()).digest()[:8], "big", signed=True)
        for digest in set(digests)
    )
    if numbers:
        session().execute(_LOCK, {"numbers": numbers})


@dataclass(frozen=True)
class Checked:
    """Whole bytes whose digest is right: a photo with an object key, or a refusal."""

    sha256: str
    size: int
    picture: Picture | None
    object_key: str | None
    refusal: NotAPhoto | None


def check_and_put(organisation: UUID, data: bytes, sha256: str, *, stored: bool) -> Checked:
    """Look into the bytes and put them into object storage; no transaction may be open.

    `stored`: the organisation has these bytes already, so nothing is put. Raises
    `Problem(UNAVAILABLE)` while the storage does not answer.
    """
    if stored:
        return Checked(sha256, len(data), None, None, None)
    try:
        picture = inspect(data)
    except NotAPhoto as refusal:
        return Checked(sha256, len(data), None, None, refusal)
    # Addresses carry keys, so a key must not tell when it was made: no UUIDv7 here.
    key = f"{organisation}/{sha256}/{uuid4().hex}"
    objects().put(key, data, picture.media_type, sha256)
    return Checked(sha256, len(data), picture, key, None)


def keep(checked: Checked, person_id: UUID) -> bool:
    """Write down what `check_and_put` found; under `lock`. Returns whether the bytes are new."""
    if checked.refusal is not None:
        drop_pieces(person_id, checked.sha256)
        _refuse(checked, person_id)
        return False
    if checked.object_key is None or not _add_blob(checked):
        _keep_known(checked)
    holder = {
        "organisation_id": organisation_id(),
        "sha256": checked.sha256,
        "person_id": person_id,
        "delivered_at": now(),
    }
    return session().execute(_ADD_HOLDER, holder).first() is not None


def _add_blob(checked: Checked) -> bool:
    """Returns False when the organisation has, or had, these bytes already."""
    picture = checked.picture
    if picture is None:
        raise ValueError("an object without a picture")
    row = {
        "sha256": checked.sha256,
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
    if session().execute(_ADD_BLOB, row).first() is None:
        return False
    metrics.photos_stored.labels(picture.media_type).inc()
    return True


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
    here = queries.offsets(person_id, [sha256]).get(sha256, 0)
    declared = session().scalar(
        select(func.max(Piece.upload_length)).where(
            Piece.person_id == person_id, Piece.sha256 == sha256
        )
    )
    if start != here or declared not in (None, upload_length):
        raise Problem(
            OFFSET_DIFFERS,
            f"{here} bytes are here; go on from there.",
            headers={"Upload-Offset": str(here), "Upload-Complete": "?0"},
            offset=here,
        )
    if data:
        session().add(
            Piece(
                person_id=person_id,
                sha256=sha256,
                start=start,
                length=len(data),
                upload_length=upload_length,
                data=data,
            )
        )
        session().flush()
    return here + len(data)


def drop_pieces(person_id: UUID, sha256: str) -> None:
    session().execute(delete(Piece).where(Piece.person_id == person_id, Piece.sha256 == sha256))
