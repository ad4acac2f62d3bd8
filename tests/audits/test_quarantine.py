"""Quarantine: listed with its reasons, accepted, accepted with changes, rejected; lost photos."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from auditapi.audits.models import Audit, AuditPhoto, Revision
from auditapi.audits.score_models import ScoreRow
from auditapi.audits.states import PhotoState, Release
from auditapi.core import db
from tests.factories.chain import Chain
from tests.factories.reviews import Desk, places, problem
from tests.factories.visits import GOOD, Visit, fresh_jpeg, publish, visit

pytestmark = pytest.mark.database
OTHERS = [("cleo", 403), ("sam", 403), ("ben", 403), ("dan", 404)]


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


@pytest.fixture
def unasked(desk: Desk) -> Visit:
    """cleo came though nobody asked; the answers are fine."""
    return desk.send(visit(desk.chain, desk.version))


@pytest.fixture
def unfinished(desk: Desk) -> Visit:
    """A required answer is missing."""
    return desk.send(desk.visit(answers={"A1": {"value": "yes"}, "A2": {"value": 4}}))


def accept(desk: Desk, what: Visit, who: str = "ana", **changes: Any) -> Any:
    return desk.post(who, f"/audits/{what.id}/accept", **{"reason": "I know of it.", **changes})


def declare_lost(desk: Desk, what: Visit, who: str = "ana", **body: Any) -> Any:
    body = {"reason": "The phone was stolen.", **body}
    return desk.post(who, f"/audits/{what.id}/photos/lost", **body)


def test_the_list_says_what_waits_and_why(desk: Desk, unasked: Visit, unfinished: Visit) -> None:
    rows = desk.get("ana", "/quarantine").get_json()["audits"]
    assert [row["id"] for row in rows] == [unasked.id, unfinished.id]
    assert [row["reasons"][0]["code"] for row in rows] == ["no_assignment", "required"]
    assert rows[1]["reasons"][0]["place"] == "answers.B1"
    assert rows[0]["auditor"]["name"] == "Cleo Example"


@pytest.mark.parametrize(("who", "status"), [("cleo", 403), ("sam", 403), ("ben", 403)])
def test_others_have_no_quarantine_to_look_at(
    desk: Desk, unasked: Visit, who: str, status: int
) -> None:
    assert desk.get(who, "/quarantine").status_code == status


def test_another_chain_sees_its_own_quarantine_only(desk: Desk, unasked: Visit) -> None:
    assert desk.get("dan", "/quarantine").get_json()["audits"] == []


def test_the_list_takes_as_many_queries_for_twelve_as_for_one(desk: Desk, queries: Any) -> None:
    desk.chain.as_("ana")
    desk.send(visit(desk.chain, desk.version))
    desk.get("ana", "/quarantine")
    with queries() as for_one:
        desk.get("ana", "/quarantine")
    for _ in range(11):
        desk.send(visit(desk.chain, desk.version, fresh_jpeg()), photos=False)
    with queries() as for_twelve:
        rows = desk.get("ana", "/quarantine").get_json()["audits"]
    assert len(rows) == 12
    assert len(for_twelve) == len(for_one)


def test_accepting_what_is_delivered_completes_it(desk: Desk, unasked: Visit) -> None:
    answer = accept(desk, unasked)
    assert answer.status_code == 200, answer.get_json()
    body = answer.get_json()
    assert (body["acceptance"], body["release"], body["revision"]) == ("accepted", "released", 1)
    assert len(desk.activities("audit.completed")) == 1
    assert desk.activities("audit.accepted")[0]["reasons"][0]["code"] == "no_assignment"


def test_what_is_accepted_before_its_photos_completes_with_the_last_one(desk: Desk) -> None:
    photo = fresh_jpeg()
    audit = desk.send(visit(desk.chain, desk.version, photo), photos=False)
    assert accept(desk, audit).get_json()["completed_at"] is None
    desk.send_photo(photo)
    assert desk.row(audit).completed_at is not None


@pytest.mark.parametrize(("who", "status"), OTHERS)
def test_others_accept_and_reject_nothing(
    desk: Desk, unasked: Visit, who: str, status: int
) -> None:
    assert accept(desk, unasked, who).status_code == status
    refused = desk.post(who, f"/audits/{unasked.id}/reject", reason="no")
    assert refused.status_code == status
    assert desk.row(unasked).acceptance.value == "quarantined"


def test_what_can_not_be_scored_is_not_accepted_as_it_is(desk: Desk, unfinished: Visit) -> None:
    answer = accept(desk, unfinished)
    assert problem(answer) == (422, "invalid")
    assert places(answer) == {"answers.B1"}
    assert desk.row(unfinished).acceptance.value == "quarantined"
    assert desk.activities("audit.accepted") == []


def test_a_reviewers_changes_make_it_count(desk: Desk, unfinished: Visit) -> None:
    greeted = {"item": "B1", "answer": {"value": "yes"}, "reason": "It is in the note."}
    answer = accept(desk, unfinished, changes=[greeted])
    assert answer.status_code == 200, answer.get_json()
    with db.transaction(desk.chain.organisation.id) as session:
        first = session.scalars(select(Revision)).one()
        assert (first.number, first.author_id) == (1, desk.chain.ana.id)
        assert first.changes == [{**greeted, "before": None}]
        assert session.scalars(select(ScoreRow.revision)).all() == [1]


def test_changes_wait_until_the_photos_are_here(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg(), answers={**GOOD, "A2": None}), photos=False)
    change = {"item": "A2", "answer": {"value": 3}}
    answer = accept(desk, audit, changes=[change])
    assert problem(answer) == (409, "wrong-state")
    assert answer.get_json()["state"] == "awaiting_photos and quarantined"


def test_changes_to_nothing_are_refused(desk: Desk, unfinished: Visit) -> None:
    answer = accept(desk, unfinished, changes=[{"item": "Z9", "answer": {"value": "yes"}}])
    assert (problem(answer), places(answer)) == ((422, "invalid"), {"json.changes[0].item"})


def test_an_answer_of_null_can_be_taken_away(desk: Desk) -> None:
    audit = desk.send(desk.visit(answers={**GOOD, "B2": None}))
    away = {"item": "B2", "answer": None, "reason": "Nothing was written."}
    assert accept(desk, audit, changes=[away]).status_code == 200
    assert desk.row(audit).completed_at is not None


@pytest.fixture
def vague(desk: Desk) -> Visit:
    """Neither where nor when; its answers are fine."""
    return desk.send(desk.visit(started_at="some day", store_id=None))


def known(desk: Desk, store: str = "N1", **more: Any) -> dict[str, Any]:
    began = {"started_at": "2026-11-20T00:15:00+09:00"}
    return {"store_id": str(desk.chain.stores[store].id), **began, **more}


def test_a_document_that_says_too_little_stays(desk: Desk, vague: Visit) -> None:
    answer = accept(desk, vague)
    assert problem(answer) == (422, "invalid")
    assert places(answer) == {"json.facts.started_at", "json.facts.store_id"}


def test_what_a_reviewer_knows_makes_it_whole(desk: Desk, vague: Visit) -> None:
    answer = accept(desk, vague, facts=known(desk))
    assert answer.status_code == 200, answer.get_json()
    row = desk.row(vague)
    assert (row.store_id, str(row.visited_on)) == (desk.chain.stores["N1"].id, "2026-11-20")
    assert row.completed_at is not None
    assert desk.activities("audit.accepted")[0]["facts"] == ["started_at", "store_id"]
    assert desk.get("ana", f"/audits/{vague.id}/details").get_json()["visited_on"] == "2026-11-20"


def test_the_auditors_word_is_not_replaced(desk: Desk, unasked: Visit) -> None:
    answer = accept(desk, unasked, facts=known(desk, "N2"))
    assert problem(answer) == (422, "invalid")
    assert places(answer) == {"json.facts.started_at", "json.facts.store_id"}
    assert desk.row(unasked).store_id == desk.chain.stores["N1"].id


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("store_id", "0192a0b2-1111-7a10-b1c8-91f0a2b3c4d5"),
        ("started_at", "2126-01-01T10:00:00+09:00"),
    ],
)
def test_facts_that_can_not_be_are_named(desk: Desk, vague: Visit, fact: str, value: str) -> None:
    answer = accept(desk, vague, facts=known(desk, **{fact: value}))
    assert (problem(answer), places(answer)) == ((422, "invalid"), {f"json.facts.{fact}"})
    assert desk.row(vague).acceptance.value == "quarantined"


def test_a_checklist_and_a_kind_can_be_supplied(desk: Desk) -> None:
    lost = visit(desk.chain, desk.version, checklist={"key": "small", "version": 7})
    lost.document["kind"] = None
    desk.send(lost)
    named = {"key": "small", "version": 1}
    wrong = accept(desk, lost, facts={"kind": "self_check", "checklist": {**named, "version": 2}})
    assert places(wrong) == {"json.facts.checklist"}
    answer = accept(desk, lost, facts={"kind": "self_check", "checklist": named})
    assert answer.get_json()["release"] == "released"


def test_a_mystery_shop_does_not_pass_for_another_kind(desk: Desk) -> None:
    shop = desk.visit(kind="mystery_shop")
    shop.document["kind"] = "announced_audit"
    desk.send(shop)
    assert accept(desk, shop).get_json()["release"] == "waiting"
    assert desk.row(shop).release is Release.WAITING


def test_an_accepted_audit_is_not_accepted_again(desk: Desk, unasked: Visit) -> None:
    accept(desk, unasked)
    again = accept(desk, unasked)
    assert problem(again) == (409, "wrong-state")
    assert again.get_json()["state"] == "complete and accepted"


def test_a_rejected_audit_does_not_count_but_can_be_taken_back(desk: Desk, unasked: Visit) -> None:
    answer = desk.post("ana", f"/audits/{unasked.id}/reject", reason="Invented.")
    assert (answer.get_json()["acceptance"], answer.get_json()["review_note"]) == (
        "rejected",
        "Invented.",
    )
    again = desk.post("ana", f"/audits/{unasked.id}/reject", reason="Invented.")
    assert problem(again) == (409, "wrong-state")
    assert accept(desk, unasked).get_json()["acceptance"] == "accepted"


def test_what_was_never_in_doubt_is_not_rejected(desk: Desk) -> None:
    audit = desk.send(desk.visit())
    answer = desk.post("ana", f"/audits/{audit.id}/reject", reason="no")
    assert problem(answer) == (409, "wrong-state")


def test_photos_declared_lost_are_waited_for_no_more(desk: Desk) -> None:
    first, second = fresh_jpeg(), fresh_jpeg()
    audit = desk.send(desk.visit(first, second), photos=False)
    assert declare_lost(desk, audit, positions=[0]).get_json()["delivery"] == "awaiting_photos"
    desk.send_photo(second)
    row = desk.row(audit)
    assert row.completed_at is not None
    assert _states(desk) == [PhotoState.LOST, PhotoState.STORED]


def test_all_that_is_missing_can_be_declared_lost_at_once(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg(), fresh_jpeg()), photos=False)
    body = declare_lost(desk, audit).get_json()
    assert (body["delivery"], body["revision"]) == ("delivered", 1)
    assert desk.activities("audit.photos_lost") == [
        {"positions": [0, 1], "reason": "The phone was stolen."}
    ]


def test_a_photo_that_is_here_is_not_lost(desk: Desk) -> None:
    first, second = fresh_jpeg(), fresh_jpeg()
    audit = desk.send(desk.visit(first, second), photos=False)
    desk.send_photo(first)
    answer = declare_lost(desk, audit, positions=[0])
    assert problem(answer) == (409, "wrong-state")
    assert answer.get_json()["state"] == "stored"
    unknown = declare_lost(desk, audit, positions=[0, 9])
    assert (problem(unknown), places(unknown)) == ((422, "invalid"), {"json.positions[1]"})


def test_a_complete_audit_has_lost_nothing(desk: Desk) -> None:
    audit = desk.send(desk.visit())
    assert problem(declare_lost(desk, audit)) == (409, "wrong-state")


@pytest.mark.parametrize(("who", "status"), OTHERS)
def test_others_declare_nothing_lost(desk: Desk, who: str, status: int) -> None:
    audit = desk.send(desk.visit(fresh_jpeg()), photos=False)
    assert declare_lost(desk, audit, who).status_code == status
    assert _states(desk) == [PhotoState.MISSING]


def test_nothing_is_accepted_that_is_not_there(desk: Desk) -> None:
    unknown = visit(desk.chain, desk.version)
    assert problem(accept(desk, unknown)) == (404, "not-found")


def _states(desk: Desk) -> list[PhotoState]:
    with db.transaction(desk.chain.organisation.id) as session:
        rows = select(AuditPhoto.state).join(Audit, Audit.id == AuditPhoto.audit_id)
        return list(session.scalars(rows.order_by(AuditPhoto.position)))
