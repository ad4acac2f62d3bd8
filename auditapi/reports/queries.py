"""Reads of reports and share links."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from auditapi.audits.models import Audit
from auditapi.core.db import organisation_id, session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.reports.gathering import Wanted
from auditapi.reports.models import Report, ReportState, ShareLink


def is_(wanted: Wanted) -> ColumnElement[bool]:
    """That a report is the wanted one."""
    names = ("audit_id", "revision", "audience", "language", "variant", "paper")
    return and_(*(getattr(Report, name) == getattr(wanted, name) for name in names))


def hold_audit(audit_id: UUID) -> None:
    """Until the end of the transaction it is not released and no photos come to it, while others
    may hold it like this too. To be called before a report of it is locked: its release takes
    the audit first and then its reports, and what locks them the other way round would wait for
    it while it waits for them."""
    found = select(Audit.id).where(Audit.id == audit_id)
    session().execute(found.with_for_update(read=True, key_share=True))


def report_for(wanted: Wanted) -> Report | None:
    found = select(Report).where(is_(wanted)).execution_options(populate_existing=True)
    return session().scalar(found)


def ahead_of(report: Report) -> int:
    """How many of the organisation's reports were asked for before, and are not made yet."""
    if report.state is not ReportState.WAITING:
        return 0
    before = (Report.state == ReportState.WAITING) & (Report.asked_at < report.asked_at)
    return session().scalar(select(func.count()).select_from(Report).where(before)) or 0


def others_with(object_key: str | None, report_id: UUID) -> bool:
    """Whether other reports share these bytes."""
    others = select(Report.id).where(Report.object_key == object_key, Report.id != report_id)
    return session().scalar(others.limit(1)) is not None


def same_input(input_hash: str) -> Report | None:
    """A report with bytes that were made of exactly the same, be it this one's own of before;
    locked, so that they don't go while another report takes them over."""
    return session().scalar(
        select(Report)
        .where(Report.input_hash == input_hash, Report.object_key.is_not(None))
        .limit(1)
        .with_for_update()
    )


def share_links(audit_id: UUID) -> Select[ShareLink]:
    return (
        select(ShareLink)
        .where(ShareLink.audit_id == audit_id, ShareLink.revoked_at.is_(None))
        .order_by(ShareLink.id.desc())
    )


def share_link(link_id: UUID) -> ShareLink:
    """Raises `Problem(NOT_FOUND)`."""
    found = session().get(ShareLink, (organisation_id(), link_id))
    if found is None:
        raise Problem(NOT_FOUND, "There is no such link.")
    return found
