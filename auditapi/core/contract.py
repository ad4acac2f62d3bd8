"""What decorators shared by all rooms add to the contract of the views they stand on: who may
call, which headers are read, what is answered when something is missing.

flask-smorest collects a view's documentation in an attribute; `core.http.Blueprint` writes ours
into the OpenAPI file from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from http import HTTPStatus
from typing import Any

SIGNED_IN = (401, 403)
WITH_BODY = (400, 413)
ONCE = (400, 409, 422)
#: 422: a name in the query that is not known.
ALWAYS = (422, 500, 503)
BYTES = {"type": "string", "format": "binary"}
#: Names that Python changed from 3.11 to 3.13; the contract must not depend on who writes it.
_RENAMED = {413: "CONTENT_TOO_LARGE", 416: "RANGE_NOT_SATISFIABLE", 422: "UNPROCESSABLE_CONTENT"}


def name_of(status: HTTPStatus | int) -> str:
    """What the shared answer of a refusal is called, such as NOT_FOUND."""
    return _RENAMED.get(int(status)) or HTTPStatus(status).name


def phrase_of(status: HTTPStatus | int) -> str:
    return name_of(status).replace("_", " ").capitalize()


def body(
    schema: Any, media_type: str = "application/json", *, example: Any = None, says: str = ""
) -> dict[str, Any]:
    """An OpenAPI request body that its view reads itself. A marshmallow schema's `EXAMPLE` is
    its example unless another is given."""
    content = {"schema": schema, "example": example or getattr(schema, "EXAMPLE", None)}
    told = {"required": True, "content": {media_type: content}}
    if content["example"] is None:
        del content["example"]
    return {**told, "description": says} if says else told


def note(
    view: Callable[..., Any],
    *,
    parameters: Sequence[Mapping[str, Any]] = (),
    refusals: Sequence[int] = (),
    signed_in: bool = False,
) -> None:
    """Remember this about a view. `refusals`: statuses that it may answer."""
    known = deepcopy(getattr(view, "_apidoc", {}))
    contract = known.setdefault("contract", {"parameters": [], "refusals": [], "signed_in": False})
    contract["parameters"] += [dict(parameter) for parameter in parameters]
    contract["refusals"] += refusals
    contract["signed_in"] |= signed_in
    view._apidoc = known  # type: ignore[attr-defined]


def write(operation: dict[str, Any], noted: Mapping[str, Any]) -> dict[str, Any]:
    """An OpenAPI operation with what was noted about its view. What the view itself says of a
    status stands; whatever has a body can be refused for its size and form."""
    contract = noted.get("contract", {})
    body = "requestBody" in operation or "requestBody" in noted.get("manual_doc", {})
    if contract.get("parameters"):
        operation.setdefault("parameters", []).extend(contract["parameters"])
    answers = operation.setdefault("responses", {})
    for status in (*(WITH_BODY if body else ()), *contract.get("refusals", ()), *ALWAYS):
        answers.setdefault(status, name_of(status))
    for status, answer in answers.items():
        if isinstance(answer, str):
            answers[status] = name_of(int(status))
    operation["security"] = [{"token": []}] if contract.get("signed_in") else []
    return operation
