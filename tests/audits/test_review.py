"""Release, return, reply and revisions: who may, in which state, and what is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from auditapi.audits.models import Audit, AuditPhoto, Document, Revision
from auditapi.audits.review import rules
from auditapi.audits.score_models import ItemResult, ScoreRow
from auditapi.audits.states import Release
from auditapi.core import db
from tests.factories.chain import Chain
from tests.factories.reviews import YES, Desk, places, problem
from tests.factories.visits import Visit, fresh_jpeg, publish

pytestmark = pytest.mark.database
TO_NO = {"item": "A1", "answer": {"value": "no", "note": "The photo shows empty rows."}}


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


@pytest.fixture
def shop(desk: Desk) -> Visit:
    """cleo's mystery shop of N1, complete and waiting."""
    return desk.mystery_shop()


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


def give_back(desk: Desk, shop: Visit, **changes: Any) -> Any:
    body = {"revision": 1, "reason": "Where is the receipt?", "until": tomorrow(), **changes}
    return desk.post("ana", f"/audits/{shop.id}/return", **body)


def revise(desk: Desk, audit: Visit, who: str = "ana", **changes: Any) -> Any:
    body = {"revision": 1, "reason": "Seen otherwise.", "changes": [TO_NO], **changes}
    return desk.post(who, f"/audits/{audit.id}/revisions", **body)


def let_the_deadline_pass(desk: Desk, shop: Visit) -> None:
    with db.transaction(desk.chain.organisation.id) as session:
        past = datetime.now(UTC) - timedelta(minutes=1)
        session.execute(update(Audit).values(returned_until=past))


def count(desk: Desk, what: Any) -> int:
    with db.transaction(desk.chain.organisation.id) as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_head_office_releases_a_mystery_shop(desk: Desk, shop: Visit) -> None:
    answer = desk.release(shop, note="clean")
    assert answer.status_code == 200, answer.get_json()
    assert answer.get_json()["release"] == "released"
    assert desk.activities("audit.released") == [{"revision": 1, "answers": YES, "note": "clean"}]


@pytest.mark.parametrize("question", rules.QUESTIONS)
def test_a_question_answered_no_keeps_it_back(desk: Desk, shop: Visit, question: str) -> None:
    answers: dict[str, Any] = {question: False}
    answer = desk.release(shop, **answers)
    assert problem(answer) == (422, "invalid")
    assert places(answer) == {f"json.{question}"}
    assert desk.row(shop).release is Release.WAITING


def test_every_question_has_to_be_answered(desk: Desk, shop: Visit) -> None:
    answer = desk.post("ana", f"/audits/{shop.id}/release", revision=1)
    assert places(answer) == {f"json.{name}" for name in rules.QUESTIONS}


@pytest.mark.parametrize(
    ("who", "status"), [("cleo", 403), ("sam", 403), ("ben", 403), ("dan", 404)]
)
def test_others_may_not_release(desk: Desk, shop: Visit, who: str, status: int) -> None:
    assert desk.release(shop, who).status_code == status
    assert desk.row(shop).release is Release.WAITING


def test_without_a_token_nothing_is_reviewed(desk: Desk, shop: Visit) -> None:
    for path in ("release", "return", "reply", "revisions", "accept", "reject", "photos/lost"):
        answer = desk.client.post(f"{shop.path}/{path}", json={})
        assert answer.status_code == 401, path


def test_a_released_audit_is_not_released_twice(desk: Desk, shop: Visit) -> None:
    desk.release(shop)
    again = desk.release(shop)
    assert problem(again) == (409, "wrong-state")
    assert again.get_json()["state"] == "released"


def test_the_same_request_again_gets_the_same_answer(desk: Desk, shop: Visit) -> None:
    headers = desk.chain.posting_as("ana")
    body = {"revision": 1, **YES}
    first, again = (
        desk.client.post(f"{shop.path}/release", json=body, headers=headers) for _ in range(2)
    )
    assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert len(desk.activities("audit.released")) == 1


def test_what_is_not_complete_is_not_released(desk: Desk) -> None:
    shop = desk.send(desk.visit(kind="mystery_shop", answers={}))
    answer = desk.release(shop)
    assert problem(answer) == (409, "wrong-state")
    assert answer.get_json()["state"] == "delivered and quarantined"


def test_a_release_names_the_revision_that_was_looked_at(desk: Desk, shop: Visit) -> None:
    revise(desk, shop)
    answer = desk.release(shop)
    assert problem(answer) == (412, "stale")
    assert answer.get_json()["revision"] == 2
    assert desk.release(shop, revision=2).status_code == 200


def test_a_returned_audit_waits_for_its_auditors_reply(desk: Desk, shop: Visit) -> None:
    assert give_back(desk, shop).get_json()["release"] == "returned"
    assert problem(desk.release(shop)) == (409, "wrong-state")
    assert problem(give_back(desk, shop)) == (409, "wrong-state")
    reply = desk.post(
        "cleo", f"/audits/{shop.id}/reply", revision=1, reason="I mistyped.", changes=[TO_NO]
    )
    assert reply.status_code == 200, reply.get_json()
    assert (reply.get_json()["release"], reply.get_json()["revision"]) == ("waiting", 2)
    with db.transaction(desk.chain.organisation.id) as session:
        written = session.scalar(select(Revision).where(Revision.number == 2))
        assert written is not None
        assert written.author_id == desk.chain.cleo.id
        assert written.changes == [
            {**TO_NO, "before": {"value": "yes"}, "reason": ""},
        ]
    assert desk.release(shop, revision=2).status_code == 200


def test_a_reply_may_explain_without_changing_an_answer(desk: Desk, shop: Visit) -> None:
    give_back(desk, shop)
    reply = desk.post("cleo", f"/audits/{shop.id}/reply", revision=1, reason="It is in the photo.")
    assert reply.get_json()["release"] == "waiting"


def test_a_deadline_lies_ahead(desk: Desk, shop: Visit) -> None:
    answer = give_back(desk, shop, until="2026-01-01T00:00:00+09:00")
    assert problem(answer) == (422, "invalid")
    assert places(answer) == {"json.until"}


@pytest.mark.parametrize(
    ("who", "status"), [("cora", 404), ("ana", 404), ("sam", 404), ("dan", 404)]
)
def test_nobody_else_replies(desk: Desk, shop: Visit, who: str, status: int) -> None:
    give_back(desk, shop)
    reply = desk.post(who, f"/audits/{shop.id}/reply", revision=1, reason="mine")
    assert reply.status_code == status


def test_nobody_replies_to_what_was_not_returned(desk: Desk, shop: Visit) -> None:
    reply = desk.post("cleo", f"/audits/{shop.id}/reply", revision=1, reason="but")
    assert problem(reply) == (409, "wrong-state")
    assert reply.get_json()["state"] == "waiting"


def test_after_the_deadline_head_office_decides_alone(desk: Desk, shop: Visit) -> None:
    give_back(desk, shop)
    let_the_deadline_pass(desk, shop)
    reply = desk.post("cleo", f"/audits/{shop.id}/reply", revision=1, reason="late")
    assert problem(reply) == (409, "wrong-state")
    assert "deadline is over" in reply.get_json()["detail"]
    assert desk.release(shop).status_code == 200


def test_a_revision_is_scored_anew_and_the_document_stays(desk: Desk) -> None:
    audit = desk.send(desk.visit())
    answer = revise(desk, audit)
    assert answer.status_code == 201, answer.get_json()
    assert (answer.get_json()["revision"], answer.get_json()["release"]) == (2, "released")
    with db.transaction(desk.chain.organisation.id) as session:
        scores = session.scalars(select(ScoreRow.percentage).order_by(ScoreRow.revision)).all()
        assert scores == [Decimal("96.2500"), Decimal("51.2500")]
        assert session.scalar(select(Document.body)) == audit.body
        revisions = select(ItemResult.revision).where(ItemResult.item == "A1")
        assert set(session.scalars(revisions)) == {1, 2}
    assert desk.activities("audit.revised") == [
        {"revision": 2, "reason": "Seen otherwise.", "items": ["A1"], "covered": []}
    ]


def test_a_stale_revision_is_refused(desk: Desk) -> None:
    audit = desk.send(desk.visit())
    revise(desk, audit)
    again = revise(desk, audit)
    assert problem(again) == (412, "stale")
    assert count(desk, Revision) == 2


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ([{"item": "A1", "answer": None}], "json.changes[0].answer"),
        ([{"item": "A2", "answer": {"value": 9}}], "json.changes[0].answer"),
        ([{"item": "Z9", "answer": {"value": 1}}], "json.changes[0].item"),
        ([{"item": "A1", "answer": {"value": "yes"}}], "json.changes[0].answer"),
        ([TO_NO, TO_NO], "json.changes[1].item"),
        ([], "json.changes"),
        ([{"item": "A1", "answer": {"value": "a\0"}}], "json.changes[0].answer"),
    ],
)
def test_a_revision_that_makes_no_sense_writes_nothing(
    desk: Desk, changes: list[dict[str, Any]], place: str
) -> None:
    audit = desk.send(desk.visit())
    answer = revise(desk, audit, changes=changes)
    assert problem(answer) == (422, "invalid")
    assert places(answer) == {place}
    assert (count(desk, Revision), count(desk, ScoreRow), desk.row(audit).revision) == (1, 1, 1)


@pytest.mark.parametrize(
    ("who", "status"), [("cleo", 403), ("sam", 403), ("ben", 403), ("dan", 404)]
)
def test_others_may_not_revise(desk: Desk, who: str, status: int) -> None:
    audit = desk.send(desk.visit())
    assert revise(desk, audit, who).status_code == status
    assert count(desk, Revision) == 1


def test_an_incomplete_audit_is_not_revised(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg()), photos=False)
    answer = revise(desk, audit)
    assert problem(answer) == (409, "wrong-state")
    assert answer.get_json()["state"] == "awaiting_photos and accepted"


def test_a_face_is_covered_by_a_revision(desk: Desk) -> None:
    shop = desk.mystery_shop(fresh_jpeg())
    before = _photo(desk).redactions
    area = {"position": 0, "at": [0.4, 0.2], "size": [0.1, 0.15]}
    answer = revise(desk, shop, changes=[], cover=[area])
    assert answer.status_code == 201, answer.get_json()
    photo = _photo(desk)
    assert photo.marks == [{"kind": "redact", "at": [0.4, 0.2], "size": [0.1, 0.15]}]
    assert photo.redactions != before
    assert desk.activities("audit.revised")[0]["covered"] == [0]


@pytest.mark.parametrize(
    ("area", "place"),
    [
        ({"position": 7, "at": [0, 0], "size": [1, 1]}, "json.cover[0].position"),
        ({"position": 0, "at": [0.9, 0], "size": [0.5, 1]}, "json.cover[0]"),
        ({"position": 0, "at": [0.9], "size": [0.5, 1]}, "json.cover[0]"),
    ],
)
def test_what_is_no_area_of_a_photo_covers_nothing(
    desk: Desk, area: dict[str, Any], place: str
) -> None:
    shop = desk.mystery_shop(fresh_jpeg())
    answer = revise(desk, shop, changes=[], cover=[area])
    assert problem(answer) == (422, "invalid")
    assert place in places(answer)
    assert _photo(desk).marks == []


def _photo(desk: Desk) -> AuditPhoto:
    with db.transaction(desk.chain.organisation.id) as session:
        return session.scalars(select(AuditPhoto)).one()
