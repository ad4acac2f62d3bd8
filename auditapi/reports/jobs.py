"""Making reports, in the worker: gather, render in a process of its own, store."""

from __future__ import annotations

import hashlib
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import select

from auditapi.audits.intake.marking import redactions_of
from auditapi.audits.models import Audit, AuditPhoto
from auditapi.audits.states import PhotoState
from auditapi.core import activity, db, jobs
from auditapi.core.db import session
from auditapi.core.logs import log
from auditapi.core.object_jobs import delete_later
from auditapi.core.objects import objects
from auditapi.photos import jobs as photo_jobs
from auditapi.reports import gathering, queries, service, view
from auditapi.reports.evidence import queries as evidence_queries
from auditapi.reports.evidence import service as evidence
from auditapi.reports.failures import REASONS, RenderFailed
from auditapi.reports.gathering import Gathered, Wanted
from auditapi.reports.identity import input_hash
from auditapi.reports.models import Report, ReportState
from auditapi.reports.render import render

PDF = "application/pdf"
MOST_ATTEMPTS = 8
"""Storage that does not answer, workers that are killed: after so many, people are told."""


@jobs.queue.task(name="reports.render", queue="reports", retry=jobs.PATIENT)
def render_report(organisation_id: str, report_id: str) -> None:
    """Repeatable: a worker killed in the middle leaves a job that the next one takes up."""
    organisation, report = UUID(organisation_id), UUID(report_id)
    with db.transaction(organisation):
        wanted = _wanted(report)
    if wanted is None:
        return
    make_missing_derivatives(organisation, wanted.audit_id)
    with db.transaction(organisation):
        # What is gathered and the look that is noted with it are of one moment: a release in
        # between would outdate the report, and that would be written over.
        queries.hold_audit(wanted.audit_id)
        evidence.sign(evidence_queries.audit(wanted.audit_id), wanted.revision)
        gathered = gathering.gather(wanted)
        digest = input_hash(gathered.report)
        _row(report).appearance = gathered.appearance
        if _take_over(report, digest):
            return
    try:
        pdf = _render(gathered)
    except RenderFailed as failure:
        if failure.again:
            raise
        log.error("report_failed", report_id=report_id, reason=failure.reason, why=failure.detail)
        with db.transaction(organisation):
            queries.hold_audit(wanted.audit_id)
            service.fail(_row(report), failure.message)
        return
    key = f"{organisation}/reports/{digest}-{uuid4().hex}.pdf"
    objects().put(key, pdf, PDF)
    with db.transaction(organisation):
        queries.hold_audit(wanted.audit_id)
        _finish(report, digest, key, pdf)


def _row(report_id: UUID) -> Report:
    found = session().get(Report, (db.organisation_id(), report_id), with_for_update=True)
    if found is None:
        raise LookupError("the report's row has gone")
    return found


def _wanted(report_id: UUID) -> Wanted | None:
    """None when it is made already, or was begun too often to be begun again."""
    row = _row(report_id)
    row.attempts += 1
    if row.state is ReportState.READY:
        return None
    if row.attempts > MOST_ATTEMPTS:
        log.error("report_given_up", report_id=str(report_id), attempts=row.attempts)
        service.fail(row, REASONS["given_up"])
        return None
    return Wanted(
        audit_id=row.audit_id,
        revision=row.revision,
        audience=cast("view.Audience", row.audience),
        language=cast("view.Language", row.language),
        variant=cast("view.Form", row.variant),
        paper=cast("view.Paper", row.paper),
    )


def make_missing_derivatives(organisation: UUID, audit_id: UUID) -> None:
    with db.transaction(organisation):
        photos = (
            session()
            .scalars(
                select(AuditPhoto).where(
                    AuditPhoto.audit_id == audit_id, AuditPhoto.state == PhotoState.STORED
                )
            )
            .all()
        )
    for photo in photos:
        redactions = redactions_of(photo.marks)
        photo_jobs.make_derivatives(organisation, photo.sha256, redactions, photo.redactions)


def _take_over(report_id: UUID, digest: str) -> bool:
    """The same input gives the same bytes: use those of another report, if there are any."""
    same = queries.same_input(digest)
    if same is None or same.object_key is None or same.sha256 is None:
        return False
    service.finish(_row(report_id), digest, same.object_key, same.sha256, same.bytes or 0)
    return True


def _render(gathered: Gathered) -> bytes:
    pictures = {digest: objects().get(key) for digest, key in gathered.pictures.items()}
    return render(gathered.report, pictures)


def _finish(report_id: UUID, digest: str, key: str, pdf: bytes) -> None:
    row = _row(report_id)
    if row.state is ReportState.READY:
        delete_later(key)  # another worker was faster
        return
    service.finish(row, digest, key, hashlib.sha256(pdf).hexdigest(), len(pdf))


def render_at_release(fact: activity.Fact) -> None:
    """Reaction: a released or revised audit gets its default report."""
    audit = session().get(Audit, (fact.organisation_id, fact.subject_id))
    if audit is not None and audit.revision > 0:
        service.ask(service.wanted_by_default(audit), locked=True)


def outdate(fact: activity.Fact) -> None:
    """Reaction: photos have come after the audit was complete, or it was released. What was made
    without them, or called provisional, is made anew when it is asked for."""
    service.outdate(fact.subject_id)
