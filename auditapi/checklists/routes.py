"""Checklists: publishing, reading, comparing, taking out of use."""

from __future__ import annotations

import functools
import json
from typing import Any
from uuid import UUID

from flask import Flask, Response, request

from auditapi.checklists import queries, schemas, service, weights
from auditapi.checklists.difference import difference
from auditapi.checklists.document import Checklist, canonical_bytes, digest, json_schema
from auditapi.checklists.document import Problem as Fault
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.core import headers
from auditapi.core.db import now, session
from auditapi.core.http import Api, Blueprint, takes_body
from auditapi.core.idempotency import once
from auditapi.core.paging import page_of
from auditapi.core.problems import MEDIA_TYPE, NOT_FOUND, TOO_LARGE, Problem
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role
from auditapi.stores import queries as stores

LARGEST = 2 * 1024 * 1024
YAML = frozenset({"application/yaml", "application/x-yaml", "text/yaml"})
#: Versions never change; what a shared phone keeps of them is for who asked.
FOR_EVER = "private, max-age=31536000, immutable"
_VERSION = "/checklists/<key>/versions/<int(min=1,max=2147483647):number>"

blueprint = Blueprint("checklists", __name__, url_prefix="/api/v1", description="Checklists")
takes_document = blueprint.doc(
    requestBody={
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}, "example": schemas.AS_YAML},
            "application/json": {
                "schema": schemas.ChecklistDocumentSchema,
                "example": schemas.ChecklistDocumentSchema.EXAMPLE,
            },
        },
    }
)


def _document() -> Checklist:
    """The checklist in the request's body. Raises `Problem` (413, 415, 422)."""
    if request.mimetype not in YAML and not request.is_json:
        raise Problem(MEDIA_TYPE, "Send application/yaml or application/json.")
    data = request.get_data()
    if len(data) > LARGEST:
        raise Problem(TOO_LARGE, f"A checklist has at most {LARGEST} bytes.")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise service.refusal([Fault("", "is not UTF-8 text")]) from None
    return service.read_json(text) if request.is_json else service.read_yaml(text)


@blueprint.route("/checklists", methods=["POST"])
@signed_in(Role.ADMINISTRATOR)
@once
@takes_document
@blueprint.arguments(schemas.ChecklistPublishQuerySchema, location="query")
@blueprint.response(201, schemas.ChecklistVersionSchema)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
def publish(given: dict[str, Any]) -> Any:
    """Publish a checklist: it is frozen for ever as the next version of its key."""
    return service.publish(_document(), **given)


@blueprint.route("/checklists/preview", methods=["POST"])
@signed_in(Role.ADMINISTRATOR, Role.ANALYST)
@takes_document
@blueprint.response(200, schemas.ChecklistPreviewSchema)
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@blueprint.alt_response(422, "UNPROCESSABLE_CONTENT")
def preview() -> Any:
    """Check a checklist without publishing it: its faults, or what would change, and what each
    item counts for."""
    checklist = _document()
    earlier = queries.published(checklist.key)
    return {
        "key": checklist.key,
        "version": service.next_number(checklist),
        "sha256": digest(checklist),
        "changes": difference(parsed(earlier[0]), checklist) if earlier else [],
        "sections": weights.shares(checklist),
    }


@blueprint.route("/checklists", methods=["GET"])
@signed_in()
@blueprint.arguments(schemas.ChecklistAtQuerySchema, location="query")
@blueprint.response(200, schemas.ChecklistsSchema)
def list_checklists(given: dict[str, Any]) -> Any:
    """Of every checklist that I may read the newest version available at a moment, by key."""
    newest = queries.newest_of_each(actor(), given["at"] or now())
    return {"checklists": session().scalars(newest).all()}


@blueprint.route("/checklists/schema.json")
@takes_body
@blueprint.reads_headers(headers.IF_NONE_MATCH)
@blueprint.response(
    200,
    {"type": "object"},
    content_type="application/schema+json",
    example={"type": "object", "required": ["key", "languages", "title", "sections"]},
)
@blueprint.alt_response(304, description="Nothing has changed")
def schema() -> Response:
    """The JSON Schema of checklists, with which editors complete and check them."""
    response = Response(_schema(), content_type="application/schema+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.add_etag()
    response.make_conditional(request)
    return response


@functools.cache
def _schema() -> bytes:
    return json.dumps(json_schema(), ensure_ascii=False, indent=1).encode()


@blueprint.route("/checklists/<key>/newest")
@signed_in()
@blueprint.arguments(schemas.ChecklistAtQuerySchema, location="query")
@blueprint.response(200, schemas.ChecklistVersionSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_newest(given: dict[str, Any], key: str) -> Any:
    """The newest version of a checklist that is available at a moment."""
    return queries.newest(actor(), key, given["at"] or now())


@blueprint.route("/checklists/<key>/versions")
@signed_in()
@blueprint.arguments(schemas.ChecklistVersionsQuerySchema, location="query")
@blueprint.response(200, schemas.ChecklistVersionsSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def list_versions(given: dict[str, Any], key: str) -> Any:
    """All versions of a checklist, the newest first: withdrawn and future ones too."""
    statement = queries.versions(actor(), key)
    page = page_of(statement, ChecklistVersion.number, newest_first=True, **given)
    if not page.rows and given["cursor"] is None:
        raise Problem(NOT_FOUND, "There is no such checklist.")
    return {"versions": page.rows, "next": page.next}


@blueprint.route(_VERSION)
@signed_in()
@blueprint.reads_headers(headers.IF_NONE_MATCH)
@blueprint.response(200, schemas.ChecklistDocumentSchema)
@blueprint.alt_response(304, description="These bytes never change")
@blueprint.alt_response(404, "NOT_FOUND")
def show_version(key: str, number: int) -> Response:
    """A version's canonical document. Its ETag is the SHA-256 of these very bytes, which never
    change."""
    version = queries.version(actor(), key, number)
    known = request.if_none_match.contains_weak(version.sha256)
    body = b"" if known else canonical_bytes(parsed(version))
    response = Response(body, status=304 if known else 200, content_type="application/json")
    response.set_etag(version.sha256)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Vary"] = "Authorization"
    return response


@blueprint.route(f"{_VERSION}/weights")
@signed_in(Role.ADMINISTRATOR, Role.ANALYST)
@blueprint.arguments(schemas.ChecklistVisitQuerySchema, location="query")
@blueprint.response(200, schemas.WeightsSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_weights(given: dict[str, Any], key: str, number: int) -> Any:
    """What each section and item counts for, at a kind of visit and in a store."""
    checklist = parsed(queries.version(actor(), key, number))
    return {"sections": weights.shares(checklist, *_visit(given.pop("store"), **given))}


def _visit(store_id: UUID | None, kind: str | None, **more: Any) -> tuple[Any, Any]:
    store = stores.store(actor(), store_id).attributes if store_id is not None else None
    return (weights.visit_of(kind, **more) if kind is not None else None), store


@blueprint.route("/checklists/<key>/difference")
@signed_in(Role.ADMINISTRATOR, Role.ANALYST)
@blueprint.arguments(schemas.ChecklistDifferenceQuerySchema, location="query")
@blueprint.response(200, schemas.ChecklistDifferenceSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_difference(given: dict[str, int], key: str) -> Any:
    """What changed from one version to another, item by item."""
    old = queries.version(actor(), key, given["old"])
    new = queries.version(actor(), key, given["new"])
    return {"changes": difference(parsed(old), parsed(new))}


@blueprint.route(f"{_VERSION}/withdrawal", methods=["PUT"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.ChecklistVersionSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def withdraw(key: str, number: int) -> Any:
    """Hand a version out no more. Visits made with it, also later ones, stay valid."""
    return service.withdraw(queries.version(actor(), key, number))


@blueprint.route(f"{_VERSION}/withdrawal", methods=["DELETE"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.ChecklistVersionSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def reinstate(key: str, number: int) -> Any:
    """Hand a withdrawn version out again."""
    return service.reinstate(queries.version(actor(), key, number))


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
