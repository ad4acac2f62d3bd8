"""Rounds: which stores they visit, how far they have come, and how they end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from uuid_utils.compat import uuid7

from auditapi.audits.models import Audit, Round
from auditapi.audits.planning import rules
from auditapi.audits.states import Acceptance, AssignmentState, Delivery, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.activity import Activity
from tests.factories.chain import Chain
from tests.factories.planning import add_assignment, add_round, proposal, publish

pytestmark = pytest.mark.database


def wanted(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Autumn",
        "period_from": "2026-11-01",
        "period_until": "2026-11-30",
        "checklist": {"key": "small"},
        "kind": "announced_audit",
        **changes,
    }


def post(client: FlaskClient, chain: Chain, who: str = "ana", **changes: Any) -> Any:
    return client.post("/api/v1/rounds", json=wanted(**changes), headers=chain.posting_as(who))


def places(answer: Any) -> dict[str, str]:
    return {error["path"]: error["message"] for error in answer.get_json()["errors"]}


def actions(chain: Chain) -> list[str]:
    with db.transaction(chain.organisation.id):
        return list(db.session().scalars(select(Activity.action).order_by(Activity.id)))


def publish_second(chain: Chain, first: ChecklistVersion, **changes: Any) -> None:
    with db.transaction(chain.organisation.id):
        second = ChecklistVersion(
            key=first.key, number=2, sha256="2" * 64, title={}, document={}, **changes
        )
        db.session().add(second)


def test_ana_makes_a_round_of_all_stores_and_reads_it_again(
    client: FlaskClient, chain: Chain
) -> None:
    publish(chain)
    made = post(client, chain, quotas={"weekday": {"sat": 4}}, minimum_days_between=30)
    assert made.status_code == 201
    body = made.get_json()
    assert body["checklist"]["version"] == 1
    assert set(body["stores"]) == {str(store.id) for store in chain.stores.values()}
    assert (body["seed"], body["closed_at"]) == (None, None)
    again = client.get(f"/api/v1/rounds/{body['id']}", headers=chain.as_("ada")).get_json()
    assert again.pop("progress")["quotas"] == {"weekday": {"sat": {"wanted": 4, "filled": 0}}}
    assert again == body
    assert "round.created" in actions(chain)


def test_a_random_sample_can_be_drawn_again_from_what_is_told(
    client: FlaskClient, chain: Chain
) -> None:
    publish(chain)
    body = post(client, chain, sampling="random_sample", sample_size=2).get_json()
    pool = [store.id for store in chain.stores.values()]
    assert body["seed"] is not None
    assert sorted(body["sampled_from"]) == sorted(map(str, pool))
    assert body["stores"] == [str(store) for store in rules.draw(body["seed"], pool, 2)]
    same = post(client, chain, sampling="random_sample", sample_size=2, seed=body["seed"])
    assert same.get_json()["stores"] == body["stores"]


def test_a_round_of_a_region_takes_in_the_regions_below_it(
    client: FlaskClient, chain: Chain
) -> None:
    publish(chain)
    body = post(client, chain, region_id=str(chain.regions["north"].id)).get_json()
    assert set(body["stores"]) == {str(chain.stores[code].id) for code in ("N1", "N2", "H1")}


def test_typical_stores_are_named_by_hand(client: FlaskClient, chain: Chain) -> None:
    publish(chain)
    named = [str(chain.stores["S1"].id)]
    assert post(client, chain, sampling="typical", stores=named).get_json()["stores"] == named
    assert places(post(client, chain, sampling="typical")) == {
        "json.stores": "are needed: name the typical ones"
    }


def test_the_newest_version_is_taken_once_its_moment_has_come(
    client: FlaskClient, chain: Chain
) -> None:
    first = publish(chain)
    publish_second(chain, first, available_from=datetime(2099, 1, 1, tzinfo=UTC))
    assert post(client, chain).get_json()["checklist"]["version"] == 1
    named = post(client, chain, checklist={"key": "small", "version": 2})
    assert named.get_json()["checklist"]["version"] == 2


def test_a_withdrawn_version_is_not_handed_out(client: FlaskClient, chain: Chain) -> None:
    first = publish(chain)
    publish_second(chain, first, withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert post(client, chain).get_json()["checklist"]["version"] == 1
    refused = post(client, chain, checklist={"key": "small", "version": 2})
    assert places(refused) == {"json.checklist": "is not a checklist that is published here"}


def test_everything_that_is_wrong_with_a_round_is_told_at_once(
    client: FlaskClient, chain: Chain
) -> None:
    answer = post(
        client,
        chain,
        checklist={"key": "unknown"},
        sampling="random_sample",
        sample_size=3,
        stores=[str(chain.stores["N1"].id), str(uuid7())],
    )
    assert answer.status_code == 422
    assert places(answer) == {
        "json.stores[1]": "is not a store that is open",
        "json.checklist": "is not a checklist that is published here",
        "json.sample_size": "must be from 1 to 2",
    }


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"period_until": "2026-10-31"}, "json.period_until"),
        ({"quotas": {"weekday": {"someday": 1}}}, "json.quotas.weekday.someday.key"),
        ({"seed": 5}, "json.seed"),
        ({"sample_size": 2}, "json.sample_size"),
        ({"minimum_days_between": -1}, "json.minimum_days_between"),
        ({"region_id": "0190163d-8694-739b-aea5-966c26f8ad91"}, "json.region_id"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(
    client: FlaskClient, chain: Chain, changes: dict[str, Any], path: str
) -> None:
    publish(chain)
    answer = post(client, chain, **changes)
    assert answer.status_code == 422
    assert list(places(answer)) == [path]


def add_visit(chain: Chain, round_: Round, store: str, began: str, **changes: Any) -> None:
    """An assignment that is done, and its audit."""
    done = add_assignment(chain, round_, store, state=AssignmentState.DONE)
    with db.transaction(chain.organisation.id):
        audit = Audit(
            id=uuid7(),
            auditor_id=chain.cleo.id,
            store_id=chain.stores[store].id,
            assignment_id=done.id,
            document_sha256="0" * 64,
            started_at=datetime.fromisoformat(began),
            delivery=Delivery.DELIVERED,
            **{"acceptance": Acceptance.ACCEPTED, **changes},
        )
        db.session().add(audit)


def test_progress_counts_states_and_fills_quotas_by_the_stores_clock(
    client: FlaskClient, chain: Chain
) -> None:
    quotas = {"weekday": {"sat": 2, "fri": 1}, "daypart": {"morning": 3}}
    round_ = add_round(chain, publish(chain), quotas=quotas)
    add_visit(chain, round_, "N1", "2026-11-20T23:30:00+00:00")  # Saturday, 8:30 in Seoul
    add_visit(chain, round_, "N2", "2026-11-21T02:00:00+00:00", acceptance=Acceptance.REJECTED)
    add_assignment(chain, round_, "H1")
    add_assignment(chain, round_, "S1", state=AssignmentState.ACCEPTED)
    answer = client.get(f"/api/v1/rounds/{round_.id}", headers=chain.as_("ana"))
    progress = answer.get_json()["progress"]
    assert progress["by_state"] == {
        "offered": 1,
        "accepted": 1,
        "declined": 0,
        "done": 2,
        "cancelled": 0,
        "not_possible": 0,
    }
    assert progress["quotas"] == {
        "weekday": {"sat": {"wanted": 2, "filled": 1}, "fri": {"wanted": 1, "filled": 0}},
        "daypart": {"morning": {"wanted": 3, "filled": 1}},
    }


def test_closing_a_round_asks_before_it_cancels_open_visits(
    client: FlaskClient, chain: Chain
) -> None:
    round_ = add_round(chain, publish(chain))
    visit = add_assignment(chain, round_)
    path = f"/api/v1/rounds/{round_.id}/close"
    refused = client.post(path, json={}, headers=chain.posting_as("ana"))
    assert refused.status_code == 409
    assert refused.get_json()["type"] == "/problems/wrong-state"
    assert refused.get_json()["open_assignments"] == 1
    closed = client.post(path, json={"cancel_open": True}, headers=chain.posting_as("ana"))
    assert closed.get_json()["closed_at"] is not None
    seen = client.get(f"/api/v1/assignments/{visit.id}", headers=chain.as_("cleo")).get_json()
    assert (seen["state"], seen["state_note"]) == ("cancelled", "Round closed: Autumn")
    assert {"assignment.cancelled", "round.closed"} < set(actions(chain))
    again = client.post(path, json={}, headers=chain.posting_as("ana"))
    assert (again.status_code, again.get_json()["state"]) == (409, "closed")


def test_a_closed_round_takes_no_visit_more(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain), closed_at=datetime(2026, 11, 20, tzinfo=UTC))
    answer = client.post(
        "/api/v1/assignments", json=proposal(chain, round_), headers=chain.posting_as("ana")
    )
    assert places(answer) == {"json.round_id": "is a round that is closed"}


def test_rounds_come_in_pages_with_a_number_of_queries_that_does_not_grow(
    client: FlaskClient, chain: Chain, queries: Any
) -> None:
    version = publish(chain)
    names = [add_round(chain, version, name=f"Round {number}").name for number in range(5)]
    headers = chain.as_("ana")
    with queries() as few:
        first = client.get("/api/v1/rounds?limit=1", headers=headers).get_json()
    with queries() as many:
        rest = client.get(f"/api/v1/rounds?cursor={first['next']}", headers=headers).get_json()
    assert [row["name"] for row in first["rounds"] + rest["rounds"]] == names[::-1]
    assert rest["next"] is None
    assert len(many) == len(few)


@pytest.mark.parametrize("who", ["ben", "cleo", "sam"])
def test_rounds_are_head_offices(client: FlaskClient, chain: Chain, who: str) -> None:
    round_ = add_round(chain, publish(chain), VisitKind.MYSTERY_SHOP)
    path = f"/api/v1/rounds/{round_.id}"
    assert post(client, chain, who).status_code == 403
    assert client.get("/api/v1/rounds", headers=chain.as_(who)).status_code == 403
    assert client.get(path, headers=chain.as_(who)).status_code == 403
    closing = client.post(f"{path}/close", json={}, headers=chain.posting_as(who))
    assert closing.status_code == 403


def test_dan_of_another_chain_finds_no_round_here(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain))
    path = f"/api/v1/rounds/{round_.id}"
    assert client.get(path, headers=chain.as_("dan")).status_code == 404
    closing = client.post(f"{path}/close", json={}, headers=chain.posting_as("dan"))
    assert closing.status_code == 404
    assert client.get("/api/v1/rounds", headers=chain.as_("dan")).get_json()["rounds"] == []
    assert places(post(client, chain, "dan", stores=[str(chain.stores["N1"].id)])) == {
        "json.stores[0]": "is not a store that is open",
        "json.checklist": "is not a checklist that is published here",
    }


def test_without_a_token_there_are_no_rounds(client: FlaskClient, chain: Chain) -> None:
    assert client.get("/api/v1/rounds").status_code == 401
    assert client.post("/api/v1/rounds", json=wanted()).status_code == 401
