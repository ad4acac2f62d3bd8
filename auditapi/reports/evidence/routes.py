"""The page /verify, and the manifest itself for head office."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Flask, Response, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from auditapi.audits.readers import readable_audit
from auditapi.core import db
from auditapi.core.http import Api, Blueprint, takes_body
from auditapi.core.problems import NOT_FOUND, WRONG_STATE, Problem
from auditapi.people import throttle
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role
from auditapi.reports.evidence import keys, lookup, manifest, page, queries, schemas, service
from auditapi.reports.evidence.page import BookFacts, Facts, Verdict
from auditapi.reports.evidence.wording import LANGUAGES, WORDING

LARGEST_PDF = 60 * 1024 * 1024
_FORM = 64 * 1024
"""What a form with one file has beside the file."""
_STEP = 1 << 20
STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.55 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 1rem; }
nav { text-align: right; } nav > * { margin-left: .75rem; }
.verdict { border: 2px solid; border-radius: .5rem; padding: 0 1rem; }
.good { border-color: #1a7f37; } .compare { border-color: #1f5fa8; } .bad { border-color: #b3261e; }
dl > div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .35rem 0;
  border-bottom: 1px solid #8886; }
dt { flex: 0 0 10rem; }
dd { margin: 0; flex: 1 1 14rem; font-weight: 600; overflow-wrap: anywhere; }
form { margin: 1.5rem 0; } label { display: block; font-weight: 600; }
input:not([type=hidden]), button { font: inherit; min-height: 44px; margin: .25rem 0; }
input[name=code] { width: 100%; box-sizing: border-box; padding: 0 .5rem; }
button { padding: 0 1.25rem; } .small { margin: 0; font-size: .9rem; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

blueprint = Blueprint(
    "evidence", __name__, url_prefix="/api/v1", description="What reports can be held against"
)
pages = Blueprint("verify", __name__, template_folder="templates")


@blueprint.route("/audits/<uuid:audit_id>/manifest")
@signed_in(Role.ADMINISTRATOR, Role.ANALYST)
@blueprint.arguments(schemas.ManifestQuerySchema, location="query")
@blueprint.response(200, schemas.ManifestSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def read_manifest(given: dict[str, Any], audit_id: UUID) -> Any:
    """The signed bytes, the signature and the public key, to be checked without this service."""
    audit = readable_audit(actor(), audit_id)
    revision = given.get("revision", audit.revision)
    if audit.revision == 0:
        raise Problem(WRONG_STATE, "The audit is not complete yet, so nothing is signed.")
    if revision > audit.revision:
        raise Problem(NOT_FOUND, "There is no such revision.")
    found = service.sign(audit, revision)
    public = queries.key(found.key_id).public
    return {
        "code": manifest.printed_code(found.code),
        "manifest": found.body.decode(),
        "signature": found.signature.hex(),
        "key": keys.name_of(public),
        "public_key": public.hex(),
        "signed_at": found.signed_at,
    }


@pages.route("/verify", methods=["GET"])
@takes_body
def verify() -> Response:
    """The form; with a code, what is known of it."""
    language, given = _language(), request.args.get("code", "")
    if not given:
        return _answer(language, None)
    code = manifest.typed_code(given)
    if code is None:
        refusal = page.refused(language, "code_malformed")
        return _answer(language, refusal, HTTPStatus.UNPROCESSABLE_ENTITY, code=given[:60])
    shown = manifest.printed_code(code)
    return _look_up(language, "code", lambda: lookup.by_code(code), code=shown)


@pages.route("/verify", methods=["POST"])
@takes_body
def verify_pdf() -> Response:
    """Whether the PDF that is sent was ever issued here."""
    language = _language()
    try:
        sha256 = _uploaded()
    except RequestEntityTooLarge:
        refusal = page.refused(language, "too_large")
        return _answer(language, refusal, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if sha256 is None:
        refusal = page.refused(language, "no_file")
        return _answer(language, refusal, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _look_up(language, "pdf", lambda: lookup.by_pdf(sha256))


def _uploaded() -> str | None:
    """The SHA-256 of the file that came; it is never wholly in memory. Raises
    `RequestEntityTooLarge`."""
    request.max_content_length = LARGEST_PDF + _FORM
    file = request.files.get("pdf")
    if file is None or not file.filename:
        return None
    digest = hashlib.sha256()
    with file.stream as stream:
        while step := stream.read(_STEP):
            digest.update(step)
    return digest.hexdigest()


def _look_up(
    language: str, what: str, look: Callable[[], Facts | BookFacts | None], code: str = ""
) -> Response:
    """What is not known is counted: nobody goes through codes or digests until one fits. Tries
    from one address come one after the other, so that each knows how those before it ended."""
    counter = {"verifying": f"verifying:{request.remote_addr}"}
    with db.transaction():
        throttle.hold(counter)
        refusal = throttle.must_wait(counter)
        if refusal is not None:
            seconds = refusal.headers["Retry-After"]
            verdict = page.refused(language, "wait", seconds=seconds)
            return _answer(
                language, verdict, HTTPStatus.TOO_MANY_REQUESTS, code, {"Retry-After": seconds}
            )
        facts = look()
        if facts is None:
            throttle.count_failure(counter)
            return _answer(language, page.unknown(language, what), HTTPStatus.NOT_FOUND, code)
        return _answer(language, page.known(language, facts), code=code)


def _language() -> str:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0]) or LANGUAGES[0]


def _answer(
    language: str,
    verdict: Verdict | None,
    status: HTTPStatus = HTTPStatus.OK,
    code: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    body = render_template(
        "verify.html",
        language=language,
        languages=[(tag, WORDING[tag]["name"]) for tag in LANGUAGES],
        say=WORDING[language],
        style=Markup(STYLE),  # noqa: S704 - our own
        verdict=verdict,
        code=code,
    )
    fixed = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    response = Response(body, status=status, headers={**fixed, **(headers or {})})
    response.vary.add("Accept-Language")
    return response


def init_app(app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
    app.register_blueprint(pages)
