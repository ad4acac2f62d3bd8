"""Writes of photo bytes. Whoever stores here holds the digest's lock (`lock`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from auditapi.core import metrics
from auditapi.core.db import now, organisation_id, session
from auditapi.core.object_jobs import delete_later
from auditapi.core.objects import objects
from auditapi.core.problems import OFFSET_DIFFERS, UNAVAILABLE, Problem
from auditapi.photos import queries
from auditapi.photos.inspection import NotAPhoto, Picture, inspect
from auditapi.photos.models import Blob, Holder, Piece, Refusal


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
        # unnest keeps the order, and each row takes its lock as it comes.
        session().execute(
            text("SELECT pg_advisory_xact_lock(n) FROM unnest(CAST(:numbers AS bigint[])) AS n"),
            {"numbers": numbers},
        )


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
    objects().put(key, data, picture.media_type)
    return Checked(sha256, len(data), picture, key, None)


def keep(checked: Checked, person_id: UUID) -> bool:
    """Write down what `check_and_put` found; under `lock`. Returns whether the bytes are new."""
    drop_pieces(person_id, checked.sha256)
    if checked.refusal is not None:
        _refuse(checked, person_id)
        return False
    known = queries.blob(checked.sha256)
    if checked.object_key is not None:
        if known is None:
            session().add(_row(checked))
            metrics.photos_stored.labels(
                checked.picture.media_type if checked.picture else ""
            ).inc()
        elif known.erased_at is not None:
            known.object_key, known.erased_at, known.stored_at = checked.object_key, None, now()
        else:
            # Somebody was faster: their object stays, ours goes, by its own key.
            delete_later(checked.object_key)
    elif known is None or known.erased_at is not None:
        raise Problem(UNAVAILABLE, "The stored bytes have just gone; send them again.")
    added = session().execute(
        insert(Holder)
        .values(organisation_id=organisation_id(), sha256=checked.sha256, person_id=person_id)
        .on_conflict_do_nothing()
        .returning(Holder.sha256)
    )
    return added.first() is not None


def _row(checked: Checked) -> Blob:
    picture = checked.picture
    if picture is None or checked.object_key is None:
        raise ValueError("a row needs a picture and its object")
    return Blob(
        sha256=checked.sha256,
        object_key=checked.object_key,
        bytes=checked.size,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        orientation=picture.orientation,
        taken_at=picture.taken_at.isoformat() if picture.taken_at else None,
        camera=picture.camera,
        latitude=picture.latitude,
        longitude=picture.longitude,
    )


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
