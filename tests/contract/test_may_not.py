"""The «may not» twin of every route: no token, revoked, expired, disabled, wrong role, another
chain, another region. All routes of the app are walked; none can be forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from auditapi.audits.models import Audit
from auditapi.core import db
from auditapi.people.models import Person, Token
from auditapi.stores.models import RegionManager
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
#: What stands in a store or a region: there for those who see it, and for nobody else.
OF_A_REGION = {
    "GET /stores/{store_id}",
    "GET /assignments/{assignment_id}",
    "POST /assignments/{assignment_id}/accept",
    "POST /assignments/{assignment_id}/decline",
    "POST /assignments/{assignment_id}/not-possible",
    "GET /audits/{audit_id}/details",
    "GET /audits/{audit_id}/score",
    "GET /audits/{audit_id}/report.pdf",
    "GET /audits/{audit_id}/share-links",
    "POST /audits/{audit_id}/share-links",
    "DELETE /share-links/{link_id}",
    "GET /books/{book_id}",
    "GET /books/{book_id}/file",
}
#: What the whole chain reads, whichever region somebody manages.
OF_THE_CHAIN = {
    "GET /checklists/{key}/newest",
    "GET /checklists/{key}/versions",
    "GET /checklists/{key}/versions/{number}",
}
#: What is there for the one whose it is: an audit as its phone asks for it, a draft, a device.
OF_ONE_PERSON = {
    "DELETE /sessions/{token_id}",
    "GET /audits/{audit_id}",
    "POST /audits/{audit_id}/reply",
    "GET /drafts/{draft_id}",
    "DELETE /drafts/{draft_id}",
}
#: Lists in which a store, its visits or its region are named.
LISTS = {"GET /regions", "GET /stores", "GET /assignments", "GET /audits", "GET /compare/stores"}
OF_ANY_REGION = {"GET /stores", "GET /audits", "GET /compare/stores"}  # those that take `region`
GONE = (404, "/problems/not-found")


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
    assert len(answers) > 30
    assert {name: answer for name, answer in answers.items() if answer != GONE} == {}


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


def as_manager_of(chain: Chain, region: str) -> dict[str, str]:
    """ben, who manages this region and no other."""
    with db.transaction(chain.organisation.id) as session:
        session.execute(delete(RegionManager).where(RegionManager.person_id == chain.ben.id))
        session.add(RegionManager(region_id=chain.regions[region].id, person_id=chain.ben.id))
    return chain.as_("ben")


@pytest.fixture
def things_in_north(chain: Chain, things: dict[str, object]) -> dict[str, object]:
    """By the names that a regional manager knows."""
    with db.transaction(chain.organisation.id) as session:
        return {**things, "audit_id": session.scalar(select(Audit.alias))}


def test_for_the_manager_of_another_region_nothing_of_this_one_exists(
    chain: Chain, guarded: list[Operation], call: Any, things_in_north: dict[str, object]
) -> None:
    open_to_ben = [
        found
        for found in guarded
        if found.arguments
        and "ben" in WHO_MAY[found.name].split()
        and found.name not in NAMED_BY_PHONES
    ]
    assert {found.name for found in open_to_ben} == OF_A_REGION | OF_THE_CHAIN | OF_ONE_PERSON
    south, north = (
        {found.name: call(found, headers, **things_in_north) for found in open_to_ben}
        for headers in (as_manager_of(chain, region) for region in ("south", "north"))
    )
    assert {name for name, answer in south.items() if answer != GONE} == OF_THE_CHAIN
    assert {south[name][0] for name in OF_THE_CHAIN} == {200}
    assert {name for name, answer in north.items() if answer == GONE} == OF_ONE_PERSON
    assert {status for status, _ in north.values()} <= {200, 201, 202, 204, 403, 404, 409}


def test_no_list_tells_the_manager_of_another_region_of_this_one(
    app: Flask,
    client: FlaskClient,
    chain: Chain,
    guarded: list[Operation],
    things_in_north: dict[str, object],
) -> None:
    names = {str(things_in_north[one]) for one in ("region_id", "store_id", "audit_id")}
    names |= {str(things_in_north["assignment_id"])}
    region = {"region": str(things_in_north["region_id"])}
    no_query: dict[str, str] = {}

    def naming(headers: dict[str, str], query: dict[str, str]) -> set[str]:
        """The lists that name something of it."""
        answers = {
            found.name: client.get(found.path(app), query_string=query, headers=headers).text
            for found in guarded
            if found.method == "GET" and not found.arguments
        }
        return {name for name, text in answers.items() if any(one in text for one in names)}

    for query, lists in ((no_query, LISTS), (region, OF_ANY_REGION)):
        assert naming(as_manager_of(chain, "north"), query) == lists
        assert naming(as_manager_of(chain, "south"), query) == set()


def test_the_manager_of_another_region_gets_no_book_of_this_one(
    client: FlaskClient, chain: Chain
) -> None:
    north = str(chain.regions["north"].id)
    body = {"region_id": north, "visited_from": "2026-11-01", "visited_until": "2026-11-30"}
    body["form"] = "zip"
    for region, status in {"south": 404, "north": 202}.items():
        as_manager_of(chain, region)
        answer = client.post("/api/v1/books", json=body, headers=chain.posting_as("ben"))
        assert answer.status_code == status
