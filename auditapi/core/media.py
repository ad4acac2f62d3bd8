"""Photos and PDFs on their way to browsers: short-lived addresses that the app signs.

An address carries its own right; whoever made it has checked who may look. Answers can't
become a page: `nosniff`, and a policy that sandboxes.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, redirect, request
from werkzeug.http import dump_options_header

from auditapi.core.http import Api, takes_body
from auditapi.core.objects import ObjectMissing, objects
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
    elsewhere = objects().presigned(key, 60) if THROUGH_US not in how else None
    if elsewhere is not None:
        return redirect(elsewhere)  # type: ignore[return-value]
    return send(key, name, {"Cache-Control": f"private, max-age={seconds}"})


def send(key: str, name: str, headers: Mapping[str, str]) -> Response:
    """The object's bytes as they come, a part of them when a Range is asked for."""
    byte_range = request.headers.get("Range")
    try:
        found = objects().open(key, byte_range if _one_range(byte_range) else None)
    except ObjectMissing:
        if byte_range:
            raise Problem(RANGE_NOT_SATISFIABLE, "That range is not there.") from None
        raise Problem(NOT_FOUND, "The bytes are not there any more.") from None
    response = Response(
        found.chunks if request.method != "HEAD" else b"",
        status=206 if found.content_range else 200,
        content_type=found.media_type,
        headers={**SAFE, **headers, "Accept-Ranges": "bytes"},
    )
    response.content_length = found.length
    if found.content_range:
        response.headers["Content-Range"] = found.content_range
    response.headers["Content-Disposition"] = _inline(name)
    return response


def _inline(name: str) -> str:
    """The name twice where it is not ASCII: for old readers without, for the others with all its
    characters (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode()
    if plain == name:
        return dump_options_header("inline", {"filename": name})
    return f"{dump_options_header('inline', {'filename': plain})}; filename*=UTF-8''{quote(name)}"


def _one_range(header: str | None) -> bool:
    return header is not None and header.startswith("bytes=") and "," not in header


def init_app(app: Flask, _api: Api) -> None:
    app.register_blueprint(blueprint)
