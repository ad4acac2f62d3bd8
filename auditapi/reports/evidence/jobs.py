"""Signing as soon as there is something to sign, so that little time is left to change it."""

from __future__ import annotations

from uuid import UUID

from auditapi.core import activity, db, jobs
from auditapi.reports.evidence import queries, service


@jobs.queue.task(name="evidence.sign", queue="reports", retry=jobs.PATIENT)
def _sign(organisation_id: str, audit_id: str, revision: int) -> None:
    with db.transaction(UUID(organisation_id)):
        service.sign(queries.audit(UUID(audit_id)), revision)


def sign_later(fact: activity.Fact) -> None:
    """Reaction: a completed or revised audit is signed."""
    jobs.defer(
        "evidence.sign",
        organisation_id=str(fact.organisation_id),
        audit_id=str(fact.subject_id),
        revision=fact.details.get("revision", 1),
    )
