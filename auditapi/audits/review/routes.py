"""What head office does with audits; and the auditor's reply to a return."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask

from auditapi.audits.audience import View
from auditapi.audits.models import Audit, Flag
from auditapi.audits.reading import telling
from auditapi.audits.reading.schemas import FlagSchema
from auditapi.audits.review import quarantine, queries, rules, schemas, service
from auditapi.core.http import Api, Blueprint
from auditapi.core.idempotency import once
from auditapi.core.paging import page_of
from auditapi.core.schemas import PageQuerySchema
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role

REVIEWERS = (Role.ADMINISTRATOR, Role.ANALYST)

blueprint = Blueprint("review", __name__, url_prefix="/api/v1", description="Head office's review")


@blueprint.route("/quarantine", methods=["GET"])
@signed_in(*REVIEWERS)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, schemas.QuarantineSchema)
def list_quarantine(given: dict[str, Any]) -> Any:
    """What waits in quarantine and why, the longest waiting first."""
    page = page_of(queries.quarantined(), Audit.received_at, Audit.id, **given)
    rows = telling.summaries(page.rows)
    return {"audits": [{"view": View.HEAD_OFFICE, **row} for row in rows], "next": page.next}


@blueprint.route("/audits/<uuid:audit_id>/accept", methods=["POST"])
@signed_in(*REVIEWERS)
@once
@blueprint.arguments(schemas.AcceptSchema)
@blueprint.response(200, schemas.StandingSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def accept(given: dict[str, Any], audit_id: UUID) -> Any:
    """Let a quarantined audit count, as it is or with changes."""
    return quarantine.accept(actor(), audit_id, **given)


@blueprint.route("/audits/<uuid:audit_id>/reject", methods=["POST"])
@signed_in(*REVIEWERS)
@once
@blueprint.arguments(schemas.RejectSchema)
@blueprint.response(200, schemas.StandingSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def reject(given: dict[str, Any], audit_id: UUID) -> Any:
    """Say that a quarantined audit does not count."""
    return quarantine.reject(audit_id, **given)


@blueprint.route("/audits/<uuid:audit_id>/photos/lost", methods=["POST"])
@signed_in(*REVIEWERS)
@once
@blueprint.arguments(schemas.LostSchema)
@blueprint.response(200, schemas.StandingSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def declare_lost(given: dict[str, Any], audit_id: UUID) -> Any:
    """Declare missing photos lost, so that the audit need not wait for them."""
    return quarantine.declare_lost(audit_id, **given)


@blueprint.route("/audits/<uuid:audit_id>/release", methods=["POST"])
@signed_in(*REVIEWERS)
@once
@blueprint.arguments(schemas.ReleaseSchema)
@blueprint.response(200, schemas.StandingSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def release(given: dict[str, Any], audit_id: UUID) -> Any:
    """Let stores and regions read a waiting audit."""
    answers = {name: given.pop(name) for name in rules.QUESTIONS}
    return service.release(audit_id, answers=answers, **given)


@blueprint.route("/audits/<uuid:audit_id>/return", methods=["POST"])
@signed_in(*REVIEWERS)
@once
@blueprint.arguments(schemas.ReturnSchema)
@blueprint.response(200, schemas.StandingSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def give_back(given: dict[str, Any], audit_id: UUID) -> Any:
    """Return a waiting audit to its auditor, with a reason and a deadline."""
    return service.give_back(audit_id, **given)


@blueprint.route("/audits/<uuid:audit_id>/reply", methods=["POST"])
@signed_in(submit_only=True)
@once
@blueprint.arguments(schemas.ReplySchema)
@blueprint.response(200, schemas.StandingSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def reply(given: dict[str, Any], audit_id: UUID) -> Any:
    """Answer the return of my audit before its deadline; it waits for its release again."""
    return service.reply(actor(), audit_id, **given)


@blueprint.route("/audits/<uuid:audit_id>/revisions", methods=["POST"])
@signed_in(*REVIEWERS)
@once
@blueprint.arguments(schemas.NewRevisionSchema)
@blueprint.response(201, schemas.StandingSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def revise(given: dict[str, Any], audit_id: UUID) -> Any:
    """Lay a revision over a completed audit: other answers, covered photos; scored anew."""
    return service.revise(actor(), audit_id, **given)


@blueprint.route("/flags", methods=["GET"])
@signed_in(*REVIEWERS)
@blueprint.arguments(schemas.FlagsQuerySchema, location="query")
@blueprint.response(200, schemas.FlagsSchema)
def list_flags(given: dict[str, Any]) -> Any:
    """What somebody should look at, newest first."""
    cursor, limit = given.pop("cursor"), given.pop("limit")
    statement = queries.flags(**given)
    page = page_of(statement, Flag.id, cursor=cursor, limit=limit, newest_first=True)
    return {"flags": telling.flags(page.rows), "next": page.next}


@blueprint.route("/flags/<uuid:flag_id>/settle", methods=["POST"])
@signed_in(*REVIEWERS)
@once
@blueprint.arguments(schemas.SettleSchema)
@blueprint.response(200, FlagSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def settle_flag(given: dict[str, Any], flag_id: UUID) -> Any:
    """Settle a flag: it was looked at."""
    return telling.flags([service.settle_flag(actor(), flag_id, given["note"])])[0]


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
