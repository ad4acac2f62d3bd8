"""Reads of photo bytes' whereabouts."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from auditapi.core.db import ask, fetch, organisation_id, session, stream
from auditapi.core.spool import Spool
from auditapi.photos.models import Blob, Derivative

_STORED = "SELECT photo_is_stored(%(organisation)s, %(sha256)s)"
_DELIVERED = """
SELECT sha256 FROM photo_holders WHERE person_id = %(person)s AND sha256 = ANY(%(digests)s)
"""
_REFUSED = """
SELECT sha256, message FROM photo_refusals
WHERE person_id = %(person)s AND sha256 = ANY(%(digests)s)
"""
_OFFSETS = """
SELECT sha256, sum(length)::bigint FROM photo_pieces
WHERE person_id = %(person)s AND sha256 = ANY(%(digests)s) GROUP BY sha256
"""
_UPLOAD = """
SELECT coalesce(sum(length), 0)::bigint, max(upload_length) FROM photo_pieces
WHERE person_id = %(person)s AND sha256 = %(sha256)s
"""
_SLICES = """
SELECT data FROM photo_pieces
WHERE person_id = %(person)s AND sha256 = %(sha256)s ORDER BY start
"""


def blob(sha256: str) -> Blob | None:
    return session().get(Blob, (organisation_id(), sha256))


def is_stored(organisation: UUID, sha256: str) -> bool:
    """Whether it has these bytes, whoever delivered them; no transaction need be open."""
    ((stored,),) = ask(_STORED, {"organisation": organisation, "sha256": sha256})
    return bool(stored)


def blobs(digests: Collection[str]) -> dict[str, Blob]:
    if not digests:
        return {}
    rows = session().scalars(select(Blob).where(Blob.sha256.in_(digests)))
    return {row.sha256: row for row in rows}


def delivered_by(person_id: UUID, digests: Collection[str]) -> set[str]:
    """Those of the digests whose bytes this person has delivered."""
    if not digests:
        return set()
    found = fetch(_DELIVERED, {"person": person_id, "digests": list(digests)})
    return {sha256 for (sha256,) in found}


def refused_to(person_id: UUID, digests: Collection[str]) -> dict[str, str]:
    """Those of the digests whose bytes this person has delivered and which were no photo, each
    with the reason."""
    if not digests:
        return {}
    return dict(fetch(_REFUSED, {"person": person_id, "digests": list(digests)}))


def offsets(person_id: UUID, digests: Collection[str]) -> dict[str, int]:
    """How many bytes of each upload under way are here: always counted, never remembered."""
    if not digests:
        return {}
    return dict(fetch(_OFFSETS, {"person": person_id, "digests": list(digests)}))


def upload(person_id: UUID, sha256: str) -> tuple[int, int | None]:
    """Of one upload under way: how many bytes are here, and how many it is to have."""
    ((here, of),) = fetch(_UPLOAD, {"person": person_id, "sha256": sha256})
    return here, of


def assemble(person_id: UUID, sha256: str, into: Spool) -> None:
    """The pieces of one upload, put together."""
    for (part,) in stream(_SLICES, {"person": person_id, "sha256": sha256}):
        into.write(part)


def derivatives(digests: Collection[str]) -> dict[tuple[str, str], Derivative]:
    """By (sha256, redactions)."""
    if not digests:
        return {}
    rows = session().scalars(select(Derivative).where(Derivative.sha256.in_(digests)))
    return {(row.sha256, row.redactions): row for row in rows}
