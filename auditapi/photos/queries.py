"""Reads of photo bytes' whereabouts."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, func, select

from auditapi.core.db import organisation_id, session, table_of
from auditapi.photos.models import Blob, Derivative, Holder, Piece, Refusal

_BLOBS = table_of(Blob)
_STORED = select(_BLOBS.c.sha256).where(
    _BLOBS.c.sha256 == bindparam("sha256"), _BLOBS.c.erased_at.is_(None)
)


def blob(sha256: str) -> Blob | None:
    return session().get(Blob, (organisation_id(), sha256))


def is_stored(sha256: str) -> bool:
    """Whether the organisation has these bytes, whoever delivered them."""
    return session().scalar(_STORED, {"sha256": sha256}) is not None


def blobs(digests: Collection[str]) -> dict[str, Blob]:
    if not digests:
        return {}
    rows = session().scalars(select(Blob).where(Blob.sha256.in_(digests)))
    return {row.sha256: row for row in rows}


def delivered_by(person_id: UUID, digests: Collection[str]) -> set[str]:
    """Those of the digests whose bytes this person has delivered."""
    if not digests:
        return set()
    found = select(Holder.sha256).where(Holder.person_id == person_id, Holder.sha256.in_(digests))
    return set(session().scalars(found))


def refused_to(person_id: UUID, digests: Collection[str]) -> dict[str, Refusal]:
    """Those of the digests whose bytes this person has delivered, and which were no photo."""
    if not digests:
        return {}
    rows = session().scalars(
        select(Refusal).where(Refusal.person_id == person_id, Refusal.sha256.in_(digests))
    )
    return {row.sha256: row for row in rows}


def offsets(person_id: UUID, digests: Collection[str]) -> dict[str, int]:
    """How many bytes of each upload under way are here: always counted, never remembered."""
    if not digests:
        return {}
    rows = session().execute(
        select(Piece.sha256, func.sum(Piece.length))
        .where(Piece.person_id == person_id, Piece.sha256.in_(digests))
        .group_by(Piece.sha256)
    )
    return {sha256: int(total) for sha256, total in rows}


def assembled(person_id: UUID, sha256: str) -> bytes:
    """The pieces of one upload, put together."""
    rows = session().scalars(
        select(Piece.data)
        .where(Piece.person_id == person_id, Piece.sha256 == sha256)
        .order_by(Piece.start)
    )
    return b"".join(rows)


def derivatives(digests: Collection[str]) -> dict[tuple[str, str], Derivative]:
    """By (sha256, redactions)."""
    if not digests:
        return {}
    rows = session().scalars(select(Derivative).where(Derivative.sha256.in_(digests)))
    return {(row.sha256, row.redactions): row for row in rows}
