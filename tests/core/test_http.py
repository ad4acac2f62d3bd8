"""How requests are answered: alive, ready, measured, traced, and every refusal as a problem."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from auditapi.core import activity, db, health, logs
from auditapi.core.http import takes_body
from auditapi.core.objects import Objects
from tests.factories.chain import Chain

pytestmark = pytest.mark.database


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}


def test_it_is_ready_when_database_and_storage_answer(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.get_json() == {"status": "ready", "database": "ok", "objects": "ok"}


def test_without_storage_it_is_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Objects, "ready", lambda _self: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["objects"]) == (503, "no answer")


def test_a_role_that_may_pass_by_row_level_security_is_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_TOO_MIGHTY", text("SELECT true"))
    assert "bypass" in client.get("/readyz").get_json()["database"]


def test_answers_are_counted(client: FlaskClient) -> None:
    client.get("/healthz")
    assert 'auditapi_requests_total{endpoint="health.healthz"' in client.get("/metrics").text


@pytest.fixture
def log_lines(app: Flask) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What has been written so far, each line read as JSON; INFO and above."""
    root, written = logging.getLogger(), io.StringIO()
    before = root.handlers[:]
    logs.configure("INFO")
    [handler] = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logs.configure("ERROR")
    root.handlers = before


def test_each_request_has_a_line_in_the_log_that_tells_no_secret(
    client: FlaskClient, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    asked = {"X-Request-Id": "phone-17"}
    client.get("/shared/a-secret", headers=asked, query_string={"token": "another"})
    client.get("/healthz", headers=asked)
    [line] = log_lines()
    assert line.pop("milliseconds") >= 0
    assert line.pop("timestamp")
    assert line == {
        "event": "request", "level": "info", "method": "GET", "route": "/shared/<signed>",
        "status": 404, "request_id": "phone-17",
    }  # fmt: skip


def test_an_answer_carries_the_requests_id_and_keeps_a_sound_one(client: FlaskClient) -> None:
    assert len(client.get("/healthz").headers["X-Request-Id"]) == 32
    kept = client.get("/healthz", headers={"X-Request-Id": "phone-17"})
    assert kept.headers["X-Request-Id"] == "phone-17"
    replaced = client.get("/healthz", headers={"X-Request-Id": "no good: “x”"})
    assert "no good" not in replaced.headers["X-Request-Id"]


def test_an_unknown_address_is_a_problem(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing-here")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.get_json()["type"] == "/problems/not-found"


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/me")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_no_json_is_a_problem_with_its_place(client: FlaskClient) -> None:
    answer = client.post(
        "/api/v1/sessions", data=b"{", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("path", ["/sessions", "/stores/import"])
def test_json_nested_too_deeply_is_no_json(client: FlaskClient, chain: Chain, path: str) -> None:
    answer = client.post(
        f"/api/v1{path}",
        data=b"[" * 100_000,
        content_type="application/json",
        headers=chain.posting_as("ada"),
    )
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_what_the_database_cannot_tell_is_not_the_callers_fault(
    client: FlaskClient, chain: Chain
) -> None:
    headers = chain.as_("ada")
    with db.transaction(chain.organisation.id) as session:
        session.execute(text("UPDATE stores SET closed_at = '4000-01-01 BC'"))
    assert client.get("/api/v1/stores", headers=headers).status_code == 500


def test_a_missing_field_is_named(client: FlaskClient) -> None:
    answer = client.post("/api/v1/sessions", json={"email": "not one"})
    places = {entry["path"] for entry in answer.get_json()["errors"]}
    assert places == {"json.email", "json.organisation", "json.password"}


@pytest.fixture
def broken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The service with one view that fails in a way nobody foresaw."""

    def fail() -> None:
        raise RuntimeError("the secret of the inside")

    monkeypatch.setitem(app.view_functions, "health.healthz", takes_body(fail))
    return app.test_client()


def test_a_surprise_is_a_500_that_tells_nothing_of_the_inside(broken: FlaskClient) -> None:
    answer = broken.get("/healthz")
    assert (answer.status_code, answer.get_json()["type"]) == (500, "/problems/internal")
    assert "secret" not in answer.text


def test_a_problems_type_leads_to_its_page(client: FlaskClient) -> None:
    assert client.get("/problems/not-found").get_json()["status"] == 404
    assert client.get("/problems/no-such-problem").status_code == 404


def test_the_api_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs")
    assert "/api/v1/audits" in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_log_line_is_json_with_the_request_and_the_person(
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    activity.request_id.set("r-1")
    logs.log.info("photo_stored", size=5)
    [line] = log_lines()
    assert (line["event"], line["request_id"], line["size"]) == ("photo_stored", "r-1", 5)


def test_one_transaction_at_a_time(chain: Chain) -> None:
    with (
        db.transaction(chain.organisation.id),
        pytest.raises(RuntimeError, match="open already"),
        db.transaction(chain.organisation.id),
    ):
        pass


def test_outside_of_a_transaction_there_is_no_session() -> None:
    with pytest.raises(RuntimeError, match="no transaction"):
        db.session()
