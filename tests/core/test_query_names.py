"""Names in the query that the contract does not know: refused, or all else would come back."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.contract.who_may import QUERIES, WHO_MAY, operations
from tests.factories.chain import Chain

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("/audits?kindd=self_check", "is not known here; did you mean kind?"),
        ("/rounds?page=2", "is not known here; known are cursor, limit"),
        ("/me?verbose=1", "is not known here; this address takes no query"),
    ],
)
def test_an_unknown_name_is_refused_with_the_one_that_may_be_meant(
    client: FlaskClient, chain: Chain, address: str, message: str
) -> None:
    answer = client.get(f"/api/v1{address}", headers=chain.as_("ana"))
    assert (answer.status_code, answer.get_json()["type"]) == (422, "/problems/invalid")
    [place] = answer.get_json()["errors"]
    assert place == {"path": f"query.{address.split('?')[1].split('=')[0]}", "message": message}


def test_every_route_of_the_contract_refuses_it_and_knows_its_own(
    app: Flask, client: FlaskClient, chain: Chain
) -> None:
    found = operations(app)
    answers = {}
    for name, operation in found.items():
        person = WHO_MAY.get(name, "ada").split()[0]
        answer = client.open(
            operation.path(app), method=operation.method, headers=chain.as_(person),
            query_string={**QUERIES.get(name, {}), "surprise": "1"},
        )  # fmt: skip
        answers[name] = answer.status_code
        if operation.method != "HEAD":
            [place] = answer.get_json()["errors"]
            assert place["path"] == "query.surprise", name
    assert len(answers) > 75
    assert {name for name, status in answers.items() if status != 422} == set()


@pytest.mark.parametrize(
    "address", ["/healthz", "/api/docs", "/api/openapi.json", "/verify", "/app", "/problems/stale"]
)
def test_what_people_open_in_a_browser_takes_what_others_hang_on_it(
    client: FlaskClient, address: str
) -> None:
    plain = client.get(address).status_code
    assert plain < 400
    assert client.get(f"{address}?utm_source=mail").status_code == plain
