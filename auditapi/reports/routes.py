"""The PDF of an audit, and the links by which others open it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from flask import Flask, Response, current_app, jsonify, render_template

from auditapi.audits.models import Audit
from auditapi.audits.readers import check_readable, readable_audit
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import contract, db, headers, media
from auditapi.core.db import now, organisation_id, session
from auditapi.core.http import Api, Blueprint, takes_body
from auditapi.core.idempotency import once
from auditapi.core.problems import NOT_FOUND, REPORT_FAILED, WRONG_STATE, Problem
from auditapi.core.tokens import Signer
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Actor, Role
from auditapi.reports import naming, queries, schemas, service, view
from auditapi.reports.gathering import Wanted
from auditapi.reports.models import Report, ReportState, ShareLink
from auditapi.stores.models import Store

READERS = (Role.ADMINISTRATOR, Role.ANALYST, Role.REGIONAL_MANAGER, Role.STORE_MANAGER)
SHARERS = (Role.ADMINISTRATOR, Role.ANALYST, Role.REGIONAL_MANAGER)
LONGEST_LINK_SECONDS = 366 * 24 * 3600
SOONEST, LATEST = 2, 30
"""Seconds after which to ask again for a report that is being made."""

blueprint = Blueprint("reports", __name__, url_prefix="/api/v1", description="Store reports")
shared = Blueprint("shared", __name__, template_folder="templates_web", description="Share links")


@blueprint.route("/audits/<uuid:audit_id>/report.pdf")
@takes_body
@signed_in(*READERS)
@blueprint.arguments(schemas.ReportQuerySchema, location="query")
@blueprint.reads_headers(headers.IF_NONE_MATCH, headers.RANGE)
@blueprint.response(200, contract.BYTES, content_type="application/pdf", description="The report")
@blueprint.alt_response(
    206, schema=contract.BYTES, content_type="application/pdf", description="A part of it"
)
@blueprint.alt_response(202, schema=schemas.WaitingReportSchema, description="Being made")
@blueprint.alt_response(304, description="Not changed")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(416, "RANGE_NOT_SATISFIABLE")
def report_pdf(given: dict[str, Any], audit_id: UUID) -> Response:
    """The report of a released audit: made on demand, kept, the same bytes every time."""
    with db.transaction(actor().organisation_id):
        audit = readable_audit(actor(), audit_id)
        report = service.ask(_wanted(audit, actor(), given), again=given["again"])
        name, ahead = _file_name(audit), queries.ahead_of(report)
    return _answer(report, name, ahead)


def _wanted(audit: Audit, who: Actor, given: dict[str, Any]) -> Wanted:
    if audit.revision == 0:
        raise Problem(WRONG_STATE, "The audit is not complete yet, so it has no report.")
    default = service.wanted_by_default(audit)
    audience = given.get("view") or ("head_office" if who.is_head_office else "store")
    archive_for_a_store = given["variant"] == "archive" and audience == "store"
    if archive_for_a_store or (audience == "head_office" and not who.is_head_office):
        raise Problem(NOT_FOUND, "There is no such report.")
    return Wanted(
        audit.id,
        audit.revision,
        cast("view.Audience", audience),
        cast("view.Language", given.get("lang") or default.language),
        cast("view.Form", given["variant"]),
        cast("view.Paper", given.get("paper") or default.paper),
    )


def _file_name(audit: Audit) -> str:
    store = session().get(Store, (organisation_id(), audit.store_id))
    version = session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id))
    return naming.file_name(
        audit.visited_on, store.code if store else "", version.key if version else ""
    )


def _answer(report: Report, name: str, ahead: int = 0) -> Response:
    if report.state is ReportState.FAILED:
        raise Problem(REPORT_FAILED, report.reason or "The report could not be made.")
    # One that is made anew still has its old bytes.
    waits = report.state is ReportState.WAITING
    if waits or report.object_key is None or report.sha256 is None:
        return _waiting(report, ahead)
    return media.printed(report.object_key, name, report.sha256)


def _waiting(report: Report, ahead: int) -> Response:
    """Not a hanging request: how it stands, and when to ask again."""
    schema = schemas.WaitingReportSchema(exclude=_kept_from(actor()))
    response = jsonify(
        schema.dump({**_named(report, "state", "asked_at", "attempts"), "ahead": ahead})
    )
    response.status_code = HTTPStatus.ACCEPTED
    seconds = min(SOONEST + ahead // 2, LATEST)
    response.headers.update({"Retry-After": str(seconds), "Cache-Control": "no-store"})
    return response


def _named(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _kept_from(who: Actor) -> tuple[str, ...]:
    """A report is asked for as soon as an audit is here: what is not covert, right after it."""
    return () if who.is_head_office else ("asked_at",)


@blueprint.route("/audits/<uuid:audit_id>/share-links", methods=["GET"])
@signed_in(*SHARERS)
@blueprint.response(200, schemas.ShareLinksSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def list_share_links(audit_id: UUID) -> Any:
    """Links to this audit's report that are not revoked."""
    audit = readable_audit(actor(), audit_id)
    return {"links": [_link(link) for link in session().scalars(queries.share_links(audit.id))]}


@blueprint.route("/audits/<uuid:audit_id>/share-links", methods=["POST"])
@signed_in(*SHARERS)
@once
@blueprint.arguments(schemas.NewShareLinkSchema)
@blueprint.response(201, schemas.ShareLinkSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def share_report(given: dict[str, Any], audit_id: UUID) -> Any:
    """A link that opens the store's view without an account, until it expires."""
    audit = readable_audit(actor(), audit_id)
    default = service.wanted_by_default(_released(audit))
    link = service.share(
        audit, given.get("lang") or default.language, given["days"], actor().person_id
    )
    return _link(link)


def _released(audit: Audit) -> Audit:
    if audit.released_at is None:
        raise Problem(WRONG_STATE, f"The audit is {audit.release.value}; release it first.")
    return audit


@blueprint.route("/share-links/<uuid:link_id>", methods=["DELETE"])
@signed_in(*SHARERS)
@blueprint.response(204)
@blueprint.alt_response(404, "NOT_FOUND")
def revoke_share_link(link_id: UUID) -> None:
    """Close a link for good."""
    link = queries.share_link(link_id)
    check_readable(actor(), link.audit_id)
    service.revoke_link(link)


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], "share")


def _link(link: ShareLink) -> dict[str, Any]:
    signed = _signer().sign([link.organisation_id.hex, link.id.hex])
    address = f"{current_app.config['SETTINGS'].public_url}/shared/{signed}"
    names = ("id", "language", "created_at", "expires_at", "opened")
    return {"url": address, **_named(link, *names)}


@shared.route("/shared/<signed>")
@takes_body
def open_shared(signed: str) -> Response:
    """The report behind a share link; a page that reloads itself while it is being made."""
    named = _signer().read(signed, LONGEST_LINK_SECONDS)
    if named is None:
        return _page(HTTPStatus.NOT_FOUND, "closed")
    with db.transaction(UUID(hex=named[0])):
        link = session().get(ShareLink, (organisation_id(), UUID(hex=named[1])))
        if link is None or link.revoked_at is not None or link.expires_at <= now():
            return _page(HTTPStatus.NOT_FOUND, "closed")
        audit = cast("Audit", session().get(Audit, (organisation_id(), link.audit_id)))
        default = service.wanted_by_default(audit)
        language = cast("view.Language", link.language)
        report = service.ask(
            Wanted(audit.id, audit.revision, "store", language, default.variant, default.paper)
        )
        link.opened += 1
        name = _file_name(audit)
    if report.state is ReportState.WAITING:
        return _page(HTTPStatus.ACCEPTED, "waiting")
    return _answer(report, name)


def _page(status: HTTPStatus, what: str) -> Response:
    response = Response(render_template("shared.html", what=what), status=status)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
    app.register_blueprint(shared)
