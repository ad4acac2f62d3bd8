"""What follows when an audit is complete: its pictures are made, then it is looked into."""

from __future__ import annotations

from uuid import UUID

from auditapi.audits.intake.marking import redactions_of
from auditapi.audits.review import flagging, queries
from auditapi.audits.states import PhotoState
from auditapi.core import db, jobs
from auditapi.core.activity import Fact
from auditapi.photos.jobs import make_derivatives


@jobs.queue.task(name="audits.look_into", queue="audits", retry=jobs.PATIENT)
def look_into(organisation_id: str, audit_id: str) -> None:
    """Repeatable: what is made is not made again, what is raised is not raised again."""
    organisation, audit = UUID(organisation_id), UUID(audit_id)
    prepare_photos(organisation, audit)
    with db.transaction(organisation):
        flagging.raise_flags(audit)


def prepare_photos(organisation: UUID, audit_id: UUID) -> None:
    """Print and thumbnail of each photo that is here, with its redactions burnt in. Outside of
    any transaction."""
    with db.transaction(organisation):
        wanted = {
            (row.sha256, row.redactions): row.marks
            for row in queries.photos(audit_id)
            if row.state is PhotoState.STORED
        }
    for (sha256, name), marks in wanted.items():
        make_derivatives(organisation, sha256, redactions_of(marks), name)


def look_into_later(fact: Fact) -> None:
    jobs.defer(
        "audits.look_into", organisation_id=str(fact.organisation_id), audit_id=str(fact.subject_id)
    )
