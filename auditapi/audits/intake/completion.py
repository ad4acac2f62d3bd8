"""Delivered, accepted, complete: decided in the transaction of whatever arrives last.

Callers hold the locks of the digests concerned and then the audit rows; only so can a document
and its last photo, committed side by side, not both think that the other is still missing.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select, update

from auditapi.audits import scores
from auditapi.audits.answers import with_changes
from auditapi.audits.drafts import service as drafts
from auditapi.audits.intake import document
from auditapi.audits.models import Assignment, Audit, AuditPhoto, Document, Revision
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
from auditapi.core.db import now, organisation_id, session


def photo_arrived(person_id: UUID, sha256: str, state: PhotoState, reason: str | None) -> int:
    """The bytes of a photo are here (or were looked at and refused): tell the audits of this
    person that wait for it. Under the digest's lock. Returns how many audits it completed."""
    waiting = session().scalars(_waiting_for(person_id, sha256)).all()
    completed = 0
    for audit in waiting:
        session().execute(
            update(AuditPhoto)
            .where(
                AuditPhoto.audit_id == audit.id,
                AuditPhoto.sha256 == sha256,
                AuditPhoto.state.in_((PhotoState.MISSING, PhotoState.REFUSED)),
            )
            .values(state=state, reason=reason)
        )
        completed += settle(audit)
    return completed


def _waiting_for(person_id: UUID, sha256: str) -> Select[Audit]:
    naming = select(AuditPhoto.audit_id).where(
        AuditPhoto.sha256 == sha256,
        AuditPhoto.state.in_((PhotoState.MISSING, PhotoState.REFUSED)),
    )
    return (
        select(Audit)
        .where(Audit.auditor_id == person_id, Audit.id.in_(naming))
        .order_by(Audit.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def settle(audit: Audit) -> bool:
    """Move a locked audit as far as it can go. Returns whether that completed it."""
    session().flush()
    if audit.delivery is Delivery.AWAITING_PHOTOS and not _missing(audit):
        audit.delivery, audit.delivered_at = Delivery.DELIVERED, now()
        drafts.drop_of_delivered(audit.auditor_id, audit.id)
        activity.record("audit.delivered", audit)
    ready = audit.delivery is Delivery.DELIVERED and audit.acceptance is Acceptance.ACCEPTED
    return ready and audit.completed_at is None and _complete(audit)


def _missing(audit: Audit) -> int:
    return (
        session().scalar(
            select(func.count()).where(
                AuditPhoto.audit_id == audit.id, AuditPhoto.state == PhotoState.MISSING
            )
        )
        or 0
    )


def _complete(audit: Audit) -> bool:
    try:
        with session().begin_nested():
            score_revision(audit, 1)
    except NotScorable as error:
        audit.acceptance = Acceptance.QUARANTINED
        audit.reasons = [
            {"place": f"answers.{reason.item}", "code": reason.code, "message": reason.message}
            for reason in error.reasons
        ]
        activity.record("audit.quarantined", audit, reasons=audit.reasons)
        return False
    audit.completed_at, audit.revision = now(), 1
    if session().get(Revision, (organisation_id(), audit.id, 1)) is None:
        # Accepted from quarantine with changes, the first revision is the reviewer's.
        session().add(Revision(audit_id=audit.id, number=1, author_id=audit.auditor_id))
    waits = audit.kind is VisitKind.MYSTERY_SHOP
    audit.release = Release.WAITING if waits else Release.RELEASED
    audit.released_at = None if waits else now()
    # Released from quarantine, a correction that was begun on the phone can't be sent any more.
    drafts.drop_of_delivered(audit.auditor_id, audit.id)
    if audit.assignment_id is not None:
        _finish_assignment(audit.assignment_id)
    metrics.audits_completed.labels(audit.kind.value if audit.kind else "").inc()
    activity.record("audit.completed", audit, document_sha256=audit.document_sha256)
    if not waits:
        activity.record("audit.released", audit, revision=1)
    return True


def _finish_assignment(assignment_id: UUID) -> None:
    assignment = session().get(Assignment, (organisation_id(), assignment_id), with_for_update=True)
    if assignment is not None and assignment.state is not AssignmentState.DONE:
        assignment.state = AssignmentState.DONE
        activity.record("assignment.done", assignment)


def score_revision(audit: Audit, number: int) -> Score:
    """Score the audit as it stands with all its revisions. Raises `NotScorable`."""
    version = session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id))
    if version is None:
        raise NotScorable(())
    sealed = sealed_document(audit)
    return scores.write(
        audit, number, parsed(version), answers_of(audit, sealed), sealed.photos_by_item
    )


def sealed_document(audit: Audit) -> document.SealedAudit:
    body = session().scalar(
        select(Document.body).where(
            Document.audit_id == audit.id, Document.sha256 == audit.document_sha256
        )
    )
    return document.read(body or b"{}")


def answers_of(
    audit: Audit, sealed: document.SealedAudit, until: int | None = None
) -> dict[str, object]:
    """The document's answers with the reviewers' changes laid over them, all or those of the
    revisions up to `until`."""
    found = select(Revision.changes).where(Revision.audit_id == audit.id)
    if until is not None:
        found = found.where(Revision.number <= until)
    return with_changes(sealed.answers, session().scalars(found.order_by(Revision.number)))
