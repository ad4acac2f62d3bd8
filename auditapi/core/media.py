"""Photos and PDFs on their way to browsers: short-lived addresses that the app signs.

An address carries its own right; whoever made it has checked who may look. Answers can't
become a page: `nosniff`, and a policy that sandboxes.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, redirect, request
from werkzeug.http import dump_options_header

from auditapi.core import ranges
from auditapi.core.http import Api, takes_body
from auditapi.core.objects import Known, ObjectMissing, objects
from auditapi.core.problems import NOT_FOUND, RANGE_NOT_SATISFIABLE, Problem
from auditapi.core.settings import Settings
from auditapi.core.tokens import Signer

blueprint = Blueprint("media", __name__)
THROUGH_US = "through us"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _signer() -> Signer:
    return Signer(_settings().secret_key, "media")


def address(key: str, name: str, direct: bool = True) -> str:
    """A path under which this object opens for the next minutes, saved as `name`.

    Not `direct`: never at the storage itself, which tells when the object was written.
    """
    return f"/media/{_signer().sign([key, name] if direct else [key, name, THROUGH_US])}"


@blueprint.get("/media/<signed>")
@takes_body
def media(signed: str) -> Response:
    """One object by its signed address."""
    found = _signer().read(signed, _settings().media_minutes * 60)
    if found is None:
        raise Problem(NOT_FOUND, "The address has expired; ask for a new one.")
    key, name, *how = found
    seconds = _settings().media_minutes * 60
    direct = _elsewhere(key, name) if THROUGH_US not in how else None
    return direct or send(key, name, {"Cache-Control": f"private, max-age={seconds}"})


def send(key: str, name: str, headers: Mapping[str, str]) -> Response:
    """The object's bytes as they come, a part of them when a Range is asked for."""
    try:
        if request.method == "HEAD":
            return _answer(objects().look(key), None, name, headers)
        part = _wanted_part(key, headers.get("ETag"))
        found = objects().open(key, part)
    except ObjectMissing:
        raise Problem(NOT_FOUND, "The bytes are not there any more.") from None
    response = _answer(found, part, name, headers)
    response.response = found.chunks
    response.call_on_close(found.close)
    return response


def _wanted_part(key: str, etag: str | None) -> ranges.Part | None:
    header = request.headers.get("Range")
    if header is None or not ranges.still_holds(request.headers.get("If-Range"), etag):
        return None
    length = objects().look(key).length
    try:
        return ranges.wanted(header, length)
    except ranges.Unsatisfiable:
        raise Problem(
            RANGE_NOT_SATISFIABLE,
            f"There are {length} bytes.",
            headers={"Content-Range": f"bytes */{length}"},
        ) from None


def _answer(
    known: Known, part: ranges.Part | None, name: str, headers: Mapping[str, str]
) -> Response:
    response = Response(
        status=206 if part else 200,
        content_type=known.media_type,
        headers={**SAFE, **headers, "Accept-Ranges": "bytes"},
    )
    response.content_length = known.length
    if part is not None:
        response.content_length = part.last - part.first + 1
        response.headers["Content-Range"] = f"bytes {part.first}-{part.last}/{known.length}"
    response.headers["Content-Disposition"] = _inline(name)
    return response


def printed(key: str, name: str, sha256: str) -> Response:
    """A report or a book: named by its digest, so that nobody fetches it twice; from the storage
    itself where the installation wants that."""
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, no-cache"}
    if request.if_none_match.contains_weak(sha256):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    direct = _elsewhere(key, name) if _settings().reports_redirect else None
    return direct or send(key, name, headers)


def _elsewhere(key: str, name: str) -> Response | None:
    """A redirect to the storage itself, for some seconds, when browsers can reach it."""
    address = objects().presigned(key, 60, _inline(name)) if request.method == "GET" else None
    if address is None:
        return None
    response = cast("Response", redirect(address))
    response.headers["Cache-Control"] = "no-store"
    return response


def _inline(name: str) -> str:
    """The name twice where it is not ASCII: for old readers without, for the others with all its
    characters (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode()
    if plain == name:
        return dump_options_header("inline", {"filename": name})
    return f"{dump_options_header('inline', {'filename': plain})}; filename*=UTF-8''{quote(name)}"


def init_app(app: Flask, _api: Api) -> None:
    app.register_blueprint(blueprint)
