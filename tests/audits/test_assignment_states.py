"""What becomes of an assignment: accepted, declined, not possible, given to somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from auditapi.audits.models import Assignment
from auditapi.audits.states import MAY_FOLLOW, AssignmentState, NotPossible
from auditapi.core import db
from auditapi.core.activity import Activity
from tests.factories.chain import Chain
from tests.factories.planning import add_assignment, add_round, places, publish

pytestmark = pytest.mark.database
State = AssignmentState

#: By whom, how, and into which state.
ACTIONS: dict[str, tuple[str, dict[str, Any], State]] = {
    "accept": ("cleo", {}, State.ACCEPTED),
    "decline": ("cleo", {"reason": "I am ill."}, State.DECLINED),
    "not-possible": ("cleo", {"reason": "closed", "note": ""}, State.NOT_POSSIBLE),
    "cancel": ("ana", {"reason": "The store moves."}, State.CANCELLED),
}


def act(client: FlaskClient, chain: Chain, visit: Assignment, what: str, who: str = "") -> Any:
    usual, body, _state = ACTIONS[what]
    path = f"/api/v1/assignments/{visit.id}/{what}"
    return client.post(path, json=body, headers=chain.posting_as(who or usual))


def change(client: FlaskClient, chain: Chain, visit: Assignment, **changes: Any) -> Any:
    path = f"/api/v1/assignments/{visit.id}"
    return client.patch(path, json=changes, headers=chain.as_("ana"))


def activity_of(chain: Chain, visit: Assignment) -> list[Activity]:
    with db.transaction(chain.organisation.id):
        return list(
            db.session().scalars(
                select(Activity).where(Activity.subject_id == visit.id).order_by(Activity.id)
            )
        )


@pytest.fixture
def visit(chain: Chain) -> Assignment:
    return add_assignment(chain, add_round(chain, publish(chain)))


@pytest.mark.parametrize("what", ACTIONS)
@pytest.mark.parametrize("state", State)
def test_every_step_is_taken_or_refused_as_the_table_says(
    client: FlaskClient, chain: Chain, state: State, what: str
) -> None:
    visit = add_assignment(chain, add_round(chain, publish(chain)), state=state)
    wanted = ACTIONS[what][2]
    answer = act(client, chain, visit, what)
    if wanted in MAY_FOLLOW[state] or wanted is state:
        assert (answer.status_code, answer.get_json()["state"]) == (200, wanted.value)
    else:
        assert answer.status_code == 409
        assert answer.get_json()["type"] == "/problems/wrong-state"
        assert answer.get_json()["state"] == state.value


def test_each_step_is_written_down_with_who_took_it(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    act(client, chain, visit, "accept")
    act(client, chain, visit, "not-possible")
    accepted, given_up = activity_of(chain, visit)
    assert (accepted.action, accepted.person_id) == ("assignment.accepted", chain.cleo.id)
    assert accepted.details == {"before": "offered"}
    assert given_up.action == "assignment.not_possible"
    assert given_up.details == {"before": "accepted", "reason": "closed"}


def test_a_step_told_again_days_later_changes_nothing(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    first, again = act(client, chain, visit, "accept"), act(client, chain, visit, "accept")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_json() == again.get_json()
    assert len(activity_of(chain, visit)) == 1


def test_declining_needs_a_reason(client: FlaskClient, chain: Chain, visit: Assignment) -> None:
    path = f"/api/v1/assignments/{visit.id}/decline"
    refused = client.post(path, json={"reason": " "}, headers=chain.posting_as("cleo"))
    assert list(places(refused)) == ["json.reason"]
    assert act(client, chain, visit, "decline").get_json()["state_note"] == "I am ill."


@pytest.mark.parametrize("reason", NotPossible)
def test_why_a_visit_was_not_possible_is_kept(
    client: FlaskClient, chain: Chain, visit: Assignment, reason: NotPossible
) -> None:
    body = {"reason": reason.value, "note": "A barrier stood there."}
    path = f"/api/v1/assignments/{visit.id}/not-possible"
    told = client.post(path, json=body, headers=chain.posting_as("cleo")).get_json()
    assert (told["not_possible"], told["state_note"]) == (reason.value, body["note"])
    assert told["payable"] is None


def test_head_office_decides_whether_a_wasted_journey_is_paid(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    early = change(client, chain, visit, payable=True)
    assert (early.status_code, early.get_json()["state"]) == (409, "offered")
    act(client, chain, visit, "not-possible")
    assert change(client, chain, visit, payable=True).get_json()["payable"] is True
    assert activity_of(chain, visit)[-1].action == "assignment.pay_decided"
    mixed = change(client, chain, visit, payable=True, brief={})
    assert places(mixed) == {"json.payable": "is decided alone"}


def test_only_who_is_assigned_answers_for_the_visit(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    for what in ("accept", "decline", "not-possible"):
        assert act(client, chain, visit, what, "cora").status_code == 404
        assert act(client, chain, visit, what, "dan").status_code == 404
        assert act(client, chain, visit, what, "ana").status_code == 403
        assert act(client, chain, visit, what, "sam").status_code == 403  # knows of it
    assert activity_of(chain, visit) == []


def test_another_auditor_gets_the_visit_as_a_new_offer(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    act(client, chain, visit, "accept")
    given = change(client, chain, visit, auditor_id=str(chain.cora.id)).get_json()
    assert (given["state"], given["auditor_id"]) == ("offered", str(chain.cora.id))
    path = f"/api/v1/assignments/{visit.id}"
    assert client.get(path, headers=chain.as_("cleo")).status_code == 404
    assert act(client, chain, visit, "accept", "cora").status_code == 200
    actions = [row.action for row in activity_of(chain, visit)]
    assert actions == [
        "assignment.accepted",
        "assignment.changed",
        "assignment.offered",
        "assignment.accepted",
    ]


def test_a_declined_visit_offered_again_has_forgotten_why(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    act(client, chain, visit, "not-possible")
    again = change(client, chain, visit, auditor_id=str(chain.cleo.id)).get_json()
    assert (again["state"], again["not_possible"], again["state_note"]) == ("offered", None, None)


def test_a_better_brief_alone_does_not_ask_again(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    act(client, chain, visit, "decline")
    told = change(client, chain, visit, brief={"bay": "Bay 9"}).get_json()
    assert (told["state"], told["state_note"]) == ("declined", "I am ill.")
    assert change(client, chain, visit).get_json() == told


def test_another_time_has_to_be_accepted_anew_but_another_brief_has_not(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    act(client, chain, visit, "accept")
    brief = {"bay": "Bay 9"}
    told = change(client, chain, visit, brief=brief).get_json()
    assert (told["state"], told["brief"]) == ("accepted", brief)
    later = change(client, chain, visit, not_after="2026-11-20T19:30:00").get_json()
    assert (later["state"], later["not_after"]) == ("offered", "2026-11-20T19:30:00+09:00")
    assert later["not_before"] == "2026-11-20T10:00:00+09:00"


def test_a_change_is_checked_like_a_new_visit(
    client: FlaskClient, chain: Chain, visit: Assignment
) -> None:
    refused = change(client, chain, visit, not_after="2026-12-24T10:00:00")
    assert list(places(refused)) == ["json.not_after"]
    nobody = change(client, chain, visit, auditor_id=str(chain.dan.id))
    assert places(nobody) == {"json.auditor_id": "is not a person here"}


def test_an_assignment_does_not_stand_in_its_own_way(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain), minimum_days_between=30)
    visit = add_assignment(chain, round_)
    moved = change(client, chain, visit, not_after="2026-11-21T18:00:00")
    assert moved.status_code == 200


@pytest.mark.parametrize("state", [State.CANCELLED, State.DONE])
def test_what_is_over_is_not_given_to_somebody_else(
    client: FlaskClient, chain: Chain, state: State
) -> None:
    visit = add_assignment(chain, add_round(chain, publish(chain)), state=state)
    answer = change(client, chain, visit, auditor_id=str(chain.cora.id))
    assert (answer.status_code, answer.get_json()["state"]) == (409, state.value)
