"""Head office takes in what a phone saved to a file."""

from __future__ import annotations

from typing import Any

from flask import Flask

from auditapi.audits.importing import schemas, service
from auditapi.core import bodies, contract
from auditapi.core.http import Api, Blueprint, takes_body
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role

LARGEST_FILE = 200 * 1024 * 1024
JSON_LINES = frozenset({"application/jsonl", "application/x-ndjson", "application/octet-stream"})

blueprint = Blueprint(
    "importing", __name__, url_prefix="/api/v1", description="Unsent audits from a phone's file"
)


@blueprint.route("/import", methods=["POST"])
@takes_body
@signed_in(Role.ADMINISTRATOR)
@blueprint.doc(
    requestBody=contract.body(
        contract.BYTES,
        "application/jsonl",
        example=schemas.EXAMPLE,
        says="The file as the phone saved it, at most 200 MB.",
    )
)
@blueprint.response(200, schemas.ImportedSchema)
@blueprint.alt_response(400, "BAD_REQUEST")
@blueprint.alt_response(413, "CONTENT_TOO_LARGE")
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@blueprint.alt_response(422, "UNPROCESSABLE_CONTENT")
def take_file() -> Any:
    """Take in the audits that a phone could not send, in the auditor's name.

    It needs no Idempotency-Key: everything in the file is named by its content, so the same
    file again changes nothing and answers how all of it stands now. Read as it comes: no more
    than one photo of it is held at a time.
    """
    file = bodies.stream(LARGEST_FILE, media_types=JSON_LINES)
    return schemas.told(service.take(actor().organisation_id, file))


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
