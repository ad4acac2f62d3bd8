"""The tree of regions, and who is bound to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from auditapi.core import db
from auditapi.core.activity import Activity
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
REGIONS = "/api/v1/regions"


def codes(client: FlaskClient, headers: dict[str, str]) -> list[str]:
    answer = client.get(REGIONS, headers=headers)
    assert answer.status_code == 200
    return [region["code"] for region in answer.get_json()["regions"]]


def change(client: FlaskClient, chain: Chain, code: str, **changes: Any) -> Any:
    path = f"{REGIONS}/{chain.regions[code].id}"
    return client.patch(path, json=changes, headers=chain.as_("ada"))


def test_each_sees_the_regions_of_their_own_stores(client: FlaskClient, chain: Chain) -> None:
    assert codes(client, chain.as_("ana")) == ["harbour", "north", "south"]
    assert codes(client, chain.as_("ben")) == ["harbour", "north"]
    assert codes(client, chain.as_("sam")) == ["north"]
    assert codes(client, chain.as_("dan")) == []


def test_ada_adds_a_region_below_another(client: FlaskClient, chain: Chain) -> None:
    below = {"code": "docks", "name": "Docks", "parent_id": str(chain.regions["harbour"].id)}
    answer = client.post(REGIONS, json=below, headers=chain.posting_as("ada"))
    assert answer.status_code == 201
    assert answer.get_json()["parent_id"] == below["parent_id"]
    assert "docks" in codes(client, chain.as_("ben"))


def test_two_regions_cannot_have_one_code(client: FlaskClient, chain: Chain) -> None:
    again = {"code": "north", "name": "North again"}
    answer = client.post(REGIONS, json=again, headers=chain.posting_as("ada"))
    assert answer.status_code == 409
    assert answer.get_json()["detail"] == "A region of this code exists already."


def test_a_region_moves_with_all_below_it(client: FlaskClient, chain: Chain) -> None:
    answer = change(client, chain, "harbour", parent_id=str(chain.regions["south"].id))
    assert answer.status_code == 200
    assert codes(client, chain.as_("ben")) == ["north"]
    assert change(client, chain, "harbour", parent_id=None).get_json()["parent_id"] is None


@pytest.mark.parametrize("parent", ["north", "harbour"])
def test_a_circle_of_regions_is_refused(client: FlaskClient, chain: Chain, parent: str) -> None:
    answer = change(client, chain, "north", parent_id=str(chain.regions[parent].id))
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [
        {"path": "json.parent_id", "message": "is this region itself, or one below it"}
    ]


def test_a_parent_of_another_chain_is_no_region(client: FlaskClient, chain: Chain) -> None:
    foreign = {"code": "x", "name": "X", "parent_id": str(chain.regions["north"].id)}
    answer = client.post(REGIONS, json=foreign, headers=chain.posting_as("dan"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["message"] == "is not a region"


def test_what_changed_is_written_down(client: FlaskClient, chain: Chain) -> None:
    change(client, chain, "south", name="Far South")
    with db.transaction(chain.organisation.id) as session:
        row = session.scalars(select(Activity).where(Activity.action == "region.changed")).one()
    assert (row.person_id, row.subject_id) == (chain.ada.id, chain.regions["south"].id)
    assert row.details == {"fields": ["name"]}


def test_ben_gets_the_south_and_loses_it_again(client: FlaskClient, chain: Chain) -> None:
    managers = f"{REGIONS}/{chain.regions['south'].id}/managers"
    for _ in range(2):  # a repeat is no fault
        answer = client.put(f"{managers}/{chain.ben.id}", headers=chain.as_("ada"))
        assert answer.status_code == 204
    assert codes(client, chain.as_("ben")) == ["harbour", "north", "south"]
    people = client.get(managers, headers=chain.as_("ada")).get_json()["people"]
    assert [person["email"] for person in people] == ["ben@chain.example"]
    for _ in range(2):
        answer = client.delete(f"{managers}/{chain.ben.id}", headers=chain.as_("ada"))
        assert answer.status_code == 204
    assert codes(client, chain.as_("ben")) == ["harbour", "north"]
    with db.transaction(chain.organisation.id) as session:
        actions = session.scalars(select(Activity.action).where(Activity.action.like("%bound")))
        assert sorted(actions) == ["region.manager_bound", "region.manager_unbound"]


def test_only_regional_managers_are_bound_to_regions(client: FlaskClient, chain: Chain) -> None:
    path = f"{REGIONS}/{chain.regions['south'].id}/managers/{chain.cleo.id}"
    answer = client.put(path, headers=chain.as_("ada"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [
        {"path": "path.person_id", "message": "is not a regional manager"}
    ]


def test_nobody_of_another_chain_is_bound(client: FlaskClient, chain: Chain) -> None:
    path = f"{REGIONS}/{chain.regions['south'].id}/managers/{chain.eve.id}"
    assert client.put(path, headers=chain.as_("ada")).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "No code"},
        {"code": "", "name": "Empty"},
        {"code": "   ", "name": "Blank"},
        {"code": "a\0b", "name": "NUL"},
        {"code": "\ud800", "name": "Half a character"},
        {"code": "x" * 41, "name": "Long"},
        {"code": "x", "name": "Y", "colour": "red"},
        {"code": "x", "name": "Y", "parent_id": "north"},
    ],
)
def test_a_region_that_cannot_be_is_refused(
    client: FlaskClient, chain: Chain, wrong: dict[str, str]
) -> None:
    body = json.dumps(wrong)  # with its escapes, unlike Flask's
    headers = chain.posting_as("ada")
    answer = client.post(REGIONS, data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 422
    assert answer.get_json()["type"] == "/problems/invalid"
