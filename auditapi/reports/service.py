"""Writes of reports: ask for one, note what became of it, share it."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from auditapi.audits.models import Audit
from auditapi.core import activity, jobs, metrics
from auditapi.core.db import now, organisation_id, session
from auditapi.core.object_jobs import delete_later
from auditapi.people import queries as people
from auditapi.reports import queries, view
from auditapi.reports.appearance import queries as looks
from auditapi.reports.evidence import service as evidence
from auditapi.reports.gathering import Wanted
from auditapi.reports.models import Report, ReportState, ShareLink

#: No look has this number: whatever has it is outdated.
NO_LOOK = -1


def wanted_by_default(audit: Audit) -> Wanted:
    """The report that is made at release: the store's, in the organisation's language."""
    language = people.organisation().language
    known = language if language in view.LANGUAGES else "en"
    paper = cast("view.Paper", looks.appearance().paper)
    return Wanted(audit.id, audit.revision, "store", known, "full", paper)


def ask(wanted: Wanted, *, again: bool = False, priority: int = 0, locked: bool = False) -> Report:
    """The report's row; a job is on its way unless it is ready or has failed for good.

    `again` tries a failed one anew. One that was made before the organisation wished for
    another look is made anew in any case. `locked`: the caller has locked the audit's row.
    """
    number = looks.appearance().number
    if not locked and queries.report_for(wanted) is None:
        queries.hold_audit(wanted.audit_id)
    new = _add(wanted, number) or _begin_again(wanted, number, again=again)
    report = cast("Report", queries.report_for(wanted))
    if new:
        jobs.defer(
            "reports.render",
            priority=priority,
            organisation_id=str(report.organisation_id),
            report_id=str(report.id),
        )
    return report


def _add(wanted: Wanted, number: int) -> bool:
    added = session().execute(
        insert(Report)
        .values(
            organisation_id=organisation_id(),
            id=uuid7(),
            audit_id=wanted.audit_id,
            revision=wanted.revision,
            audience=wanted.audience,
            language=wanted.language,
            variant=wanted.variant,
            paper=wanted.paper,
            state=ReportState.WAITING,
            attempts=0,
            appearance=number,
            asked_at=now(),
        )
        .on_conflict_do_nothing()
        .returning(Report.id)
    )
    return added.first() is not None


def _begin_again(wanted: Wanted, number: int, *, again: bool) -> bool:
    """In one statement: of two who ask at the same time, one makes the job."""
    outdated = (Report.state != ReportState.WAITING) & (Report.appearance != number)
    failed = (Report.state == ReportState.FAILED) & again
    changed = session().execute(
        update(Report)
        .where(queries.is_(wanted), outdated | failed)
        .values(
            state=ReportState.WAITING, reason=None, attempts=0, appearance=number, asked_at=now()
        )
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


def outdate(audit_id: UUID) -> None:
    """Every report of the audit is made anew when it is asked for next; also one that is being
    made right now, of what was gathered before."""
    session().execute(update(Report).where(Report.audit_id == audit_id).values(appearance=NO_LOOK))


def finish(report: Report, input_hash: str, object_key: str, sha256: str, size: int) -> None:
    """`report.appearance` must be the number of the look it was made with."""
    before = report.object_key
    if before not in (None, object_key) and not queries.others_with(before, report.id):
        delete_later(before)
    report.state, report.reason = ReportState.READY, None
    report.input_hash, report.object_key = input_hash, object_key
    report.sha256, report.bytes, report.rendered_at = sha256, size, now()
    form = {name: getattr(report, name) for name in ("audience", "language", "variant", "paper")}
    evidence.note_issued(report.audit_id, report.revision, form, sha256, size)
    metrics.reports_rendered.labels("ready").inc()
    activity.record(
        "report.rendered", report, audit_id=str(report.audit_id), sha256=sha256, bytes=size
    )


def fail(report: Report, reason: str) -> None:
    """For good: trying the same input again would not help."""
    report.state, report.reason = ReportState.FAILED, reason
    metrics.reports_rendered.labels("failed").inc()
    activity.record("report.failed", report, audit_id=str(report.audit_id), reason=reason)


def share(audit: Audit, language: str, days: int, person_id: UUID) -> ShareLink:
    link = ShareLink(
        audit_id=audit.id,
        language=language,
        created_by=person_id,
        expires_at=now() + timedelta(days=days),
    )
    session().add(link)
    session().flush()
    activity.record("report.shared", link, audit_id=str(audit.id), days=days)
    return link


def revoke_link(link: ShareLink) -> None:
    link.revoked_at = link.revoked_at or now()
    activity.record("report.link_revoked", link, audit_id=str(link.audit_id))
