"""The contract for reading: OpenAPI 3.1 at /api/openapi.json, a page over it at /api/docs, and
a page for each problem type."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from auditapi.core.http import Api, takes_body
from auditapi.core.problems import NOT_FOUND, REGISTRY, Problem

blueprint = Blueprint("docs", __name__, template_folder="templates")

OPENAPI: dict[str, Any] = {
    "API_TITLE": "auditapi",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": "Checklists go out, audits come in, store reports come back.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    },
}
PAGE_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; base-uri 'none'"


@blueprint.get("/api/openapi.json")
@takes_body
def openapi() -> Response:
    return jsonify(api_spec())


def api_spec() -> dict[str, Any]:
    api: Api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.contract()


@blueprint.get("/api/docs")
@takes_body
def page() -> Response:
    """Every operation on one page, without a script and without the internet."""
    spec = api_spec()
    named = _refusals(spec)
    told = render_template(
        "api_docs.html",
        spec=spec,
        name_in=lambda reference: reference.rpartition("/")[2],
        statuses=named,
        refusals={name: spec["components"]["responses"][name] for name in named},
        problems={
            status: [kind for kind in REGISTRY.values() if kind.status == int(status)]
            for status in named.values()
        },
    )
    response = Response(told)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


def _refusals(spec: dict[str, Any]) -> dict[str, str]:
    """The shared answers that operations really give, with their status, lowest first."""
    found = {
        answer["$ref"].rpartition("/")[2]: status
        for methods in spec["paths"].values()
        for method, operation in methods.items()
        if method != "parameters"
        for status, answer in operation["responses"].items()
        if "$ref" in answer
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


@blueprint.get("/problems/<slug>")
@takes_body
def problem(slug: str) -> dict[str, Any]:
    """What a problem's `type` points to."""
    kind = REGISTRY.get(slug)
    if kind is None:
        raise Problem(NOT_FOUND, "There is no problem of this name.")
    return {"slug": kind.slug, "status": kind.status, "title": kind.title}


def init_app(app: Flask, _api: Api) -> None:
    app.register_blueprint(blueprint)
