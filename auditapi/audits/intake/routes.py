"""From the phone: sealed audits, and photos whole or in pieces. See docs/protocol.md."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request

from auditapi.audits.intake import document, queries, schemas, service, whole
from auditapi.core import bodies, contract, db, headers
from auditapi.core.http import Api, Blueprint, answer, takes_body
from auditapi.core.problems import (
    BAD_REQUEST,
    NOT_A_PHOTO,
    NOT_FOUND,
    NOT_JSON,
    PHOTO_DIGEST,
    Problem,
)
from auditapi.core.spool import Spool
from auditapi.people.guard import actor, signed_in
from auditapi.photos import queries as photo_queries
from auditapi.photos import service as photos

LARGEST_PIECE = 4 * 1024 * 1024
JSON = frozenset({"application/json"})
PIECE = frozenset({"application/partial-upload"})
#: Made once: a schema copies all of its fields when it is made, which took longer than using it.
_STATUS = schemas.AuditStatusSchema()
COMPLETE = {"Upload-Complete": "?1"}
TAGGED = headers.answers(ETag="SHA-256 of the sealed bytes that stand now")
UPLOAD = headers.answers(
    Upload_Complete="`?1`: all of the photo is here",
    Upload_Offset="how many bytes of it are here, while it is not complete",
)

blueprint = Blueprint(
    "intake", __name__, url_prefix="/api/v1", description="Audits and photos from phones"
)


@blueprint.route("/audits/<uuid:audit_id>", methods=["PUT"])
@takes_body
@signed_in(submit_only=True)
@blueprint.response(
    200, schemas.AuditStatusSchema, description="These bytes are here already", headers=TAGGED
)
@blueprint.alt_response(
    201, schema=schemas.AuditStatusSchema, description="Taken in", headers=TAGGED
)
@blueprint.alt_response(
    202, schema=schemas.AuditStatusSchema, description="Kept in quarantine", headers=TAGGED
)
@blueprint.alt_response(400, "BAD_REQUEST")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(412, "PRECONDITION_FAILED")
@blueprint.alt_response(413, "CONTENT_TOO_LARGE")
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@blueprint.reads_headers(headers.CONTENT_DIGEST, headers.CONTENT_ENCODING, headers.IF_MATCH)
@blueprint.doc(
    requestBody=contract.body(
        {"type": "object"},
        example=schemas.SEALED,
        says="The sealed bytes, optionally gzipped; at most 2 MB, packed or unpacked.",
    )
)
def put_audit(audit_id: UUID) -> Response:
    """Send a sealed audit; repeat until it is answered. If-Match corrects one under way."""
    body = bodies.read_unpacked(document.LARGEST_DOCUMENT, media_types=JSON)
    try:
        sealed = document.read(body)
    except document.Unreadable as error:
        raise Problem(NOT_JSON, str(error)) from None
    locks = service.locks_of(actor(), audit_id, sealed)
    with db.transaction(actor().organisation_id, locks):
        outcome = service.take_audit(actor(), audit_id, body, sealed, bodies.quoted("If-Match"))
    return _status(outcome.body, outcome.taken.value)


@blueprint.route("/audits/<uuid:audit_id>", methods=["GET"])
@signed_in(submit_only=True)
@blueprint.response(200, schemas.AuditStatusSchema, headers=TAGGED)
@blueprint.alt_response(404, "NOT_FOUND")
def get_audit(audit_id: UUID) -> Response:
    """How my audit stands, and its receipt, for ever."""
    return _status(queries.status(queries.own_audit(actor(), audit_id)), HTTPStatus.OK)


def _status(body: dict[str, Any], status: int) -> Response:
    response = jsonify(_STATUS.dump(body))
    response.status_code = status
    response.headers["ETag"] = f'"{body["document_sha256"]}"'
    return response


@blueprint.route("/photos/<string(length=64):sha256>", methods=["HEAD"])
@signed_in(submit_only=True)
@blueprint.response(204, headers=UPLOAD)
@blueprint.alt_response(404, "NOT_FOUND")
def head_photo(sha256: str) -> Response:
    """How much of a photo of mine is here."""
    person = actor().person_id
    if photo_queries.delivered_by(person, [_named(sha256)]):
        return Response(status=HTTPStatus.NO_CONTENT, headers=COMPLETE)
    offset = photo_queries.offsets(person, [sha256]).get(sha256, 0)
    return _at(offset)


@blueprint.route("/photos/<string(length=64):sha256>", methods=["PUT"])
@takes_body
@signed_in(submit_only=True)
@blueprint.response(201, description="Stored", headers=UPLOAD)
@blueprint.alt_response(204, description="Here already", headers=UPLOAD)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(413, "CONTENT_TOO_LARGE")
@blueprint.alt_response(422, "UNPROCESSABLE_CONTENT")
@blueprint.reads_headers(headers.CONTENT_DIGEST)
@blueprint.doc(requestBody=contract.body(contract.BYTES, "image/*", says="At most 32 MB."))
def put_photo(sha256: str) -> Response:
    """Send a whole photo, named by the SHA-256 of its bytes."""
    with Spool() as photo:
        bodies.read_into(photo, document.LARGEST_PHOTO)
        if photo.digest.hex() != _named(sha256):
            detail = "The bytes are not those of the photo's name; send it again."
            raise Problem(PHOTO_DIGEST, detail)
        return _keep(photo)


@blueprint.route("/photos/<string(length=64):sha256>", methods=["PATCH"])
@takes_body
@signed_in(submit_only=True)
@blueprint.response(
    204, description="The piece is here; Upload-Offset says how much is", headers=UPLOAD
)
@blueprint.alt_response(201, description="That was the last piece: stored", headers=UPLOAD)
@blueprint.alt_response(400, "BAD_REQUEST")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(413, "CONTENT_TOO_LARGE")
@blueprint.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@blueprint.alt_response(422, "UNPROCESSABLE_CONTENT")
@blueprint.reads_headers(
    headers.UPLOAD_OFFSET,
    headers.UPLOAD_LENGTH,
    headers.UPLOAD_COMPLETE,
    headers.CONTENT_DIGEST,
)
@blueprint.doc(
    requestBody=contract.body(
        contract.BYTES, "application/partial-upload", says="At most 4 MB at a time."
    )
)
def patch_photo(sha256: str) -> Response:
    """Send the next piece of a photo (Resumable Uploads for HTTP, without interim answers)."""
    start, length, last = _piece_headers()
    # What came of a piece that broke off is kept: the phone asks how far it got.
    data, arrived = bodies.read_what_comes(LARGEST_PIECE, media_types=PIECE)
    end = start + len(data)
    if end > length or (last and arrived and end != length):
        raise Problem(BAD_REQUEST, "The piece does not fit into the Upload-Length.")
    with Spool() as photo:
        with db.transaction(actor().organisation_id):
            piece = service.take_piece(
                actor(), _named(sha256), start, length, data, photo if last and arrived else None
            )
        if piece.here:
            return Response(status=HTTPStatus.NO_CONTENT, headers=COMPLETE)
        if not piece.whole:
            return _at(piece.offset)
        if photo.digest.hex() != sha256:
            return _drop_pieces(sha256)
        return _keep(photo)


def _drop_pieces(sha256: str) -> Response:
    """Answered, not raised: that the pieces are gone has to be committed."""
    with db.transaction(actor().organisation_id):
        photos.lock([sha256])
        photos.drop_pieces(actor().person_id, sha256)
    headers = {"Upload-Offset": "0", "Upload-Complete": "?0"}
    detail = "The pieces don't make the photo of that name; they are dropped, begin anew."
    return answer(Problem(PHOTO_DIGEST, detail, headers=headers, offset=0))


def _keep(photo: Spool) -> Response:
    kept = whole.take(actor(), photo)
    if kept.refused is not None:
        code, message = kept.refused
        return answer(Problem(NOT_A_PHOTO, message, reason=code))
    return Response(
        status=HTTPStatus.CREATED if kept.new else HTTPStatus.NO_CONTENT, headers=COMPLETE
    )


def _named(sha256: str) -> str:
    if document.SHA256.fullmatch(sha256) is None:
        raise Problem(NOT_FOUND, "A photo's name is its SHA-256 in lower-case hexadecimal.")
    return sha256


def _at(offset: int) -> Response:
    return Response(
        status=HTTPStatus.NO_CONTENT,
        headers={"Upload-Complete": "?0", "Upload-Offset": str(offset)},
    )


def _piece_headers() -> tuple[int, int, bool]:
    try:
        start = int(request.headers["Upload-Offset"])
        length = int(request.headers["Upload-Length"])
        last = {"?0": False, "?1": True}[request.headers["Upload-Complete"].strip()]
    except (KeyError, ValueError):
        raise Problem(
            BAD_REQUEST, "Send Upload-Offset, Upload-Length and Upload-Complete (?0 or ?1)."
        ) from None
    if not 0 <= start <= length <= document.LARGEST_PHOTO:
        raise Problem(BAD_REQUEST, f"A photo has at most {document.LARGEST_PHOTO} bytes.")
    return start, length, last


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
