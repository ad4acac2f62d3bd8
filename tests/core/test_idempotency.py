"""A POST under its Idempotency-Key happens once, however often it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from auditapi.core import idempotency
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
NEW = {"name": "Nora Example", "email": "nora@chain.example", "code": "N", "role": "auditor"}


def add(
    client: FlaskClient, chain: Chain, key: str | None, who: str = "ada", **changes: Any
) -> TestResponse:
    headers = chain.as_(who) | ({"Idempotency-Key": key} if key is not None else {})
    return client.post("/api/v1/people", json={**NEW, **changes}, headers=headers)


def test_the_repeat_gets_the_stored_answer(client: FlaskClient, chain: Chain) -> None:
    first = add(client, chain, '"k-1"')
    again = add(client, chain, '"k-1"')
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    listed = client.get("/api/v1/people", headers=chain.as_("ada")).get_json()["people"]
    assert [person["email"] for person in listed].count("nora@chain.example") == 1


def test_while_the_first_is_still_running_the_second_is_asked_to_come_back(
    client: FlaskClient, chain: Chain, engine: Engine
) -> None:
    """Another connection holds the lock, as the first request does until it is committed."""
    ada = chain.people["ada"]
    held = idempotency.lock_of((ada.organisation_id, ada.id, "people.add_person", "k-0"))
    with engine.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": held})
        second = add(client, chain, "k-0")
        assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
        assert second.get_json()["type"] == "/problems/still-running"
        assert add(client, chain, "another").status_code == 201
    assert add(client, chain, "k-0", email="nina@chain.example", code="M").status_code == 201


def test_the_same_key_for_another_body_is_refused(client: FlaskClient, chain: Chain) -> None:
    add(client, chain, "k-2")
    other = add(client, chain, "k-2", name="Somebody Else")
    assert other.get_json()["type"] == "/problems/idempotency-key-reused"


@pytest.mark.parametrize("key", [None, "", "x" * 101])
def test_without_a_key_nothing_happens(client: FlaskClient, chain: Chain, key: str | None) -> None:
    answer = add(client, chain, key)
    assert (answer.status_code, answer.get_json()["type"]) == (
        400,
        "/problems/idempotency-key-missing",
    )


def test_a_refused_request_may_be_mended_under_its_key(client: FlaskClient, chain: Chain) -> None:
    refused = add(client, chain, "k-3", email="ada@chain.example")
    assert refused.get_json()["type"] == "/problems/conflict"
    assert add(client, chain, "k-3").status_code == 201


def test_another_persons_key_is_another_key(client: FlaskClient, chain: Chain) -> None:
    assert add(client, chain, "k-4").status_code == 201
    assert add(client, chain, "k-4", who="cleo").status_code == 403
