"""The organisation, and how its reports look: for administrators."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify

from auditapi.core import bodies, db, headers, media
from auditapi.core.http import Api, Blueprint, takes_body
from auditapi.core.objects import objects
from auditapi.core.problems import NOT_A_PHOTO, Problem
from auditapi.people import queries as people
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role
from auditapi.photos.inspection import NotAPhoto
from auditapi.reports.appearance import logo, queries, schemas, service

blueprint = Blueprint(
    "appearance", __name__, url_prefix="/api/v1", description="The organisation and its reports"
)


@blueprint.route("/organisation", methods=["GET"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.OrganisationSettingsSchema)
def read_organisation() -> Response:
    """The organisation, and how its reports look; ETag names this state."""
    return _answer()


@blueprint.route("/organisation", methods=["PUT"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.reads_headers(headers.IF_MATCH)
@blueprint.arguments(schemas.OrganisationChangesSchema)
@blueprint.response(200, schemas.OrganisationSettingsSchema)
@blueprint.alt_response(412, "PRECONDITION_FAILED")
def change_organisation(given: dict[str, Any]) -> Response:
    """Change it. Reports get the new look when they are asked for next."""
    report = given.pop("report")
    service.change(given, report, bodies.quoted("If-Match"))
    return _answer()


@blueprint.route("/organisation/logo", methods=["PUT"])
@takes_body
@signed_in(Role.ADMINISTRATOR)
@blueprint.reads_headers(headers.IF_MATCH)
@blueprint.response(200, schemas.OrganisationSettingsSchema)
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(413, "REQUEST_ENTITY_TOO_LARGE")
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def put_logo() -> Response:
    """The logo of all reports from now on: the bytes of a PNG or JPEG of at most 1 MiB."""
    data = bodies.read(logo.LARGEST, media_types=logo.MEDIA_TYPES)
    try:
        prepared = logo.prepare(data)
    except NotAPhoto as refusal:
        raise Problem(NOT_A_PHOTO, refusal.message, code=refusal.code) from None
    with db.transaction(actor().organisation_id):
        key = service.logo_key(prepared)
    objects().put(key, prepared.data, prepared.media_type)
    with db.transaction(actor().organisation_id):
        service.set_logo(prepared, key, bodies.quoted("If-Match"))
        return _answer()


@blueprint.route("/organisation/logo", methods=["DELETE"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.reads_headers(headers.IF_MATCH)
@blueprint.response(200, schemas.OrganisationSettingsSchema)
@blueprint.alt_response(412, "PRECONDITION_FAILED")
def remove_logo() -> Response:
    """From now on the organisation's name stands in its place."""
    service.remove_logo(bodies.quoted("If-Match"))
    return _answer()


def _answer() -> Response:
    organisation, look = people.organisation(), queries.appearance()
    told = {
        **{name: getattr(organisation, name) for name in schemas.OF_ORGANISATION},
        "report": look,
        "logo": None,
    }
    if look.logo_key is not None:
        told["logo"] = {
            "url": media.address(look.logo_key, "logo"),
            "media_type": look.logo_type,
            "width": look.logo_width,
            "height": look.logo_height,
        }
    response = jsonify(schemas.OrganisationSettingsSchema().dump(told))
    response.set_etag(str(look.number))
    return response


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
