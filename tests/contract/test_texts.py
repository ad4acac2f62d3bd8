"""Text that PostgreSQL can't keep is refused, with its place, wherever a request has text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import INCLUDE, Schema, fields

from tests.contract.who_may import operations
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
Path = tuple[str | int, ...]


def taken(view: Any) -> Iterator[tuple[str, type[Schema]]]:
    """("json" or "query", schema) of what a view reads."""
    noted = getattr(view, "_apidoc", {})
    for one in noted.get("arguments", {}).get("parameters", ()):
        yield one["in"], one["schema"]
    content = noted.get("manual_doc", {}).get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    # What is kept byte by byte, or read by the engine's own reader, has no fields of its own.
    if isinstance(schema, type) and schema().unknown != INCLUDE:
        yield "json", schema


def texts(schema: Schema) -> Iterator[Path]:
    """Where it has text, at whatever depth: ("changes", 0, "reason")."""
    for name, field in schema.load_fields.items():
        for rest in texts_in(field):
            yield (field.data_key or name, *rest)


def texts_in(field: Any) -> Iterator[Path]:
    if isinstance(field, fields.Nested):
        yield from texts(field.schema)
    elif isinstance(field, fields.List):
        yield from ((0, *rest) for rest in texts_in(field.inner))
    elif isinstance(field, fields.Dict):
        yield ("a",)
    elif isinstance(field, fields.String):
        yield ()


def put(into: Any, path: Sequence[str | int], value: str) -> Any:
    """The body with that text there, whatever stood there before."""
    if not path:
        return value
    first, *rest = path
    if isinstance(first, int):
        return [put(into[0] if isinstance(into, list) and into else None, rest, value)]
    there = into if isinstance(into, dict) else {}
    return {**there, first: put(there.get(first), rest, value)}


def written(where: str, path: Path) -> str:
    return where + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)


def same(named: str, place: str) -> bool:
    """Of a mapping that is checked as a whole, itself is named; else a key or a value in it."""
    return "." in named and (place.startswith(named) or named.startswith(place))


@pytest.mark.parametrize(
    ("bad", "kinds"), [("a\0b", {"json", "query"}), ("a\ud800b", {"json"})], ids=["NUL", "half"]
)
def test_text_that_cannot_be_kept_is_refused_at_its_place(
    app: Flask, client: FlaskClient, chain: Chain, bad: str, kinds: set[str]
) -> None:
    headers = chain.as_("ada")
    seen: set[str] = set()
    wrong: dict[str, object] = {}
    for name, operation in operations(app).items():
        for where, schema in taken(app.view_functions[operation.endpoint]):
            example = deepcopy(getattr(schema, "EXAMPLE", {}))
            for path in texts(schema()) if where in kinds else ():
                given = put(example, path, bad)
                answer = client.open(
                    operation.path(app),
                    method=operation.method,
                    query_string=given if where == "query" else None,
                    data=json.dumps(given) if where == "json" else None,
                    content_type="application/json" if where == "json" else None,
                    headers={**headers, "Idempotency-Key": str(uuid4())},
                )
                place = written(where, path)
                seen.add(f"{name} {place}")
                named = [error["path"] for error in answer.get_json().get("errors", ())]
                if answer.status_code != 422 or not any(same(one, place) for one in named):
                    wrong[f"{name} {place}"] = answer.status_code, named
    assert wrong == {}
    assert seen >= {
        "POST /sessions json.password",
        "POST /sessions/by-code json.code",
        "PATCH /people/{person_id} json.name",
        "POST /stores/import json.stores[0].attributes.a",
        "POST /assignments/bulk json.assignments[0].brief.questions[0].question",
    }
    assert ("GET /audits query.checklist" in seen) == ("query" in kinds)
