"""Reads for reviewers: what waits in quarantine, what is flagged, and what a photo resembles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select, union

from auditapi.audits.models import Audit, AuditPhoto, Flag
from auditapi.audits.states import Acceptance, FlagKind, PhotoState
from auditapi.core.db import organisation_id, session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.photos.models import Blob

# How far back a photo is looked for among those that resemble it. The very same bytes are found
# however old they are.
ALIKE_WITHIN = timedelta(days=180)
MOST_ALIKE = 20_000


@dataclass(frozen=True)
class Seen:
    """A photo of another audit."""

    audit_id: UUID
    position: int
    sha256: str
    perceptual_hash: int | None


def locked(audit_id: UUID) -> Audit:
    """Nobody else changes it until the end of the transaction. Raises `Problem(NOT_FOUND)`."""
    found = session().get(
        Audit, (organisation_id(), audit_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise Problem(NOT_FOUND, "There is no such audit.")
    return found


def digests(audit_id: UUID) -> Sequence[str]:
    return session().scalars(select(AuditPhoto.sha256).where(AuditPhoto.audit_id == audit_id)).all()


def photos(audit_id: UUID) -> Sequence[AuditPhoto]:
    """In the order of the document."""
    return (
        session()
        .scalars(
            select(AuditPhoto)
            .where(AuditPhoto.audit_id == audit_id)
            .order_by(AuditPhoto.position)
            .execution_options(populate_existing=True)
        )
        .all()
    )


def quarantined() -> Select[Audit]:
    """Without an order, for `page_of`."""
    return select(Audit).where(
        Audit.completed_at.is_(None), Audit.acceptance == Acceptance.QUARANTINED
    )


def flags(
    *, settled: bool | None = None, kind: FlagKind | None = None, audit: UUID | None = None
) -> Select[Flag]:
    """Without an order, for `page_of`."""
    statement = select(Flag)
    if settled is not None:
        statement = statement.where(Flag.settled_at.is_not(None) == settled)
    if kind is not None:
        statement = statement.where(Flag.kind == kind)
    return statement if audit is None else statement.where(Flag.audit_id == audit)


def flags_of(audit_id: UUID) -> Sequence[Flag]:
    return session().scalars(select(Flag).where(Flag.audit_id == audit_id).order_by(Flag.id)).all()


def flag_locked(flag_id: UUID) -> Flag:
    """Raises `Problem(NOT_FOUND)`."""
    found = session().get(
        Flag, (organisation_id(), flag_id), with_for_update=True, populate_existing=True
    )
    if found is None:
        raise Problem(NOT_FOUND, "There is no such flag.")
    return found


def same_photos(audit_id: UUID, wanted: Collection[str]) -> list[Seen]:
    """Photos of other audits with these very bytes, however long ago."""
    rows = session().execute(
        select(AuditPhoto.audit_id, AuditPhoto.position, AuditPhoto.sha256)
        .where(
            AuditPhoto.sha256.in_(wanted),
            AuditPhoto.audit_id != audit_id,
            AuditPhoto.state == PhotoState.STORED,
        )
        .order_by(AuditPhoto.audit_id, AuditPhoto.position)
        .limit(MOST_ALIKE)
    )
    return [Seen(*row, None) for row in rows]


def recent_photos(audit: Audit) -> list[Seen]:
    """Photos of the last half year from the same store or by the same auditor: those that a
    reused photo would come from. One index each, the newest first."""
    if audit.visited_on is None:
        return []
    since = audit.visited_on - ALIKE_WITHIN
    near = union(
        *(
            select(Audit.id).where(column == value, Audit.visited_on >= since)
            for column, value in (
                (Audit.store_id, audit.store_id),
                (Audit.auditor_id, audit.auditor_id),
            )
        )
    ).subquery()
    rows = session().execute(
        select(AuditPhoto.audit_id, AuditPhoto.position, Blob.sha256, Blob.perceptual_hash)
        .join(
            Blob,
            (Blob.organisation_id == AuditPhoto.organisation_id)
            & (Blob.sha256 == AuditPhoto.sha256),
        )
        .where(
            AuditPhoto.audit_id.in_(select(near.c.id)),
            AuditPhoto.audit_id != audit.id,
            AuditPhoto.state == PhotoState.STORED,
            Blob.perceptual_hash.is_not(None),
        )
        .order_by(AuditPhoto.audit_id.desc(), AuditPhoto.position)
        .limit(MOST_ALIKE)
    )
    return [Seen(*row) for row in rows]
