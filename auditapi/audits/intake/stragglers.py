"""Audits that have all they need and are not complete. There should be none: whatever comes last
completes its audit. The clock looks whether that is so, and mends what is not.

Looking takes no locks, for hundreds of audits may wait for photos at any time. Each that is found
is completed in a transaction of its own, which locks as writers of documents do.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from auditapi.audits.intake import completion
from auditapi.audits.locks import lock_id
from auditapi.audits.models import Audit, AuditPhoto
from auditapi.audits.states import PhotoState
from auditapi.core.db import fetch, organisation_id, session
from auditapi.photos import queries as photo_queries
from auditapi.photos import service as photos

_FIND = """
SELECT a.id FROM audits a
WHERE a.completed_at IS NULL AND a.acceptance = 'accepted' AND NOT EXISTS (
    SELECT FROM audit_photos p
    WHERE p.audit_id = a.id AND p.state = 'missing' AND NOT EXISTS (
        SELECT FROM photo_holders h
        WHERE h.sha256 = p.sha256 AND h.person_id = a.auditor_id
    )
)
ORDER BY a.id
"""


def find() -> list[UUID]:
    """Those that wait for nothing; the right number is 0."""
    return [audit_id for (audit_id,) in fetch(_FIND, {})]


def complete(audit_id: UUID) -> bool:
    """Whether it was to be completed still, and has been. In a transaction of its own, so that no
    digest's lock is taken after a higher one."""
    lock_id(audit_id)  # from here on, no correction names other photos
    digests = session().scalars(select(AuditPhoto.sha256).where(AuditPhoto.audit_id == audit_id))
    photos.lock(digests.all())
    audit = session().get(
        Audit, (organisation_id(), audit_id), with_for_update=True, populate_existing=True
    )
    if audit is None or audit.completed_at is not None:
        return False
    _note_what_is_here(audit)
    return completion.settle(audit)


def _note_what_is_here(audit: Audit) -> None:
    missing = session().scalars(
        select(AuditPhoto).where(
            AuditPhoto.audit_id == audit.id, AuditPhoto.state == PhotoState.MISSING
        )
    )
    waiting = missing.all()
    here = photo_queries.delivered_by(audit.auditor_id, {photo.sha256 for photo in waiting})
    for photo in waiting:
        if photo.sha256 in here:
            photo.state = PhotoState.STORED
