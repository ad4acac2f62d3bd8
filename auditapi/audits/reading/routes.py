"""Reading audits: lists, one audit whole, its score, originals of photos, the activity log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask

from auditapi.audits.audience import View
from auditapi.audits.readers import listing_order
from auditapi.audits.reading import details, queries, schemas, service, telling
from auditapi.audits.reading.score_schemas import ExplainedScoreSchema
from auditapi.core.activity import Activity
from auditapi.core.http import Api, Blueprint
from auditapi.core.paging import page_of
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.core.schemas import PageQuerySchema
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role

blueprint = Blueprint("reading", __name__, url_prefix="/api/v1", description="Audits, to read")


@blueprint.route("/audits", methods=["GET"])
@signed_in()
@blueprint.arguments(schemas.AuditsQuerySchema, location="query")
@blueprint.response(200, schemas.AuditsSchema)
def list_audits(given: dict[str, Any]) -> Any:
    """The audits I may see, newest first."""
    cursor, limit = given.pop("cursor"), given.pop("limit")
    statement = queries.audits(actor(), **given)
    order = listing_order(actor())
    page = page_of(statement, *order, cursor=cursor, limit=limit, newest_first=True)
    return {"audits": telling.listed(actor(), page.rows), "next": page.next}


@blueprint.route("/audits/<uuid:audit_id>/details", methods=["GET"])
@signed_in()
@blueprint.response(200, schemas.AuditDetailsSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_audit(audit_id: UUID) -> Any:
    """One audit whole, in the view that I have of it."""
    return details.details(actor(), *queries.audit(actor(), audit_id))


@blueprint.route("/audits/<uuid:audit_id>/score", methods=["GET"])
@signed_in(Role.ADMINISTRATOR, Role.ANALYST, Role.REGIONAL_MANAGER, Role.STORE_MANAGER)
@blueprint.arguments(schemas.ScoreQuerySchema, location="query")
@blueprint.response(200, ExplainedScoreSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_score(given: dict[str, Any], audit_id: UUID) -> Any:
    """The explained score; private items are left out of what stores get."""
    audit, view = queries.audit(actor(), audit_id)
    if view is View.AUDITOR:
        raise Problem(NOT_FOUND, "The score is not for you to see yet.")
    return details.score_in(actor(), audit, view, given["revision"])


@blueprint.route("/audits/<uuid:audit_id>/photos/<int:position>/original", methods=["GET"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.OriginalSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_original(audit_id: UUID, position: int) -> Any:
    """Where a photo's untouched original opens; that it was looked at is written down."""
    audit, _view = queries.audit(actor(), audit_id)
    return {"address": service.original(audit, queries.photo(audit_id, position))}


@blueprint.route("/audits/<uuid:audit_id>/activity", methods=["GET"])
@signed_in(Role.ADMINISTRATOR, Role.ANALYST)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, schemas.ActivitiesSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def list_activity_of(given: dict[str, Any], audit_id: UUID) -> Any:
    """Who did what to this audit, newest first."""
    audit, _view = queries.audit(actor(), audit_id)
    return _activities(subject=audit.id, **given)


@blueprint.route("/activity", methods=["GET"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.arguments(schemas.ActivityQuerySchema, location="query")
@blueprint.response(200, schemas.ActivitiesSchema)
def list_activity(given: dict[str, Any]) -> Any:
    """Who did what in the organisation, newest first."""
    return _activities(**given)


def _activities(*, cursor: str | None, limit: int, **wanted: Any) -> dict[str, Any]:
    statement = queries.activities(**wanted)
    page = page_of(statement, Activity.id, cursor=cursor, limit=limit, newest_first=True)
    return {"activity": telling.activities(page.rows), "next": page.next}


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
