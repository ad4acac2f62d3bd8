"""The «may not» twin of every route: no token, revoked, expired, disabled, wrong role, another
chain. All routes of the app are walked; none can be forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from auditapi.core import db
from auditapi.people.models import Person, Token
from tests.contract.things import make_things
from tests.contract.who_may import (
    BODIES,
    NAMES,
    PUBLIC,
    QUERIES,
    SUBMITTING,
    WHO_MAY,
    Operation,
    operations,
)
from tests.factories.chain import Chain, token_for

pytestmark = pytest.mark.database
#: The phone names audits and photos: for anybody else such a name is simply free.
NAMED_BY_PHONES = {
    "PUT /audits/{audit_id}",
    "HEAD /photos/{sha256}",
    "PUT /photos/{sha256}",
    "PATCH /photos/{sha256}",
    "PUT /drafts/{draft_id}",
}


@pytest.fixture
def call(app: Flask, client: FlaskClient) -> Any:
    """`call(operation, headers)` → the answer's status and problem type."""

    def calling(
        operation: Operation, headers: dict[str, str], **things: object
    ) -> tuple[int, str | None]:
        answer = client.open(
            operation.path(app, **things),
            method=operation.method,
            query_string=QUERIES.get(operation.name),
            json=BODIES.get(operation.name, {}) if operation.method != "GET" else None,
            headers={"Idempotency-Key": str(uuid4()), **headers},
        )
        body = answer.get_json(silent=True) or {}
        return answer.status_code, body.get("type") if isinstance(body, dict) else None

    return calling


@pytest.fixture
def guarded(app: Flask) -> list[Operation]:
    """Everything that asks who is there."""
    return [found for name, found in operations(app).items() if name not in PUBLIC]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def not_401(answers: dict[str, tuple[int, str | None]]) -> dict[str, object]:
    heads = {name for name in answers if name.startswith("HEAD ")}
    return {
        name: answer
        for name, answer in answers.items()
        if answer != (401, None if name in heads else "/problems/not-signed-in")
    }


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    assert set(operations(app)) == set(WHO_MAY) | PUBLIC
    assert set(WHO_MAY) >= SUBMITTING
    assert not set(WHO_MAY) & PUBLIC


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        bearer("anything"),
        bearer("aud_nothing_at_all"),
        bearer(f"aud_{uuid4().hex}_secret"),
        {"Authorization": "Basic YWRhOmhvcnNl"},
    ],
)
def test_without_a_token_nothing_opens(
    guarded: list[Operation], call: Any, headers: dict[str, str]
) -> None:
    assert not_401({found.name: call(found, headers) for found in guarded}) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"revoked_at": db.now() - timedelta(seconds=1)},
        {"expires_at": db.now() - timedelta(seconds=1)},
    ],
    ids=["revoked", "expired"],
)
def test_a_token_that_is_no_good_opens_nothing(
    chain: Chain, guarded: list[Operation], call: Any, changes: dict[str, object]
) -> None:
    headers = chain.as_("ada")
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Token).values(changes))
    assert not_401({found.name: call(found, headers) for found in guarded}) == {}


def test_a_token_with_another_chains_name_on_it_opens_nothing(
    chain: Chain, guarded: list[Operation], call: Any
) -> None:
    mine, other = chain.organisation.id.hex, chain.other.id.hex
    headers = bearer(token_for(chain.ada).replace(mine, other))
    assert not_401({found.name: call(found, headers) for found in guarded}) == {}


def test_somebody_disabled_may_only_send_in_what_was_done_before(
    chain: Chain, guarded: list[Operation], call: Any
) -> None:
    tokens = {found.name: bearer(token_for(chain.ada)) for found in guarded}
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Person).values(disabled_at=db.now()))
    answers = {found.name: call(found, tokens[found.name])[0] for found in guarded}
    assert {name for name, status in answers.items() if status != 403} == SUBMITTING
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Person).values(disabled_at=db.now() - timedelta(days=31)))
    tokens.pop("DELETE /sessions/current")  # signed out by then
    later = {
        found.name: call(found, tokens[found.name])[0] for found in guarded if found.name in tokens
    }
    assert set(later.values()) == {401}


@pytest.mark.parametrize("name", NAMES)
def test_a_role_may_do_what_is_its_own_and_nothing_else(
    chain: Chain, guarded: list[Operation], call: Any, name: str
) -> None:
    headers = {found.name: bearer(token_for(chain.people[name])) for found in guarded}
    answers = {found.name: call(found, headers[found.name]) for found in guarded}
    allowed = {operation for operation, names in WHO_MAY.items() if name in names.split()}
    refused = {operation for operation, (status, _) in answers.items() if status == 403}
    assert refused == set(WHO_MAY) - allowed
    assert {
        operation for operation, (status, _) in answers.items() if status in (401, 500)
    } == set()


@pytest.fixture
def things(chain: Chain, client: FlaskClient) -> dict[str, object]:
    return make_things(chain, client)


def test_for_the_administrator_of_another_chain_nothing_of_ours_exists(
    chain: Chain, guarded: list[Operation], call: Any, things: dict[str, object]
) -> None:
    answers = {
        found.name: call(found, bearer(token_for(chain.dan)), **things)
        for found in guarded
        if found.arguments and found.name not in NAMED_BY_PHONES
    }
    gone = (404, "/problems/not-found")
    assert len(answers) > 30
    assert {name: answer for name, answer in answers.items() if answer != gone} == {}


def test_for_our_own_head_office_all_of_it_is_there(
    chain: Chain, guarded: list[Operation], call: Any, things: dict[str, object]
) -> None:
    headers = chain.as_("ada")
    answers = {
        found.name: call(found, headers, **things)[0]
        for found in guarded
        if found.arguments and found.method in {"GET", "PATCH"}
    }
    # Whoever asks for an audit or a draft as its phone does must have made it.
    not_there = {"GET /audits/{audit_id}", "GET /drafts/{draft_id}"}
    assert {name for name, status in answers.items() if status == 404} == not_there
