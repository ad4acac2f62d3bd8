"""Who sees which assignment, and lists of them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from uuid_utils.compat import uuid7

from auditapi.audits.states import AssignmentState, Scenario, VisitKind
from tests.factories.chain import Chain
from tests.factories.planning import (
    BRIEF,
    add_assignment,
    add_round,
    listed,
    offer,
    places,
    publish,
)

pytestmark = pytest.mark.database
MYSTERY = VisitKind.MYSTERY_SHOP


def test_store_people_never_see_a_mystery_shop(client: FlaskClient, chain: Chain) -> None:
    version = publish(chain)
    shop = add_assignment(chain, add_round(chain, version, MYSTERY), scenario=Scenario.GENTLE)
    theirs = add_assignment(chain, add_round(chain, version, MYSTERY), auditor="sam")
    watched = add_assignment(chain, add_round(chain, version, VisitKind.STAFF_OBSERVATION))
    known = add_assignment(chain, add_round(chain, version))
    for who in ("sam", "ben"):
        assert [row["id"] for row in listed(client, chain, who)] == [str(known.id)]
        for hidden in (shop, theirs, watched):
            path = f"/api/v1/assignments/{hidden.id}"
            assert client.get(path, headers=chain.as_(who)).status_code == 404
    acceptance = client.post(
        f"/api/v1/assignments/{theirs.id}/accept", headers=chain.posting_as("sam")
    )
    assert acceptance.status_code == 404


def test_a_store_learns_of_an_announced_audit_but_not_who_comes_or_what_is_asked(
    client: FlaskClient, chain: Chain
) -> None:
    known = add_assignment(chain, add_round(chain, publish(chain)), brief=BRIEF)
    seen = client.get(f"/api/v1/assignments/{known.id}", headers=chain.as_("sam")).get_json()
    assert (seen["auditor_id"], seen["brief"], seen["state_note"]) == (None, {}, None)
    assert seen["not_before"] == "2026-11-20T10:00:00+09:00"
    own = client.get(f"/api/v1/assignments/{known.id}", headers=chain.as_("cleo")).get_json()
    assert (own["auditor_id"], own["brief"]) == (str(chain.cleo.id), BRIEF)


def test_store_people_see_only_their_own_stores(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain))
    visits = {code: str(add_assignment(chain, round_, code).id) for code in chain.stores}
    assert [row["id"] for row in listed(client, chain, "sam")] == [visits["N1"]]
    north = {visits[code] for code in ("N1", "N2", "H1")}
    assert {row["id"] for row in listed(client, chain, "ben")} == north
    path = f"/api/v1/assignments/{visits['S1']}"
    assert client.get(path, headers=chain.as_("ben")).status_code == 404


def test_auditors_see_their_own_only(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain), MYSTERY)
    mine = add_assignment(chain, round_)
    other = add_assignment(chain, round_, "N2", auditor="cora")
    assert [row["id"] for row in listed(client, chain, "cleo")] == [str(mine.id)]
    path = f"/api/v1/assignments/{other.id}"
    assert client.get(path, headers=chain.as_("cleo")).status_code == 404
    assert client.get(path, headers=chain.as_("ana")).status_code == 200


def test_another_chain_sees_and_changes_nothing(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain))
    visit = add_assignment(chain, round_)
    path = f"/api/v1/assignments/{visit.id}"
    assert listed(client, chain, "dan") == []
    assert client.get(path, headers=chain.as_("dan")).status_code == 404
    assert client.patch(path, json={"brief": {}}, headers=chain.as_("dan")).status_code == 404
    cancel = client.post(f"{path}/cancel", json={}, headers=chain.posting_as("dan"))
    assert cancel.status_code == 404
    assert list(places(offer(client, chain, round_, "dan"))) == [
        "json.round_id",
        "json.store_id",
        "json.auditor_id",
    ]


@pytest.mark.parametrize("who", ["ben", "cleo", "sam"])
def test_only_head_office_assigns(client: FlaskClient, chain: Chain, who: str) -> None:
    round_ = add_round(chain, publish(chain))
    visit = add_assignment(chain, round_)
    path = f"/api/v1/assignments/{visit.id}"
    assert offer(client, chain, round_, who).status_code == 403
    bulk = client.post("/api/v1/assignments/bulk", json={}, headers=chain.posting_as(who))
    assert bulk.status_code == 403
    assert client.patch(path, json={}, headers=chain.as_(who)).status_code == 403
    cancel = client.post(f"{path}/cancel", json={}, headers=chain.posting_as(who))
    assert cancel.status_code == 403


def test_without_a_token_no_assignment_is_seen(client: FlaskClient, chain: Chain) -> None:
    assert client.get("/api/v1/assignments").status_code == 401
    assert client.get(f"/api/v1/assignments/{uuid7()}").status_code == 401


# ---- lists -------------------------------------------------------------------------------------


def test_assignments_are_filtered(client: FlaskClient, chain: Chain) -> None:
    version = publish(chain)
    autumn, winter = add_round(chain, version), add_round(chain, version, name="Winter")
    first = add_assignment(chain, autumn, "N1")
    second = add_assignment(chain, autumn, "N2", state=AssignmentState.ACCEPTED)
    third = add_assignment(chain, winter, "N1", "cora", state=AssignmentState.DONE)
    expected = {
        f"?round={autumn.id}": [second, first],
        f"?store={chain.stores['N1'].id}": [third, first],
        f"?auditor={chain.cora.id}": [third],
        "?state=done": [third],
        "?state=accepted&state=done": [third, second],
        f"?round={autumn.id}&state=done": [],
    }
    for query, rows in expected.items():
        found = [row["id"] for row in listed(client, chain, "ana", query)]
        assert found == [str(row.id) for row in rows], query


def test_pages_follow_each_other_and_long_ones_cost_no_more_queries(
    client: FlaskClient, chain: Chain, queries: Any
) -> None:
    round_ = add_round(chain, publish(chain))
    made = [str(add_assignment(chain, round_, store).id) for store in ("N1", "N2", "H1", "S1")]
    headers = chain.as_("ana")
    with queries() as few:
        first = client.get("/api/v1/assignments?limit=1", headers=headers).get_json()
    with queries() as many:
        path = f"/api/v1/assignments?cursor={first['next']}"
        rest = client.get(path, headers=headers).get_json()
    assert [row["id"] for row in first["assignments"] + rest["assignments"]] == made[::-1]
    assert rest["next"] is None
    assert len(many) == len(few)
