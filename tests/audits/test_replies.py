"""A returned audit comes back with new photos: what is taken, what waits, what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from auditapi.audits.models import AuditPhoto
from auditapi.audits.states import PhotoState, Release
from auditapi.core import db
from auditapi.reports.evidence import manifest
from auditapi.reports.evidence import queries as evidence
from tests.factories.chain import Chain
from tests.factories.reports import render_waiting
from tests.factories.reviews import Desk, places, problem
from tests.factories.visits import Visit, declared, fresh_jpeg, publish, sha256

pytestmark = pytest.mark.database
TO_NO = {"item": "A1", "answer": {"value": "no", "note": "Two rows are empty after all."}}


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


@pytest.fixture
def shop(desk: Desk) -> Visit:
    """cleo's mystery shop with a photo, returned to her until tomorrow."""
    made = desk.mystery_shop(fresh_jpeg())
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"revision": 1, "reason": "Where is the receipt?", "until": until}
    assert desk.post("ana", f"/audits/{made.id}/return", **body).status_code == 200
    return made


def reply(desk: Desk, shop: Visit, *photos: dict[str, Any], **more: Any) -> Any:
    body = {"revision": 1, "reason": "Here it is.", "photos": list(photos), **more}
    return desk.post("cleo", f"/audits/{shop.id}/reply", **body)


def rows(desk: Desk) -> list[tuple[int, int, PhotoState]]:
    with db.transaction(desk.chain.organisation.id) as session:
        found = session.scalars(select(AuditPhoto).order_by(AuditPhoto.position))
        return [(row.position, row.revision, row.state) for row in found]


def test_the_phone_is_told_of_a_return_with_all_it_takes_to_answer(desk: Desk, shop: Visit) -> None:
    told = desk.get("cleo", "/sync").get_json()
    [entry] = told["returned"]
    assert (entry["id"], entry["revision"]) == (shop.id, 1)
    assert entry["reason"] == "Where is the receipt?"
    assert entry["context"]["assignment"]["covert"] is True
    assert entry["checklist"] in told["checklists"]
    assert entry["store_id"] in {store["id"] for store in told["stores"]}
    assert desk.get("cora", "/sync").get_json()["returned"] == []


def test_a_reply_whose_photo_is_here_already_waits_for_its_release(desk: Desk, shop: Visit) -> None:
    receipt = fresh_jpeg()
    desk.send_photo(receipt)
    answer = reply(desk, shop, declared(receipt), changes=[TO_NO])
    assert answer.status_code == 200, answer.get_json()
    assert rows(desk) == [(0, 1, PhotoState.STORED), (1, 2, PhotoState.STORED)]
    assert desk.activities("audit.replied")[0]["photos"] == [sha256(receipt)]
    assert desk.get("cleo", "/sync").get_json()["returned"] == []
    assert desk.release(shop, revision=2).status_code == 200


def test_a_reply_is_not_released_before_its_photos_are_here(desk: Desk, shop: Visit) -> None:
    receipt = fresh_jpeg()
    assert reply(desk, shop, declared(receipt)).status_code == 200
    status = desk.client.get(shop.path, headers=desk.chain.as_("cleo")).get_json()
    assert status["missing"] == [{"sha256": sha256(receipt), "offset": 0}]
    assert sha256(receipt) not in {photo["sha256"] for photo in status["receipt"]["photos"]}
    early = desk.release(shop, revision=2)
    assert problem(early) == (409, "wrong-state")
    assert early.get_json()["state"] == "awaiting_photos"
    desk.send_photo(receipt)
    assert desk.activities("audit.photos_came") == [{"revision": 2}]
    status = desk.client.get(shop.path, headers=desk.chain.as_("cleo")).get_json()
    assert status["missing"] == []
    assert sha256(receipt) in {photo["sha256"] for photo in status["receipt"]["photos"]}
    assert desk.release(shop, revision=2).status_code == 200


def test_a_report_made_before_the_photos_came_is_made_anew(desk: Desk, shop: Visit) -> None:
    receipt = fresh_jpeg()
    reply(desk, shop, declared(receipt))
    desk.get("ana", f"/audits/{shop.id}/report.pdf")
    render_waiting(desk.chain)
    early = desk.get("ana", f"/audits/{shop.id}/report.pdf")
    assert early.status_code == 200
    desk.send_photo(receipt)
    assert desk.get("ana", f"/audits/{shop.id}/report.pdf").status_code == 202
    render_waiting(desk.chain)
    later = desk.get("ana", f"/audits/{shop.id}/report.pdf")
    assert later.status_code == 200
    assert later.headers["ETag"] != early.headers["ETag"]


def test_photos_of_a_reply_that_never_come_are_declared_lost(desk: Desk, shop: Visit) -> None:
    reply(desk, shop, declared(fresh_jpeg()))
    lost = desk.post("ana", f"/audits/{shop.id}/photos/lost", reason="The phone was stolen.")
    assert lost.status_code == 200, lost.get_json()
    assert rows(desk)[1][2] is PhotoState.LOST
    assert desk.release(shop, revision=2).status_code == 200


def test_a_photo_of_a_reply_counts_as_evidence_of_its_revision(desk: Desk, shop: Visit) -> None:
    before = desk.get("ana", f"/audits/{shop.id}/score").get_json()
    reply(desk, shop, declared(fresh_jpeg(), item="B1"))
    details = desk.get("ana", f"/audits/{shop.id}/details").get_json()
    assert [(photo["item"], photo["revision"]) for photo in details["photos"]] == [
        ("A3", 1),
        ("B1", 2),
    ]
    assert desk.get("ana", f"/audits/{shop.id}/score", revision=1).get_json() == before


def test_what_was_signed_before_a_reply_still_verifies(desk: Desk, shop: Visit) -> None:
    def manifest_of(revision: int) -> manifest.Manifest:
        with db.transaction(desk.chain.organisation.id):
            return evidence.as_it_stands(evidence.audit(UUID(shop.id)), revision, "key")

    first = manifest_of(1)
    reply(desk, shop, declared(fresh_jpeg()))
    again, second = manifest_of(1), manifest_of(2)
    assert manifest.differences(first, again) == []
    assert len(second.photos) == 2


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"sha256": "nothing"}, "json.photos[0].sha256"),
        ({"sha256": None}, "json.photos[0].sha256"),
        ({"item": "Z9"}, "json.photos[0].item"),
        ({"marks": [{"kind": "blot"}]}, "json.photos[0].marks[0].kind"),
    ],
)
def test_a_photo_that_makes_no_sense_is_refused_and_the_reply_with_it(
    desk: Desk, shop: Visit, change: dict[str, Any], place: str
) -> None:
    answer = reply(desk, shop, {**declared(fresh_jpeg()), **change})
    assert problem(answer) == (422, "invalid")
    assert place in places(answer)
    assert rows(desk) == [(0, 1, PhotoState.STORED)]
    assert desk.row(shop).release is Release.RETURNED


def test_a_photo_is_not_added_twice(desk: Desk, shop: Visit) -> None:
    one = declared(fresh_jpeg())
    assert places(reply(desk, shop, shop.document["photos"][0])) == {"json.photos[0].sha256"}
    assert places(reply(desk, shop, one, one)) == {"json.photos[1].sha256"}


@pytest.mark.parametrize("who", ["cora", "ana", "dan"])
def test_nobody_else_adds_photos(desk: Desk, shop: Visit, who: str) -> None:
    body = {"revision": 1, "reason": "mine", "photos": [declared(fresh_jpeg())]}
    assert desk.post(who, f"/audits/{shop.id}/reply", **body).status_code == 404
    assert len(rows(desk)) == 1


def test_photos_that_another_person_delivered_are_not_claimed(desk: Desk, shop: Visit) -> None:
    theirs = fresh_jpeg()
    desk.send_photo(theirs, "cora")
    reply(desk, shop, declared(theirs))
    assert rows(desk)[1][2] is PhotoState.MISSING


def test_a_reply_begun_on_the_phone_is_backed_up_until_it_is_sent(desk: Desk, shop: Visit) -> None:
    path, headers = f"/api/v1/drafts/{shop.id}", desk.chain.as_("cleo")
    fresh = headers | {"If-None-Match": "*"}
    assert desk.client.put(path, json={"memo": "till 3"}, headers=fresh).status_code == 201
    reply(desk, shop)
    assert desk.client.get(path, headers=headers).status_code == 404
    late = desk.client.put(path, json={"memo": "till 3"}, headers=fresh)
    assert problem(late) == (409, "audit-complete")
