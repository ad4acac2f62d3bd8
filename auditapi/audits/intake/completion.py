"""Delivered, accepted, complete: decided in the transaction of whatever arrives last.

Callers hold the locks of the digests concerned and then the audit rows; only so can a document
and its last photo, committed side by side, not both think that the other is still missing.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import select

from auditapi.audits import proof, scores
from auditapi.audits.answers import with_changes
from auditapi.audits.drafts import service as drafts
from auditapi.audits.intake import document
from auditapi.audits.intake.judging import ended
from auditapi.audits.models import Assignment, Audit, AuditPhoto, Revision
from auditapi.audits.states import (
    Acceptance,
    AssignmentState,
    Delivery,
    PhotoState,
    Release,
    VisitKind,
)
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.checklists.scoring import NotScorable, Score
from auditapi.core import activity, metrics
from auditapi.core.db import fetch, now, organisation_id, session

# Locks the audits that wait for the photo, and tells how many photos each still misses.
_ARRIVED = "SELECT * FROM photo_arrived(%(person)s, %(digest)s, %(state)s, %(reason)s)"
_MISSING = "SELECT count(*) FROM audit_photos WHERE audit_id = %(audit)s AND state = 'missing'"


_FIRST = "SELECT FROM audit_revisions WHERE audit_id = %(audit)s AND number = 1"
_BODY = "SELECT body FROM audit_documents WHERE audit_id = %(audit)s AND sha256 = %(sha256)s"


def photo_arrived(person_id: UUID, sha256: str, state: PhotoState, reason: str | None) -> int:
    """The bytes of a photo are here (or were looked at and refused): tell the audits of this
    person that wait for it. Under the digest's lock. Returns how many audits it completed."""
    given = {"person": person_id, "digest": sha256, "state": state.value, "reason": reason}
    return sum(_settled(audit_id) for audit_id, missing in fetch(_ARRIVED, given) if not missing)


def _settled(audit_id: UUID) -> bool:
    """Whether its last photo completed the audit, whose row is locked."""
    audit = session().get(Audit, (organisation_id(), audit_id), populate_existing=True)
    return audit is not None and settle(audit, missing=0)


def settle(audit: Audit, missing: int | None = None, *, decided: bool = False) -> bool:
    """Move a locked audit as far as it can go. `missing`: how many photos are, when the caller
    knows; `decided`: a reviewer has just let it count. Returns whether that completed it. Of one
    that is complete, the last photo of a reply may have come, or one that was refused at first."""
    if missing is None:
        session().flush()
        ((missing,),) = fetch(_MISSING, {"audit": audit.id})
    if audit.completed_at is not None:
        if not missing:
            activity.record("audit.photos_came", audit, revision=audit.revision)
        return False
    with session().no_autoflush:  # all that changes is written at once, at the end
        delivered = audit.delivery is Delivery.AWAITING_PHOTOS and not missing
        if delivered:
            audit.delivery, audit.delivered_at = Delivery.DELIVERED, now()
            activity.record("audit.delivered", audit)
        ready = audit.delivery is Delivery.DELIVERED and audit.acceptance is Acceptance.ACCEPTED
        completed = ready and _complete(audit, decided=decided)
        if delivered or completed:
            # Released from quarantine, a correction begun on the phone can't be sent any more.
            drafts.drop_of_delivered(audit.auditor_id, audit.id)
        return completed


def _complete(audit: Audit, *, decided: bool) -> bool:
    assignment = _assignment(audit)
    if not decided and _quarantined_for_another(audit, assignment):
        return False
    try:
        score_revision(audit, 1)  # writes nothing when it can't be scored
    except NotScorable as error:
        faults = [
            document.Reason(f"answers.{reason.item}", reason.code, reason.message)
            for reason in error.reasons
        ]
        return _quarantine(audit, [vars(fault) for fault in document.told(faults)])
    audit.completed_at, audit.revision = now(), 1
    if not fetch(_FIRST, {"audit": audit.id}):
        # Accepted from quarantine with changes, the first revision is the reviewer's.
        session().add(Revision(audit_id=audit.id, number=1, author_id=audit.auditor_id))
    waits = audit.kind is VisitKind.MYSTERY_SHOP
    audit.release = Release.WAITING if waits else Release.RELEASED
    audit.released_at = None if waits else now()
    if assignment is not None and assignment.state is not AssignmentState.DONE:
        assignment.state = AssignmentState.DONE
        activity.record("assignment.done", assignment)
    metrics.audits_completed.labels(audit.kind.value if audit.kind else "").inc()
    activity.record("audit.completed", audit, document_sha256=audit.document_sha256)
    if not waits:
        activity.record("audit.released", audit, revision=1)
    return True


def _assignment(audit: Audit) -> Assignment | None:
    """Locked, and as it stands now: another audit of it may have been completed meanwhile."""
    if audit.assignment_id is None:
        return None
    key = (organisation_id(), audit.assignment_id)
    return session().get(Assignment, key, with_for_update=True, populate_existing=True)


def told_of_another(audit: Audit) -> bool:
    """Whether another audit of the locked one's assignment counts though its reasons don't say
    so. They do from now on, and it is in quarantine, for a reviewer to decide knowing that."""
    return _quarantined_for_another(audit, _assignment(audit))


def _quarantined_for_another(audit: Audit, assignment: Assignment | None) -> bool:
    """Both of its audits may have been sent while the assignment was open. One counts, unless a
    reviewer let the other count knowing that."""
    if assignment is None or assignment.state is not AssignmentState.DONE:
        return False
    reason = ended(assignment)
    if reason.code in {known["code"] for known in audit.reasons}:
        return False
    _quarantine(audit, [*audit.reasons, vars(reason)])
    return True


def _quarantine(audit: Audit, reasons: list[dict[str, str]]) -> bool:
    audit.acceptance, audit.reasons = Acceptance.QUARANTINED, reasons
    activity.record("audit.quarantined", audit, reasons=reasons)
    return False


def score_revision(audit: Audit, number: int) -> Score:
    """Score the audit as it stands with all its revisions. Raises `NotScorable`."""
    version = session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id))
    if version is None:
        raise NotScorable(())
    sealed = sealed_document(audit)
    photos = Counter(sealed.photos_by_item)
    if number > 1:
        photos += _photos_of_replies(audit.id)
    checklist, answers = parsed(version), answers_of(audit, sealed)
    return scores.write(
        audit, number, checklist, answers, dict(photos), proof.pictured(audit.id, checklist, photos)
    )


def _photos_of_replies(audit_id: UUID) -> Counter[str]:
    """How many photos that replies added, and that are not lost, name each item."""
    items = session().scalars(
        select(AuditPhoto.item).where(
            AuditPhoto.audit_id == audit_id,
            AuditPhoto.revision > 1,
            AuditPhoto.state != PhotoState.LOST,
        )
    )
    return Counter(item for item in items if item is not None)


def sealed_document(audit: Audit) -> document.SealedAudit:
    found = fetch(_BODY, {"audit": audit.id, "sha256": audit.document_sha256})
    return document.read(found[0][0] if found else b"{}")


def answers_of(
    audit: Audit, sealed: document.SealedAudit, until: int | None = None
) -> dict[str, object]:
    """The document's answers with the reviewers' changes laid over them, all or those of the
    revisions up to `until`."""
    found = select(Revision.changes).where(Revision.audit_id == audit.id)
    if until is not None:
        found = found.where(Revision.number <= until)
    return with_changes(sealed.answers, session().scalars(found.order_by(Revision.number)))
