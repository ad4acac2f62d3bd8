"""Signing in and out, and what a token opens."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from auditapi.audits import housekeeping
from auditapi.core import db
from auditapi.people import rules
from auditapi.people.models import FailedSignIns, Token
from auditapi.people.qr import qr_picture
from tests.factories.chain import PASSWORD, Chain

pytestmark = pytest.mark.database


def sign_in(client: FlaskClient, chain: Chain, **changes: str) -> tuple[int, dict[str, object]]:
    given = {
        "organisation": chain.organisation.slug,
        "email": "ada@chain.example",
        "password": PASSWORD,
        "device": "ada's laptop",
    }
    response = client.post("/api/v1/sessions", json={**given, **changes})
    return response.status_code, response.get_json()


def test_ada_signs_in_and_the_token_says_who_she_is(client: FlaskClient, chain: Chain) -> None:
    status, body = sign_in(client, chain)
    assert status == 201
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {body['token']}"})
    assert me.get_json()["email"] == "ada@chain.example"
    assert me.get_json()["organisation"]["slug"] == chain.organisation.slug


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong horse"}, {"email": "x@chain.example"}, {"organisation": "none"}]
)
def test_a_wrong_sign_in_says_no_more_than_that(
    client: FlaskClient, chain: Chain, wrong: dict[str, str]
) -> None:
    status, body = sign_in(client, chain, **wrong)
    assert status == 401
    assert body["type"] == "/problems/sign-in-failed"
    assert body["detail"] == "Organisation, e-mail or password is wrong."


def test_after_five_failures_the_account_waits(client: FlaskClient, chain: Chain) -> None:
    for _ in range(5):
        assert sign_in(client, chain, password="wrong horse")[0] == 401
    assert sign_in(client, chain)[0] == 429


def test_after_thirty_failures_the_address_waits_whatever_the_account(
    client: FlaskClient, chain: Chain
) -> None:
    for number in range(30):
        assert sign_in(client, chain, email=f"guess-{number}@chain.example")[0] == 401
    status, body = sign_in(client, chain)
    assert (status, body["type"]) == (429, "/problems/too-many-requests")


def test_who_failed_to_sign_in_is_forgotten_when_it_is_forgiven(
    client: FlaskClient, chain: Chain
) -> None:
    def counted() -> int:
        with db.transaction() as session:
            return session.scalar(select(func.count()).select_from(FailedSignIns)) or 0

    sign_in(client, chain, password="wrong horse")
    housekeeping.forget_old(0)
    assert counted() == 2
    with db.transaction() as session:
        long_ago = db.now() - rules.FORGIVEN_AFTER - timedelta(minutes=1)
        session.execute(update(FailedSignIns).values(since=long_ago))
    housekeeping.forget_old(0)
    assert counted() == 0


@pytest.mark.parametrize("sent", ["GET /api/v1/me", "PUT /api/v1/photos/" + "0" * 64])
def test_a_token_says_when_it_was_used_last(client: FlaskClient, chain: Chain, sent: str) -> None:
    headers = chain.as_("cleo")
    long_ago = db.now() - timedelta(hours=2)
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Token).values(last_used_at=long_ago))
    method, path = sent.split()
    client.open(path, method=method, headers=headers)
    with db.transaction(chain.organisation.id) as session:
        [used] = session.scalars(select(Token.last_used_at))
    assert used > long_ago + timedelta(hours=1)


def test_without_a_token_nothing_opens(client: FlaskClient, chain: Chain) -> None:
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.content_type == "application/problem+json"


def test_a_signed_out_token_opens_nothing(client: FlaskClient, chain: Chain) -> None:
    headers = chain.as_("cleo")
    assert client.delete("/api/v1/sessions/current", headers=headers).status_code == 204
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_cleo_cannot_revoke_bens_device(client: FlaskClient, chain: Chain) -> None:
    devices = client.get("/api/v1/sessions", headers=chain.as_("ben")).get_json()["devices"]
    answer = client.delete(f"/api/v1/sessions/{devices[0]['id']}", headers=chain.as_("cleo"))
    assert answer.status_code == 404
    lost = client.delete(f"/api/v1/sessions/{devices[0]['id']}", headers=chain.as_("ada"))
    assert lost.status_code == 204
    assert client.get("/api/v1/me", headers=chain.as_("ben")).status_code == 401


def test_a_code_signs_in_once(client: FlaskClient, chain: Chain) -> None:
    path = f"/api/v1/people/{chain.cleo.id}/sign-in-code"
    assert client.post(path, headers=chain.as_("cleo")).status_code == 403
    code = client.post(path, headers=chain.as_("ada")).get_json()["code"]
    first = client.post("/api/v1/sessions/by-code", json={"code": code})
    assert first.get_json()["person"]["email"] == "cleo@chain.example"
    assert client.post("/api/v1/sessions/by-code", json={"code": code}).status_code == 401


def test_failures_of_long_ago_are_forgiven(
    client: FlaskClient, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        sign_in(client, chain, password="wrong horse")
    monkeypatch.setattr(rules, "FORGIVEN_AFTER", timedelta(0))
    assert sign_in(client, chain, password="wrong horse")[0] == 401
    assert sign_in(client, chain, password="wrong horse")[0] == 401
    assert sign_in(client, chain)[0] == 201


def test_a_code_comes_as_a_picture_that_opens_the_phone_app(
    client: FlaskClient, chain: Chain
) -> None:
    path = f"/api/v1/people/{chain.cleo.id}/sign-in-code"
    given = client.post(path, headers=chain.as_("ada")).get_json()
    assert given["address"] == f"http://127.0.0.1:8000/app/#/code/{given['code']}"
    assert given["picture"] == qr_picture(given["address"])
    root = ElementTree.fromstring(given["picture"])
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {child.tag.rpartition("}")[2] for child in root} == {"path"}


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("ben", 403), ("sam", 403)])
def test_only_administrators_hand_out_codes(
    client: FlaskClient, chain: Chain, who: str, status: int
) -> None:
    path = f"/api/v1/people/{chain.cleo.id}/sign-in-code"
    assert client.post(path, headers=chain.as_(who)).status_code == status


def test_another_chains_administrator_hands_out_no_code_of_ours(
    client: FlaskClient, chain: Chain
) -> None:
    path = f"/api/v1/people/{chain.cleo.id}/sign-in-code"
    assert client.post(path, headers=chain.as_("dan")).status_code == 404


def test_nobody_disabled_gets_a_code(client: FlaskClient, chain: Chain) -> None:
    person = f"/api/v1/people/{chain.cleo.id}"
    client.patch(person, json={"disabled": True}, headers=chain.as_("ada"))
    answer = client.post(f"{person}/sign-in-code", headers=chain.as_("ada"))
    assert answer.status_code == 409
    assert answer.get_json()["state"] == "disabled"
