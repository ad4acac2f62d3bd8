"""From the API to the paper: what is provisional, what changed, who is named."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from auditapi.audits.models import AuditPhoto
from auditapi.audits.states import PhotoState
from auditapi.core import db
from tests.audits.test_flags import CRITICAL
from tests.factories.chain import Chain
from tests.factories.reports import render_waiting
from tests.factories.reviews import Desk
from tests.factories.visits import GOOD, SMALL, Visit, declared, fresh_jpeg, publish
from tests.reports import pdf

pytestmark = pytest.mark.database

FAILED = {"A1": {"value": "no"}, "A2": {"value": "yes"}}
PROVISIONAL = "Provisional: evidence for A1 is still to be confirmed."
PRIVATE = SMALL.replace(
    "kind: text, required: false,", "kind: text, required: false, audience: head_office,"
)


@pytest.fixture
def critical(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain, CRITICAL))


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def printed(desk: Desk, who: str, what: Visit) -> str:
    """The words of the report in this person's view."""
    path = f"/audits/{desk.known_as(who, what)}/report.pdf"
    desk.get(who, path, lang="en")
    render_waiting(desk.chain)
    answer = desk.get(who, path, lang="en")
    assert answer.status_code == 200, answer.get_json()
    return pdf.words(answer.data)


def without_photo(desk: Desk) -> Visit:
    """A failed critical item without the photo that it needs, taken by head office all the same."""
    shop = desk.mystery_shop(answers=FAILED)
    accepted = desk.post("ana", f"/audits/{shop.id}/accept", reason="The story tells it.")
    assert accepted.status_code == 200, accepted.get_json()
    return shop


def lost_photo(desk: Desk) -> Visit:
    shop = desk.mystery_shop(answers=FAILED, photos=[declared(fresh_jpeg(), item="A1")])
    desk.post("ana", f"/audits/{shop.id}/photos/lost", reason="stolen")
    return shop


def refused_photo(desk: Desk) -> Visit:
    broken = b"\xff\xd8 no picture"
    shop = desk.visit(kind="mystery_shop", answers=FAILED, photos=[declared(broken, item="A1")])
    desk.send(shop)
    desk.send_photo(broken)
    return shop


@pytest.mark.parametrize("brought", [without_photo, lost_photo, refused_photo])
def test_an_unproven_critical_failure_is_provisional_until_the_release(
    critical: Desk, brought: Any
) -> None:
    shop = brought(critical)
    before = critical.audit_of("ana", shop, "score").get_json()
    assert before["provisional"] is True
    assert before["criticals"][0]["missing_evidence"] == ["photo"]
    assert critical.audit_of("ana", shop).get_json()["score"]["provisional"] is True
    assert PROVISIONAL in printed(critical, "ana", shop)
    assert critical.release(shop).status_code == 200
    for who in ("ana", "sam"):
        assert critical.audit_of(who, shop, "score").get_json()["provisional"] is False
        assert critical.audit_of(who, shop).get_json()["score"]["provisional"] is False
        seen = printed(critical, who, shop)
        assert "Failed because of A1" in seen
        assert "Provisional" not in seen


def test_a_photo_that_is_here_proves_the_failure(critical: Desk) -> None:
    photo = fresh_jpeg()
    shop = critical.mystery_shop(photo, answers=FAILED, photos=[declared(photo, item="A1")])
    told = critical.audit_of("ana", shop, "score").get_json()
    assert told["criticals"][0]["missing_evidence"] == []
    assert told["provisional"] is False


def test_a_photo_that_comes_with_the_reply_proves_it_as_soon_as_it_is_here(critical: Desk) -> None:
    shop, photo = lost_photo(critical), fresh_jpeg()
    until = "2099-01-01T00:00:00+00:00"
    critical.post("ana", f"/audits/{shop.id}/return", revision=1, reason="Proof?", until=until)
    change = {"item": "A1", "answer": {"value": "no", "note": "blocked by crates"}}
    added = {**declared(photo, item="A1"), "original_sha256": None}
    answer = critical.post("cleo", f"/audits/{shop.id}/reply", revision=1, reason="Here it is.",
                           changes=[change], photos=[added])  # fmt: skip
    assert answer.status_code == 200, answer.get_json()
    assert critical.audit_of("ana", shop, "score").get_json()["provisional"] is True
    critical.send_photo(photo)
    assert critical.audit_of("ana", shop, "score").get_json()["provisional"] is False


ASKED = '{needs: photo, when: "no"}'
INSTEAD = '{needs: photo, when: "no", covert: comment}'


@pytest.mark.parametrize(
    ("rules", "provisional"),
    [(INSTEAD, False), (INSTEAD + ', {needs: comment, when: "no"}', True)],
)
def test_a_photo_that_came_stands_for_the_comment_in_its_place_and_for_no_other(
    client: FlaskClient, chain: Chain, rules: str, provisional: bool
) -> None:
    desk = Desk(client, chain, publish(chain, CRITICAL.replace(ASKED, rules)))
    photo = declared(fresh_jpeg(), item="A1")
    shop = desk.mystery_shop(answers=FAILED, photos=[photo])
    desk.post("ana", f"/audits/{shop.id}/photos/lost", reason="stolen")
    if desk.row(shop).completed_at is None:
        desk.post("ana", f"/audits/{shop.id}/accept", reason="The story tells it.")
    before = desk.audit_of("ana", shop, "score").get_json()
    assert before["criticals"][0]["missing_evidence"] == ["comment"]
    assert before["provisional"] is True
    came = update(AuditPhoto).where(AuditPhoto.audit_id == UUID(shop.id))
    with db.transaction(chain.organisation.id) as session:
        session.execute(came.values(state=PhotoState.STORED, reason=None))
    assert desk.audit_of("ana", shop, "score").get_json()["provisional"] is provisional


def revise(desk: Desk, what: Visit, reason: str, revision: int = 1, **answers: Any) -> None:
    changes = [{"item": item, "answer": answer} for item, answer in answers.items()]
    answer = desk.post("ana", f"/audits/{what.id}/revisions", revision=revision, reason=reason,
                       changes=changes)  # fmt: skip
    assert answer.status_code == 201, answer.get_json()


def test_a_store_is_told_what_changed_after_the_release_and_nothing_before(desk: Desk) -> None:
    shop = desk.mystery_shop()
    revise(desk, shop, "The reviewer saw gaps", A1={"value": "no", "note": "empty"})
    desk.release(shop, revision=2)
    assert desk.audit_of("sam", shop).get_json()["revisions"] == []
    before = printed(desk, "sam", shop)
    assert "What was changed" not in before
    assert "The reviewer saw gaps" not in before
    revise(desk, shop, "The store showed its stock list", revision=2, A1={"value": "yes"})
    [told] = desk.audit_of("sam", shop).get_json()["revisions"]
    assert told["reason"] == "The store showed its stock list"
    after = printed(desk, "sam", shop)
    assert "What was changed after release" in after
    assert "The store showed its stock list" in after
    assert "The reviewer saw gaps" not in after
    ours = printed(desk, "ana", shop)
    assert "The reviewer saw gaps" in ours
    assert "after release" not in ours


def test_a_change_that_only_head_office_sees_is_not_told_to_the_store(
    client: FlaskClient, chain: Chain
) -> None:
    desk = Desk(client, chain, publish(chain, PRIVATE))
    audit = desk.send(desk.visit(answers={**GOOD, "B2": {"value": "The whole story"}}))
    revise(desk, audit, "The receipt says 48,111 won", B2={"value": "Another story"})
    assert desk.audit_of("sam", audit).get_json()["revisions"] == []
    assert "48,111" not in printed(desk, "sam", audit)
    both = {"A1": {"value": "no", "note": "seen again"}, "B2": {"value": "A third"}}
    revise(desk, audit, "Read once more", revision=2, **both)
    [told] = desk.audit_of("sam", audit).get_json()["revisions"]
    assert (told["reason"], [change["item"] for change in told["changes"]]) == (
        "Read once more",
        ["A1"],
    )


def test_nobody_of_the_store_and_no_auditor_is_named_to_stores(desk: Desk) -> None:
    note = "Sam Example was on the phone, Cleo asked him twice"
    audit = desk.send(desk.visit(answers={**GOOD, "A1": {"value": "no", "note": note}}))
    hidden = "[…] was on the phone, […] asked him twice"
    for who in ("ben", "sam"):
        assert desk.audit_of(who, audit).get_json()["answers"][0]["answer"]["note"] == hidden
    assert hidden in printed(desk, "ben", audit)
    assert note in printed(desk, "ana", audit)
