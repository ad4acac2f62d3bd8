"""Drafts: saved by phones, taken over by another phone of the same person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request

from auditapi.audits.drafts import queries, rules, schemas, service
from auditapi.audits.drafts.models import Draft
from auditapi.core import bodies, contract, db, headers
from auditapi.core.http import Api, Blueprint, takes_body
from auditapi.core.paging import page_of
from auditapi.core.problems import NOT_JSON, PRECONDITION_REQUIRED, Problem
from auditapi.core.schemas import PageQuerySchema
from auditapi.people import queries as people
from auditapi.people.guard import actor, signed_in

JSON = frozenset({"application/json"})
TAGGED = headers.answers(ETag="SHA-256 of the draft's bytes")

blueprint = Blueprint(
    "drafts", __name__, url_prefix="/api/v1", description="Copies of unfinished audits"
)


@blueprint.route("/drafts", methods=["GET"])
@signed_in()
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, schemas.DraftsSchema)
def list_drafts(given: dict[str, Any]) -> Any:
    """My unfinished audits of all my phones, the last saved first."""
    page = page_of(queries.drafts_of(actor()), Draft.saved_at, Draft.id, newest_first=True, **given)
    return {"drafts": page.rows, "next": page.next}


@blueprint.route("/drafts/<uuid:draft_id>", methods=["GET"])
@signed_in()
@blueprint.reads_headers(headers.IF_NONE_MATCH)
@blueprint.response(
    200, schemas.CONTENT, description="As it was saved", example=schemas.BEGUN, headers=TAGGED
)
@blueprint.alt_response(304, description="Nothing has changed")
@blueprint.alt_response(404, "NOT_FOUND")
def get_draft(draft_id: UUID) -> Response:
    """An unfinished audit of mine, byte for byte as a phone saved it."""
    draft = queries.own(actor(), draft_id)
    response = Response(draft.body, content_type="application/json")
    response.set_etag(draft.sha256)
    response.make_conditional(request)
    return response


@blueprint.route("/drafts/<uuid:draft_id>", methods=["PUT"])
@takes_body
@signed_in()
@blueprint.reads_headers(headers.IF_MATCH, headers.IF_NONE_MATCH_ANY, headers.CONTENT_DIGEST)
@blueprint.doc(
    requestBody=contract.body(
        {"type": "object"},
        example=schemas.BEGUN,
        says="A JSON object, kept byte for byte. At most 2 MB.",
    )
)
@blueprint.response(200, schemas.DraftSchema, description="Saved", headers=TAGGED)
@blueprint.alt_response(
    201, schema=schemas.DraftSchema, description="Saved for the first time", headers=TAGGED
)
@blueprint.alt_response(400, "BAD_REQUEST")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(413, "CONTENT_TOO_LARGE")
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def put_draft(draft_id: UUID) -> Response:
    """Save unfinished work: over the version of If-Match, or as new with If-None-Match: *.

    A 412 says who saved what is there, and when, so that a person can keep mine, theirs or both.
    """
    expected = _expected()
    body = bodies.read(rules.LARGEST, media_types=JSON)
    try:
        content = rules.read(body)
    except rules.Unreadable as error:
        raise Problem(NOT_JSON, str(error)) from None
    with db.transaction(actor().organisation_id):
        device = people.device_of(actor())
        draft, new = service.save(actor(), draft_id, content, expected, device)
    response = jsonify(schemas.DraftSchema().dump(draft))
    response.status_code = 201 if new else 200
    response.set_etag(draft.sha256)
    return response


@blueprint.route("/drafts/<uuid:draft_id>", methods=["DELETE"])
@signed_in()
@blueprint.reads_headers(headers.IF_MATCH_REQUIRED)
@blueprint.response(204)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def delete_draft(draft_id: UUID) -> None:
    """Throw unfinished work away, if it is still the version of If-Match."""
    queries.own(actor(), draft_id)
    expected = bodies.quoted("If-Match")
    if expected is None:
        raise Problem(PRECONDITION_REQUIRED, "Send If-Match with the ETag of what goes.")
    service.drop(actor(), draft_id, expected)


def _expected() -> str | None:
    """The tag that the phone means to replace; None when it expects none to be there."""
    expected = bodies.quoted("If-Match")
    if expected is None and bodies.quoted("If-None-Match") != "*":
        raise Problem(
            PRECONDITION_REQUIRED,
            "Send If-Match with the ETag of what you replace, or If-None-Match: * for a new one.",
        )
    return expected


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
