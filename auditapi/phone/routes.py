"""Serves the phone app: the page, its files, its service worker. Needs no sign-in and no
database; what the app asks of the server goes to the API like anybody's request."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from auditapi.core.http import takes_body
from auditapi.phone.shell import LANGUAGES, Served, shell

FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

blueprint = Blueprint("phone", __name__)


@blueprint.get("/app")
@takes_body
def without_slash() -> BaseResponse:
    """People type it without the slash; the service worker's scope has it."""
    return redirect("/app/", code=308)


@blueprint.get("/app/")
@takes_body
def page() -> Response:
    """The page that starts the app."""
    language = request.accept_languages.best_match(LANGUAGES)
    response = _send(shell().page(language), ASK_FIRST)
    response.vary.add("Accept-Language")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


@blueprint.get("/app/sw.js")
@takes_body
def worker() -> Response:
    """The service worker; it may only rule over the app."""
    response = _send(shell().worker, ASK_FIRST)
    response.headers["Service-Worker-Allowed"] = "/app/"
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


@blueprint.get("/app/manifest.webmanifest")
@takes_body
def manifest() -> Response:
    """What the phone shows on its home screen."""
    return _send(shell().files["manifest.webmanifest"], ASK_FIRST)


@blueprint.get("/app/icons/<name>")
@takes_body
def icon(name: str) -> Response:
    """An icon, at an address that outlives versions."""
    return _send(_file(f"icons/{name}"), "public, max-age=86400")


@blueprint.get("/app/v/<version>/<path:name>")
@takes_body
def file(version: str, name: str) -> Response:
    """A file of this version. One of another version is gone: its page is about to be too."""
    if version != shell().version:
        abort(404)
    return _send(_file(name), FOR_EVER)


def _file(name: str) -> Served:
    found = shell().files.get(name)
    if found is None:
        abort(404)
    return found


def _send(served: Served, caching: str) -> Response:
    packed = served.packed if request.accept_encodings.quality("gzip") > 0 else None
    response = Response(packed or served.body, content_type=served.content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = caching
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Packed and plain bytes differ, so their tags do too.
    response.set_etag(f"{served.etag}{'-gzip' if packed else ''}")
    response.make_conditional(request)
    return response


def init_app(app: Flask, _api: object = None) -> None:
    app.register_blueprint(blueprint)
