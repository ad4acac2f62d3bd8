"""A moment that can't be read back is taken nowhere: one row of it would close a whole list."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.chain import Chain

pytestmark = pytest.mark.database
FAR = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1989-12-31T23:59:59Z"]
MESSAGE = "must be a moment of the years 1990 to 2199"


def queried(app: Flask) -> list[tuple[str, str, str]]:
    """(method, path, name) of every moment in a query, by the contract."""
    paths = app.test_client().get("/api/openapi.json").get_json()["paths"]
    return [
        (method, path, parameter["name"])
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method != "parameters"
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and parameter["schema"].get("format") == "date-time"
    ]


def test_a_query_for_a_moment_that_cannot_be_kept_is_refused(
    app: Flask, client: FlaskClient, chain: Chain
) -> None:
    found = queried(app)
    assert {name for _, _, name in found} >= {"at", "available_from", "at_from", "at_until"}
    for method, path, name in found:
        for moment in FAR:
            answer = client.open(
                path.replace("{key}", "small"),
                method=method,
                query_string={name: moment},
                headers=chain.posting_as("ada"),
            )
            errors = answer.get_json()["errors"]
            assert errors == [{"path": f"query.{name}", "message": MESSAGE}], (path, moment)


@pytest.mark.parametrize("moment", FAR)
@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/audits/{}/return", {"revision": 1, "reason": "Why?", "until": ...}, "until"),
        ("/audits/{}/accept", {"reason": "Yes.", "facts": {"started_at": ...}}, "facts.started_at"),
    ],
)
def test_a_body_with_such_a_moment_is_refused(
    client: FlaskClient, chain: Chain, path: str, body: dict[str, Any], place: str, moment: str
) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(inner) for name, inner in value.items()}
        return moment if value is ... else value

    answer = client.post(
        f"/api/v1{path.format(uuid4())}", json=filled(body), headers=chain.posting_as("ana")
    )
    assert answer.status_code == 422, answer.get_json()
    assert answer.get_json()["errors"] == [{"path": f"json.{place}", "message": MESSAGE}]
