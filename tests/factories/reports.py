"""Audits brought over the API to where their report is made, and the worker's part of it."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from auditapi.audits.states import VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.reports import jobs
from auditapi.reports.models import Report, ReportState
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.known import known_as
from tests.factories.visits import Visit, fresh_jpeg, visit


def complete(
    client: FlaskClient,
    chain: Chain,
    version: ChecklistVersion,
    kind: VisitKind = VisitKind.ANNOUNCED_AUDIT,
    store: str = "N1",
) -> Visit:
    photo = fresh_jpeg()
    asked = str(assign(chain, version, store=store, kind=kind).id)
    what = visit(chain, version, photo, store=store, kind=kind.value, assignment_id=asked)
    client.put(
        f"/api/v1/photos/{what.document['photos'][0]['sha256']}",
        data=photo,
        headers=chain.as_("cleo"),
    )
    client.put(what.path, data=what.body, headers=what.headers() | chain.as_("cleo"))
    return what


def render_waiting(chain: Chain) -> None:
    """What the worker does."""
    with db.transaction(chain.organisation.id) as session:
        waiting = session.scalars(select(Report.id).where(Report.state == ReportState.WAITING))
        ids = list(waiting)
    for report_id in ids:
        jobs.render_report(str(chain.organisation.id), str(report_id))


def get(
    client: FlaskClient, chain: Chain, what: Visit, who: str, query: str = "", **headers: str
) -> Any:
    """The report, asked for by the name that this person knows the audit by."""
    path = f"/api/v1/audits/{known_as(chain, who, what)}/report.pdf{query}"
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=chain.as_(who) | more)
