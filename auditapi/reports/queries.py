"""Reads of reports and share links."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from auditapi.core.db import organisation_id, session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.reports.gathering import Wanted
from auditapi.reports.models import Report, ReportState, ShareLink


def report_for(wanted: Wanted) -> Report | None:
    return session().scalar(
        select(Report).where(
            Report.audit_id == wanted.audit_id,
            Report.revision == wanted.revision,
            Report.audience == wanted.audience,
            Report.language == wanted.language,
            Report.variant == wanted.variant,
            Report.paper == wanted.paper,
        )
    )


def same_input(input_hash: str) -> Report | None:
    """A finished report that was made of exactly the same."""
    return session().scalar(
        select(Report)
        .where(Report.input_hash == input_hash, Report.state == ReportState.READY)
        .limit(1)
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
