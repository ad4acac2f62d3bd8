"""Many stores at once, or none."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.chain import Chain

pytestmark = pytest.mark.database
IMPORT = "/api/v1/stores/import"


def row(code: str, **changes: object) -> dict[str, object]:
    return {"code": code, "name": code, "region": "south", "time_zone": "Asia/Seoul", **changes}


def send(client: FlaskClient, chain: Chain, body: object, name: str = "ada") -> Any:
    return client.post(IMPORT, json=body, headers=chain.posting_as(name))


def test_ada_imports_the_south(client: FlaskClient, chain: Chain) -> None:
    rows = [row("S2"), row("S3", region="harbour", attributes={"format": "super"})]
    answer = send(client, chain, {"stores": rows})
    assert answer.status_code == 201
    stores = {store["code"]: store for store in answer.get_json()["stores"]}
    assert stores["S2"]["region_id"] == str(chain.regions["south"].id)
    assert stores["S3"]["region_id"] == str(chain.regions["harbour"].id)
    assert stores["S3"]["attributes"] == {"format": "super"}


def test_everything_wrong_is_told_at_once_and_nothing_is_imported(
    client: FlaskClient, chain: Chain
) -> None:
    rows = [
        row("S2"),
        row("S3", time_zone="Seoul"),
        row("N1"),
        row("S2"),
        row("S5", region="nowhere"),
        "not a store",
        row("S6", latitude=200, longitude=1, colour="red"),
    ]
    answer = send(client, chain, {"stores": rows})
    assert answer.status_code == 422
    assert [error["path"] for error in answer.get_json()["errors"]] == [
        "json.stores[1].time_zone",
        "json.stores[2].code",
        "json.stores[3].code",
        "json.stores[4].region",
        "json.stores[5]._schema",
        "json.stores[6].latitude",
        "json.stores[6].colour",
    ]
    listed = client.get("/api/v1/stores", headers=chain.as_("ada")).get_json()["stores"]
    assert [store["code"] for store in listed] == ["H1", "N1", "N2", "S1"]


@pytest.mark.parametrize("body", [[], {}, {"stores": []}, {"stores": "N1"}, {"stores": None}, 7])
def test_what_is_no_list_of_stores_is_refused(
    client: FlaskClient, chain: Chain, body: object
) -> None:
    answer = send(client, chain, body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_a_body_that_is_no_json_is_refused(client: FlaskClient, chain: Chain) -> None:
    headers = {**chain.posting_as("ada"), "Content-Type": "application/json"}
    assert client.post(IMPORT, data=b"{", headers=headers).status_code == 400


def test_regions_of_another_chain_are_not_known(client: FlaskClient, chain: Chain) -> None:
    answer = send(client, chain, {"stores": [row("S2")]}, "dan")
    assert answer.get_json()["errors"] == [
        {"path": "json.stores[0].region", "message": "is not the code of a region"}
    ]


def test_the_import_of_many_stores_takes_few_queries(
    client: FlaskClient, chain: Chain, queries: Any
) -> None:
    chain.as_("ada")
    with queries() as made:
        assert (
            send(client, chain, {"stores": [row(f"M{n}") for n in range(100)]}).status_code == 201
        )
    assert len(made) < 30
