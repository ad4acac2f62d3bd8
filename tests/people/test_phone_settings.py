"""What an organisation wants phones to make of photos."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.chain import Chain

pytestmark = pytest.mark.database
PATH = "/api/v1/organisation/phones"
USUAL = {"photo_originals": False, "photo_long_side": 1600}
ORIGINALS = {"photo_originals": True, "photo_long_side": 2400}


def test_photos_are_shrunk_unless_an_administrator_wants_originals(
    client: FlaskClient, chain: Chain
) -> None:
    assert client.get(PATH, headers=chain.as_("ada")).get_json() == USUAL
    changed = client.put(PATH, json=ORIGINALS, headers=chain.as_("ada"))
    assert (changed.status_code, changed.get_json()) == (200, ORIGINALS)
    assert client.get(PATH, headers=chain.as_("ada")).get_json() == ORIGINALS


def test_phones_learn_of_it_when_they_sign_in_and_when_they_synchronise(
    client: FlaskClient, chain: Chain
) -> None:
    cleo = chain.as_("cleo")
    before = client.get("/api/v1/sync", headers=cleo)
    assert before.get_json()["settings"] == USUAL
    client.put(PATH, json=ORIGINALS, headers=chain.as_("ada"))
    known = {**cleo, "If-None-Match": before.headers["ETag"]}
    after = client.get("/api/v1/sync", headers=known)
    assert (after.status_code, after.get_json()["settings"]) == (200, ORIGINALS)
    me = client.get("/api/v1/me", headers=cleo).get_json()
    assert me["organisation"]["settings"] == ORIGINALS


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "sam"])
def test_others_may_not_change_it(client: FlaskClient, chain: Chain, who: str) -> None:
    assert client.put(PATH, json=ORIGINALS, headers=chain.as_(who)).status_code == 403
    assert client.get(PATH, headers=chain.as_("ada")).get_json() == USUAL


def test_another_chain_keeps_its_own(client: FlaskClient, chain: Chain) -> None:
    client.put(PATH, json=ORIGINALS, headers=chain.as_("ada"))
    assert client.get(PATH, headers=chain.as_("dan")).get_json() == USUAL


@pytest.mark.parametrize(
    "change",
    [{"photo_long_side": 100}, {"photo_long_side": 9000}, {"photo_originals": "maybe"}],
)
def test_sizes_that_no_phone_can_keep_are_refused(
    client: FlaskClient, chain: Chain, change: dict[str, Any]
) -> None:
    answer = client.put(PATH, json={**USUAL, **change}, headers=chain.as_("ada"))
    assert answer.status_code == 422
    assert client.get(PATH, headers=chain.as_("ada")).get_json() == USUAL
