"""What happens to photos after the answer: derivatives, deletes, sweeping."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from auditapi.core import db
from auditapi.core.db import now, session
from auditapi.core.object_jobs import delete_later
from auditapi.core.objects import objects
from auditapi.photos import derivatives, queries
from auditapi.photos.marks import Redact
from auditapi.photos.models import Blob, Derivative, Piece

PIECES_KEPT = timedelta(days=7)
OBJECT_WITHOUT_ROW = timedelta(days=7)
UNCLAIMED = timedelta(days=90)


def make_derivatives(organisation: UUID, sha256: str, redactions: list[Redact], name: str) -> None:
    """Print and thumbnail of one photo under one set of redactions (`name` is its SHA-256).

    Repeatable; reads and writes objects outside of any transaction.
    """
    with db.transaction(organisation):
        blob = queries.blob(sha256)
        made = queries.derivatives([sha256]).get((sha256, name))
    if blob is None or blob.erased_at is not None or made is not None:
        return
    result = derivatives.make(objects().get(blob.object_key), redactions)
    keys = {  # random, as stores are shown them
        side: f"{organisation}/{sha256}/{side}-{uuid4().hex}.jpg" for side in ("print", "thumb")
    }
    objects().put(keys["print"], result.print_jpeg, "image/jpeg")
    objects().put(keys["thumb"], result.thumbnail_jpeg, "image/jpeg")
    with db.transaction(organisation):
        _note(sha256, name, keys, result)


def _note(sha256: str, name: str, keys: dict[str, str], result: derivatives.Derivatives) -> None:
    width, height = result.print_size
    row = insert(Derivative).values(
        organisation_id=db.organisation_id(),
        sha256=sha256,
        redactions=name,
        print_key=keys["print"],
        thumbnail_key=keys["thumb"],
        print_sha256=hashlib.sha256(result.print_jpeg).hexdigest(),
        print_width=width,
        print_height=height,
        made_at=now(),
    )
    added = session().execute(row.on_conflict_do_nothing().returning(Derivative.sha256)).first()
    if added is None:
        for key in keys.values():
            delete_later(key)
    blob = queries.blob(sha256)
    if blob is not None and blob.perceptual_hash is None:
        blob.perceptual_hash = result.perceptual_hash


def erase(blob: Blob) -> None:
    """Take the bytes and all that was made of them away; the digest stays."""
    if blob.erased_at is not None:
        return
    blob.erased_at = now()
    delete_later(blob.object_key)
    made = session().scalars(select(Derivative).where(Derivative.sha256 == blob.sha256))
    for row in made:
        delete_later(row.print_key)
        delete_later(row.thumbnail_key)
        session().delete(row)


def drop_old_pieces() -> None:
    session().execute(delete(Piece).where(Piece.received_at < now() - PIECES_KEPT))


def drop_unknown_objects(organisation: UUID) -> int:
    """Objects of photos that no row names, once they are a week old: a crash between PUT and
    commit leaves them. Returns how many were deleted."""
    oldest = (now() - OBJECT_WITHOUT_ROW).timestamp()
    old = [key for key, written in objects().keys(f"{organisation}/") if written < oldest]
    known: set[str] = set()
    with db.transaction(organisation):
        for start in range(0, len(old), 1000):  # a statement takes 65,535 values at most
            some = old[start : start + 1000]
            for column in (Blob.object_key, Derivative.print_key, Derivative.thumbnail_key):
                known |= set(session().scalars(select(column).where(column.in_(some))))
    unknown = [
        key for key in old if key not in known and not key.startswith(f"{organisation}/reports/")
    ]
    for key in unknown:
        objects().delete(key)
    return len(unknown)
