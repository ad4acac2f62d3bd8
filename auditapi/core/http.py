"""How a request becomes one transaction, and every refusal becomes problem+json."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from http import HTTPStatus
from threading import Lock
from typing import Any, TypeVar, cast

import flask_smorest
import flask_smorest.arguments
import marshmallow
from flask import Flask, Request, Response, current_app, g, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import NullSession, SessionInterface
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from uuid_utils.compat import uuid7
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from auditapi.core import (
    activity,
    constraints,
    contract,
    db,
    examples,
    metrics,
    problems,
    query_names,
)
from auditapi.core.logs import log
from auditapi.core.problems import Place, Problem

PROBLEM_JSON = "application/problem+json"
View = TypeVar("View", bound=Callable[..., Any])


def takes_body(view: View) -> View:
    """Marks a view that reads a body or writes an object: it opens its transactions itself,
    so that none is open while the network or the storage is slow."""
    view.takes_body = True  # type: ignore[attr-defined]
    return view


class NoCookies(SessionInterface):
    """Whoever asks says with a token who it is; nothing is remembered in cookies."""

    def open_session(self, app: Flask, request: Request) -> NullSession:  # noqa: ARG002
        return NullSession()


class ShallowJSON(DefaultJSONProvider):
    """Flask's, to which a text nested too deeply is no JSON, as any other it can't read."""

    def loads(self, s: str | bytes, **options: Any) -> Any:
        try:
            return super().loads(s, **options)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class ShallowArguments(flask_smorest.arguments.FlaskParser):  # type: ignore[misc]
    """The same for bodies that a schema reads."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except RecursionError:
            raise json.JSONDecodeError("nested too deeply", "…", 0) from None


class TransactionalFlask(Flask):
    """One transaction a request: returning commits, raising rolls back, then it is answered."""

    session_interface = NoCookies()
    json_provider_class = ShallowJSON

    def dispatch_request(self) -> ResponseReturnValue:
        view = self.view_functions.get(request.endpoint or "")
        if view is None or request.method == "OPTIONS" or getattr(view, "takes_body", False):
            return super().dispatch_request()
        with db.transaction():
            return super().dispatch_request()


class ProblemSchema(marshmallow.Schema):
    """RFC 9457."""

    class Meta:
        unknown = marshmallow.INCLUDE

    type = marshmallow.fields.String(required=True, metadata={"example": "/problems/not-found"})
    title = marshmallow.fields.String(required=True)
    status = marshmallow.fields.Integer(required=True)
    detail = marshmallow.fields.String()
    errors = marshmallow.fields.List(
        marshmallow.fields.Nested(
            marshmallow.Schema.from_dict(
                {
                    "path": marshmallow.fields.String(required=True),
                    "message": marshmallow.fields.String(required=True),
                    "line": marshmallow.fields.Integer(),
                },
                name="Place",
            )
        )
    )


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest whose errors are problem+json, in the answers and in the OpenAPI file."""

    ERROR_SCHEMA = ProblemSchema
    #: No answer for all the rest: each operation names every status that it may answer.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        self.untold: list[Callable[[], None]] = []
        self._telling = Lock()
        super().__init__(app)

    def contract(self) -> dict[str, Any]:
        """The OpenAPI document."""
        with self._telling:
            while self.untold:
                self.untold.pop(0)()
        spec: dict[str, Any] = deepcopy(self.spec.to_dict())
        examples.add(spec)
        return spec

    def handle_http_exception(self, error: HTTPException) -> Response:
        return answer(_from_http(error))

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            answer = self._problem(contract.phrase_of(status))
            self.spec.components.response(contract.name_of(status), answer, lazy=True)

    def _problem(self, description: str) -> dict[str, Any]:
        return {"description": description, "content": {PROBLEM_JSON: {"schema": ProblemSchema}}}


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """flask-smorest's, whose decorators keep the types of what they decorate."""

    ARGUMENTS_PARSER = ShallowArguments()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks.append(lambda doc, noted, **_: contract.write(doc, noted))

    def register_views_in_doc(self, api: Api, *given: Any, **options: Any) -> None:
        """Put off until somebody reads the contract: no start has to wait for it."""
        api.untold.append(partial(super().register_views_in_doc, api, *given, **options))

    def reads_headers(self, *parameters: dict[str, Any]) -> Callable[[View], View]:
        """Names the request headers that a view reads (see `core.headers`)."""

        def decorate(view: View) -> View:
            contract.note(view, parameters=parameters)
            return view

        return decorate

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        register = cast("Callable[[View], View]", super().route(rule, **options))

        def decorate(view: View) -> View:
            view.query_names = query_names.of(view)  # type: ignore[attr-defined]
            return register(view)

        return decorate

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """A schema's `EXAMPLE` is the body's in the contract."""
        if hasattr(schema, "EXAMPLE"):
            options.setdefault("example", schema.EXAMPLE)
        return cast("Callable[[View], View]", super().arguments(schema, **options))

    def response(self, status: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        return cast("Callable[[View], View]", super().response(status, schema, **options))

    def alt_response(
        self, status: int, response: Any = None, **options: Any
    ) -> Callable[[View], View]:
        return cast("Callable[[View], View]", super().alt_response(status, response, **options))

    def doc(self, **options: Any) -> Callable[[View], View]:
        return cast("Callable[[View], View]", super().doc(**options))


_BY_STATUS = {
    400: problems.BAD_REQUEST,
    404: problems.NOT_FOUND,
    405: problems.METHOD_NOT_ALLOWED,
    406: problems.NOT_ACCEPTABLE,
    413: problems.TOO_LARGE,
    415: problems.MEDIA_TYPE,
    416: problems.RANGE_NOT_SATISFIABLE,
    422: problems.INVALID,
}


def _from_http(error: HTTPException) -> Problem:
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    kind = _BY_STATUS.get(status)
    if kind is None:
        kind = problems.INTERNAL if status >= 500 else problems.BAD_REQUEST
    messages = data.get("messages") or data.get("errors") or {}
    detail = "Some of the input is not right." if messages else (error.description or kind.title)
    methods = getattr(error, "valid_methods", None) or ()
    headers = {"Allow": ", ".join(sorted(methods))} if methods else {}
    return Problem(kind, detail, places=list(places_in(messages, "")), headers=headers)


def places_in(messages: Any, path: str) -> list[Place]:
    """marshmallow's nested messages as flat places: `json.items[3].weight`."""
    if isinstance(messages, dict):
        return [
            place for key, inner in messages.items() for place in places_in(inner, _join(path, key))
        ]
    if isinstance(messages, list):
        # A field's own check may name places within it, which marshmallow puts into the list.
        return [place for message in messages for place in places_in(message, path)]
    return [Place(path.lstrip("."), str(messages))]


def _join(path: str, key: object) -> str:
    return f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}"


def answer(problem: Problem) -> Response:
    response = Response(
        json.dumps(problem.as_json(), ensure_ascii=False),
        status=problem.kind.status,
        content_type=PROBLEM_JSON,
        headers=problem.headers,
    )
    if problem.kind.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _on_database_error(error: DBAPIError) -> Response:
    problem = constraints.as_problem(error)
    if problem is None:
        return _on_surprise(error)
    log.warning("database_refused", error=str(error.orig))
    return answer(problem)


def _on_surprise(error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    return answer(Problem(problems.INTERNAL, "It was logged under this request's id."))


_ASKED_ALL_THE_TIME = frozenset({"health.healthz", "health.readyz", "health.metrics"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    name = given if _REQUEST_ID.fullmatch(given) else uuid7().hex
    g.started = time.perf_counter()
    activity.request_id.set(name)
    activity.acting_person.set(None)


def _know_the_query() -> None:
    rule = request.url_rule.rule if request.url_rule else ""
    if rule.startswith("/api/v1/") and request.method != "OPTIONS":
        view = current_app.view_functions[request.endpoint or ""]
        query_names.refuse_unknown(request.args, getattr(view, "query_names", frozenset()))


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = activity.request_id.get() or ""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    endpoint = request.endpoint or "unknown"
    metrics.requests.labels(request.method, endpoint, str(response.status_code)).inc()
    seconds = time.perf_counter() - g.started
    metrics.seconds.labels(endpoint).observe(seconds)
    if endpoint not in _ASKED_ALL_THE_TIME:
        # The route and not the address, for some addresses are secrets.
        log.info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
    return response


def init_app(app: Flask, trusted_proxies: int) -> None:
    app.before_request(_begin)
    app.before_request(_know_the_query)
    app.after_request(_end)
    app.register_error_handler(Problem, answer)
    app.register_error_handler(DBAPIError, _on_database_error)
    app.register_error_handler(Exception, _on_surprise)
    if trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=trusted_proxies
        )
