"""Rounds, assignments, and what phones take along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request

from auditapi.audits.models import Assignment, Round
from auditapi.audits.planning import (
    checks,
    queries,
    rules,
    schemas,
    service,
    sync,
    sync_schemas,
    telling,
)
from auditapi.audits.planning.checks import Proposal
from auditapi.core import contract, headers
from auditapi.core.db import now
from auditapi.core.http import Api, Blueprint
from auditapi.core.idempotency import once
from auditapi.core.paging import page_of
from auditapi.core.schemas import PageQuerySchema
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role

HEAD_OFFICE = (Role.ADMINISTRATOR, Role.ANALYST)

blueprint = Blueprint(
    "planning", __name__, url_prefix="/api/v1", description="Rounds, assignments, sync"
)


@blueprint.route("/rounds", methods=["GET"])
@signed_in(*HEAD_OFFICE)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, schemas.RoundsSchema)
def list_rounds(given: dict[str, Any]) -> Any:
    """All rounds, the newest first."""
    page = page_of(queries.rounds(), Round.id, newest_first=True, **given)
    return {"rounds": _rounds(page.rows), "next": page.next}


def _rounds(rows: Sequence[Round]) -> list[dict[str, Any]]:
    versions = queries.versions_by_id(row.checklist_version_id for row in rows)
    return [telling.round_(row, versions[row.checklist_version_id]) for row in rows]


def _round(row: Round) -> dict[str, Any]:
    return {**_rounds([row])[0], "stores": checks.stores_of(row)}


@blueprint.route("/rounds", methods=["POST"])
@signed_in(*HEAD_OFFICE)
@once
@blueprint.arguments(schemas.NewRoundSchema)
@blueprint.response(201, schemas.RoundSchema)
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def add_round(given: dict[str, Any]) -> Any:
    """Make a round; a random sample of stores is drawn here, by a seed that is kept."""
    return _round(service.add_round(**given))


@blueprint.route("/rounds/<uuid:round_id>", methods=["GET"])
@signed_in(*HEAD_OFFICE)
@blueprint.response(200, schemas.RoundWithProgressSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_round(round_id: UUID) -> Any:
    """One round, and how far it has come."""
    row = queries.round_by_id(round_id)
    progress = {
        "by_state": queries.count_by_state(round_id),
        "quotas": rules.quota_progress(row.quotas, queries.visit_times(round_id)),
    }
    return {**_round(row), "progress": progress}


@blueprint.route("/rounds/<uuid:round_id>/close", methods=["POST"])
@signed_in(*HEAD_OFFICE)
@once
@blueprint.arguments(schemas.ClosingSchema)
@blueprint.response(200, schemas.RoundSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def close_round(given: dict[str, Any], round_id: UUID) -> Any:
    """End a round. What is still on its way from a phone is taken in all the same."""
    return _round(service.close_round(round_id, **given))


@blueprint.route("/assignments", methods=["GET"])
@signed_in()
@blueprint.arguments(schemas.AssignmentsQuerySchema, location="query")
@blueprint.response(200, schemas.AssignmentsSchema)
def list_assignments(given: dict[str, Any]) -> Any:
    """The assignments I may see, the newest first."""
    cursor, limit = given.pop("cursor"), given.pop("limit")
    statement = queries.assignments(actor(), **given)
    page = page_of(statement, Assignment.id, cursor=cursor, limit=limit, newest_first=True)
    return {"assignments": _told(page.rows), "next": page.next}


def _told(rows: Sequence[Assignment]) -> list[dict[str, Any]]:
    me = actor()
    names = queries.known_names(me, rows)
    return [
        telling.assignment(
            one.assignment,
            one.store,
            one.version,
            names,
            whole=me.is_head_office or one.assignment.auditor_id == me.person_id,
        )
        for one in queries.planned(rows)
    ]


@blueprint.route("/assignments", methods=["POST"])
@signed_in(*HEAD_OFFICE)
@once
@blueprint.arguments(schemas.NewAssignmentSchema)
@blueprint.response(201, schemas.AssignmentSchema)
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def add_assignment(given: dict[str, Any]) -> Any:
    """Offer a visit to an auditor."""
    return _told(service.offer([Proposal(**given)], ["json"]))[0]


@blueprint.route("/assignments/bulk", methods=["POST"])
@signed_in(*HEAD_OFFICE)
@once
@blueprint.doc(requestBody=contract.body(schemas.BulkSchema))
@blueprint.response(201, schemas.OfferedSchema)
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def add_assignments() -> Any:
    """Offer many visits at once, or none: every fault is listed with its place."""
    return {"assignments": _told(service.offer(*schemas.read_bulk(request.get_json())))}


@blueprint.route("/assignments/<uuid:assignment_id>", methods=["GET"])
@signed_in()
@blueprint.response(200, schemas.AssignmentSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_assignment(assignment_id: UUID) -> Any:
    """One assignment."""
    return _told([queries.assignment(actor(), assignment_id)])[0]


@blueprint.route("/assignments/<uuid:assignment_id>", methods=["PATCH"])
@signed_in(*HEAD_OFFICE)
@blueprint.arguments(schemas.AssignmentChangesSchema)
@blueprint.response(200, schemas.AssignmentSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def change_assignment(given: dict[str, Any], assignment_id: UUID) -> Any:
    """Give a visit to another auditor or time (it is offered anew), change its brief, or decide
    whether one that was not possible is paid."""
    return _told([service.change(actor(), assignment_id, given)])[0]


@blueprint.route("/assignments/<uuid:assignment_id>/cancel", methods=["POST"])
@signed_in(*HEAD_OFFICE)
@once
@blueprint.arguments(schemas.CancellingSchema)
@blueprint.response(200, schemas.AssignmentSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def cancel(given: dict[str, Any], assignment_id: UUID) -> Any:
    """Call a visit off."""
    return _told([service.cancel(actor(), assignment_id, **given)])[0]


@blueprint.route("/assignments/<uuid:assignment_id>/accept", methods=["POST"])
@signed_in()
@once
@blueprint.response(200, schemas.AssignmentSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def accept(assignment_id: UUID) -> Any:
    """I will go."""
    return _told([service.accept(actor(), assignment_id)])[0]


@blueprint.route("/assignments/<uuid:assignment_id>/decline", methods=["POST"])
@signed_in()
@once
@blueprint.arguments(schemas.DecliningSchema)
@blueprint.response(200, schemas.AssignmentSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def decline(given: dict[str, Any], assignment_id: UUID) -> Any:
    """I will not go, and why."""
    return _told([service.decline(actor(), assignment_id, **given)])[0]


@blueprint.route("/assignments/<uuid:assignment_id>/not-possible", methods=["POST"])
@signed_in()
@once
@blueprint.arguments(schemas.NotPossibleSchema)
@blueprint.response(200, schemas.AssignmentSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def not_possible(given: dict[str, Any], assignment_id: UUID) -> Any:
    """I was there, and the visit could not be made."""
    return _told([service.not_possible(actor(), assignment_id, **given)])[0]


@blueprint.route("/sync", methods=["GET"])
@signed_in()
@blueprint.reads_headers(headers.IF_NONE_MATCH)
@blueprint.response(200, sync_schemas.SyncSchema)
@blueprint.alt_response(304, description="Nothing has changed.")
def synchronise() -> Any:
    """All that my work needs without a network; the ETag leaves the server's time out."""
    written = sync_schemas.SyncSchema(exclude=["server_time"]).dump(sync.content(actor()))
    etag = sync.digest(written)
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = jsonify({"server_time": now().isoformat(), **written})
    response.set_etag(etag, weak=True)
    return response


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
