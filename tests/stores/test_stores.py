"""Stores: who sees which, adding, changing, closing, and who manages them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from auditapi.core import db
from tests.factories.chain import Chain, add_store

pytestmark = pytest.mark.database
STORES = "/api/v1/stores"


def listed(client: FlaskClient, headers: dict[str, str], **filters: object) -> dict[str, Any]:
    answer = client.get(STORES, query_string=filters, headers=headers)
    assert answer.status_code == 200, answer.get_json()
    body: dict[str, Any] = answer.get_json()
    return body


def codes(body: dict[str, Any]) -> list[str]:
    return [store["code"] for store in body["stores"]]


def new_store(chain: Chain, **changes: object) -> dict[str, object]:
    given = {
        "code": "N9",
        "name": "North Nine",
        "region_id": str(chain.regions["north"].id),
        "time_zone": "Asia/Taipei",
    }
    return {**given, **changes}


def test_each_sees_their_own_stores(client: FlaskClient, chain: Chain) -> None:
    assert codes(listed(client, chain.as_("ana"))) == ["H1", "N1", "N2", "S1"]
    assert codes(listed(client, chain.as_("ben"))) == ["H1", "N1", "N2"]
    assert codes(listed(client, chain.as_("sam"))) == ["N1"]
    assert codes(listed(client, chain.as_("dan"))) == []


def test_a_store_that_ben_may_not_see_is_not_there(client: FlaskClient, chain: Chain) -> None:
    south = f"{STORES}/{chain.stores['S1'].id}"
    assert client.get(south, headers=chain.as_("ana")).get_json()["code"] == "S1"
    for name in ("ben", "sam", "dan"):
        answer = client.get(south, headers=chain.as_(name))
        assert answer.status_code == 404
        assert answer.get_json()["detail"] == "There is no such store."


def test_stores_are_filtered_by_region_with_all_below_it(client: FlaskClient, chain: Chain) -> None:
    ana, regions = chain.as_("ana"), chain.regions
    assert codes(listed(client, ana, region=regions["north"].id)) == ["H1", "N1", "N2"]
    assert codes(listed(client, ana, region=regions["harbour"].id)) == ["H1"]
    assert codes(listed(client, chain.as_("ben"), region=regions["south"].id)) == []
    assert codes(listed(client, ana, code="N2")) == ["N2"]
    assert codes(listed(client, ana, code="n2")) == []


def test_the_pages_of_a_list_leave_nothing_out(client: FlaskClient, chain: Chain) -> None:
    first = listed(client, chain.as_("ana"), limit=2)
    with db.transaction(chain.organisation.id):
        add_store("A0", chain.regions["north"].id)  # arrives before where we are
        add_store("N3", chain.regions["north"].id)  # arrives after it
    second = listed(client, chain.as_("ana"), limit=2, cursor=first["next"])
    third = listed(client, chain.as_("ana"), limit=2, cursor=second["next"])
    assert [codes(page) for page in (first, second, third)] == [["H1", "N1"], ["N2", "N3"], ["S1"]]
    assert third["next"] is None


def test_a_longer_list_makes_no_more_queries(
    client: FlaskClient, chain: Chain, queries: Any
) -> None:
    headers = chain.as_("ben")
    with queries() as few:
        listed(client, headers)
    with db.transaction(chain.organisation.id):
        for number in range(20):
            add_store(f"N1{number}", chain.regions["north"].id)
    with queries() as many:
        assert len(codes(listed(client, headers))) == 23
    assert len(many) == len(few)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 201}, {"cursor": "?"}, {"region": "n"}])
def test_a_list_that_cannot_be_is_refused(
    client: FlaskClient, chain: Chain, wrong: dict[str, object]
) -> None:
    answer = client.get(STORES, query_string=wrong, headers=chain.as_("ana"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["path"] == f"query.{next(iter(wrong))}"


def test_ada_adds_a_store(client: FlaskClient, chain: Chain) -> None:
    given = new_store(
        chain,
        name="  북부 9호점 ",
        latitude=25.03,
        longitude=121.56,
        attributes={"format": "hyper", "floors": 2, "assisted_service": True},
    )
    answer = client.post(STORES, json=given, headers=chain.posting_as("ada"))
    assert answer.status_code == 201
    store = answer.get_json()
    assert store["name"] == "북부 9호점"
    assert store["attributes"] == {"format": "hyper", "floors": 2, "assisted_service": True}
    assert client.get(f"{STORES}/{store['id']}", headers=chain.as_("ben")).get_json() == store


def test_a_repeated_request_adds_one_store(client: FlaskClient, chain: Chain) -> None:
    headers = chain.posting_as("ada")
    first = client.post(STORES, json=new_store(chain), headers=headers)
    again = client.post(STORES, json=new_store(chain), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    other = client.post(STORES, json=new_store(chain), headers=chain.posting_as("ada"))
    assert other.get_json()["detail"] == "A store of this code exists already."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Seoul"),
        ("time_zone", "+09:00"),
        ("latitude", 91),
        ("longitude", -181),
        ("latitude", "NaN"),
        ("latitude", 25),  # without a longitude
        ("attributes", {"format": None}),
        ("attributes", {"format": ["super"]}),
        ("attributes", ["super"]),
        ("code", ""),
        ("name", "a\0b"),
        ("language", "tlh"),
        ("region_id", "00000000-0000-7000-8000-000000000000"),
        ("closed_at", "2026-01-01T00:00:00Z"),
    ],
)
def test_a_store_that_cannot_be_is_refused(
    client: FlaskClient, chain: Chain, field: str, value: object
) -> None:
    given = new_store(chain, **{field: value})
    answer = client.post(STORES, json=given, headers=chain.posting_as("ada"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["path"].startswith(f"json.{field}")


@pytest.mark.parametrize(
    ("attributes", "path", "message"),
    [
        ({"format": None}, "json.attributes.format", "must be text, a number, true or false"),
        ({"floors": 10**400}, "json.attributes.floors", "must be from -"),
        ({f"a{number}": 1 for number in range(51)}, "json.attributes", "must be at most 50"),
    ],
)
def test_an_attribute_that_cannot_be_is_named(
    client: FlaskClient, chain: Chain, attributes: dict[str, object], path: str, message: str
) -> None:
    given = new_store(chain, attributes=attributes)
    answer = client.post(STORES, json=given, headers=chain.posting_as("ada"))
    [error] = answer.get_json()["errors"]
    assert error["path"] == path
    assert error["message"].startswith(message)


@pytest.mark.parametrize("name", ["North\nStreet", "North\u2028Street", " \t "])
@pytest.mark.parametrize("field", ["name", "code"])
def test_a_store_is_called_by_one_line(
    client: FlaskClient, chain: Chain, field: str, name: str
) -> None:
    given = new_store(chain, **{field: name})
    answer = client.post(STORES, json=given, headers=chain.posting_as("ada"))
    assert [error["path"] for error in answer.get_json()["errors"]] == [f"json.{field}"]


def test_ada_changes_closes_and_opens_a_store(client: FlaskClient, chain: Chain) -> None:
    path = f"{STORES}/{chain.stores['S1'].id}"

    def change(**changes: object) -> Any:
        answer = client.patch(path, json=changes, headers=chain.as_("ada"))
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()

    moved = change(name="Harbour Two", region_id=str(chain.regions["harbour"].id))
    assert (moved["name"], moved["time_zone"]) == ("Harbour Two", "Asia/Seoul")
    assert "S1" in codes(listed(client, chain.as_("ben")))
    closed = change(closed=True)["closed_at"]
    assert closed is not None
    assert change(closed=True)["closed_at"] == closed
    assert codes(listed(client, chain.as_("ana"), closed=True)) == ["S1"]
    assert change(closed=False)["closed_at"] is None
    assert codes(listed(client, chain.as_("ana"), closed=True)) == []


def test_a_changed_store_must_still_be_one(client: FlaskClient, chain: Chain) -> None:
    path = f"{STORES}/{chain.stores['S1'].id}"
    for wrong in ({"time_zone": "Mars"}, {"latitude": 1}, {"latitude": None, "longitude": 2}):
        assert client.patch(path, json=wrong, headers=chain.as_("ada")).status_code == 422
    taken = client.patch(path, json={"code": "N1"}, headers=chain.as_("ada"))
    assert taken.status_code == 409


def test_sam_gets_a_second_store_and_loses_it_again(client: FlaskClient, chain: Chain) -> None:
    managers = f"{STORES}/{chain.stores['N2'].id}/managers"
    for _ in range(2):
        answer = client.put(f"{managers}/{chain.sam.id}", headers=chain.as_("ada"))
        assert answer.status_code == 204
    assert codes(listed(client, chain.as_("sam"))) == ["N1", "N2"]
    people = client.get(managers, headers=chain.as_("ada")).get_json()["people"]
    assert [person["code"] for person in people] == ["SAM"]
    for _ in range(2):
        answer = client.delete(f"{managers}/{chain.sam.id}", headers=chain.as_("ada"))
        assert answer.status_code == 204
    assert codes(listed(client, chain.as_("sam"))) == ["N1"]


def test_only_store_managers_are_bound_to_stores(client: FlaskClient, chain: Chain) -> None:
    path = f"{STORES}/{chain.stores['N2'].id}/managers/{chain.ben.id}"
    answer = client.put(path, headers=chain.as_("ada"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["message"] == "is not a store manager"
