"""Who may read which checklist: nothing tells a store how a mystery shop is prepared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.checklists.builders import Data, data, item, section
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
CHECKLISTS = "/api/v1/checklists"
SHIPPED = Path(__file__).parents[2] / "checklists"


def publish(client: FlaskClient, chain: Chain, body: Data) -> None:
    answer = client.post(CHECKLISTS, json=body, headers=chain.posting_as("ada"))
    assert answer.status_code == 201, answer.get_json()


def statuses(client: FlaskClient, chain: Chain, path: str) -> dict[str, int]:
    return {
        name: client.get(f"{CHECKLISTS}{path}", headers=chain.as_(name)).status_code
        for name in ("ada", "ana", "ben", "cleo", "sam", "dan")
    }


def listed(client: FlaskClient, chain: Chain, name: str) -> list[str]:
    body = client.get(CHECKLISTS, headers=chain.as_(name)).get_json()
    return [row["key"] for row in body["checklists"]]


@pytest.fixture
def shipped(client: FlaskClient, chain: Chain) -> None:
    for path in sorted(SHIPPED.glob("*.yaml")):
        answer = client.post(
            CHECKLISTS,
            data=path.read_bytes(),
            content_type="application/yaml",
            headers=chain.posting_as("ada"),
        )
        assert answer.status_code == 201, answer.get_json()


@pytest.mark.usefixtures("shipped")
def test_store_people_read_the_self_check_only(client: FlaskClient, chain: Chain) -> None:
    everything = ["after-sales-desk", "complaint-desk", "service-standard", "store-self-check"]
    for name in ("ada", "ana", "cleo"):
        assert listed(client, chain, name) == everything
    for name in ("ben", "sam"):
        assert listed(client, chain, name) == ["store-self-check"]
    assert listed(client, chain, "dan") == []


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("path", ["/versions/1", "/newest"])
def test_the_service_standard_does_not_exist_for_store_people(
    client: FlaskClient, chain: Chain, path: str
) -> None:
    assert statuses(client, chain, f"/service-standard{path}") == {
        **{"ada": 200, "ana": 200, "cleo": 200},
        **{"ben": 404, "sam": 404, "dan": 404},
    }
    assert statuses(client, chain, f"/store-self-check{path}") == {
        **{"ada": 200, "ana": 200, "cleo": 200, "ben": 200, "sam": 200},
        **{"dan": 404},
    }


@pytest.mark.usefixtures("shipped")
def test_a_phone_that_has_it_already_learns_nothing_either(
    client: FlaskClient, chain: Chain
) -> None:
    path = f"{CHECKLISTS}/service-standard/versions/1"
    etag = client.get(path, headers=chain.as_("cleo")).headers["ETag"]
    answer = client.get(path, headers={**chain.as_("sam"), "If-None-Match": etag})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "secret",
    [
        {"audience": "head_office"},
        {"show_if": {"assignment": "covert", "is": True}},
        {"show_if": {"not": {"assignment": "covert", "is": True}}},
        {"show_if": {"assignment": "scenario", "is": "angry"}},
        {"show_if": {"assignment": "purchase", "is": True}},
        {"show_if": {"assignment": "kind", "is": "mystery_shop"}},
        {"show_if": {"any": [{"assignment": "kind", "in": ["self_check", "mystery_shop"]}]}},
        {"evidence": [{"needs": "photo", "when": "no", "covert": "comment"}]},
    ],
)
def test_one_word_about_mystery_shops_closes_a_checklist(
    client: FlaskClient, chain: Chain, secret: dict[str, Any]
) -> None:
    publish(client, chain, data(section("A", item("A1", weight=1), item("A2", **secret))))
    assert listed(client, chain, "cleo") == ["demo"]
    assert listed(client, chain, "sam") == []


OPEN = ["announced_audit", "self_check", "staff_observation"]


@pytest.mark.parametrize(
    "show_if",
    [
        {"not": {"assignment": "kind", "in": ["announced_audit", "self_check"]}},
        {"not": {"assignment": "kind", "is": "self_check"}},
        {"not": {"any": [{"assignment": "kind", "is": kind} for kind in OPEN]}},
        {"any": [{"item": "A1", "is": "no"}, {"not": {"assignment": "kind", "in": OPEN}}]},
        {"not": {"item": "A0", "is": "no"}},
        {"item": "A0", "answered": False},
    ],
)
def test_what_only_mystery_shops_ask_closes_a_checklist_without_the_word(
    client: FlaskClient, chain: Chain, show_if: dict[str, Any]
) -> None:
    announced = item("A0", show_if={"assignment": "kind", "in": OPEN})
    publish(
        client,
        chain,
        data(section("A", announced, item("A1", weight=1), item("A2", show_if=show_if))),
    )
    path = "/demo/versions/1"
    assert statuses(client, chain, path) == {
        **{"ada": 200, "ana": 200, "cleo": 200},
        **{"ben": 404, "sam": 404, "dan": 404},
    }
    assert listed(client, chain, "sam") == []


def test_whether_stores_may_read_is_asked_once_for_all_versions(
    client: FlaskClient, chain: Chain, queries: Any
) -> None:
    made = []
    for version in range(1, 4):
        publish(client, chain, data(section("A", item("A1", weight=version))))
        listed(client, chain, "sam")
        with queries() as sent:
            assert listed(client, chain, "sam") == ["demo"]
        made.append(len(sent))
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize(
    "open_to_all",
    [
        {"show_if": {"assignment": "kind", "in": ["announced_audit", "self_check"]}},
        {"show_if": {"store": "format", "is": "super"}},
        {"show_if": {"assignment": "kind", "answered": True}},
        {"show_if": {"not": {"not": {"assignment": "kind", "is": "self_check"}}}},
        {"evidence": [{"needs": "photo", "when": "no"}]},
    ],
)
def test_what_any_visitor_may_know_stores_may_know(
    client: FlaskClient, chain: Chain, open_to_all: dict[str, Any]
) -> None:
    publish(client, chain, data(section("A", item("A1", weight=1), item("A2", **open_to_all))))
    assert listed(client, chain, "sam") == ["demo"]
    assert listed(client, chain, "ben") == ["demo"]
