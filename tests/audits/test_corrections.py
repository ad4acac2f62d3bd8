"""What a correction may still do, what is final, and which of two audits of one visit counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import urllib3
from flask.testing import FlaskClient
from sqlalchemy import func, select

from auditapi.audits.models import Audit
from auditapi.audits.states import Release
from auditapi.core import db
from auditapi.photos import service as photos
from auditapi.photos.inspection import inspect
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.live import LiveServer
from tests.factories.reviews import Desk, problem
from tests.factories.visits import GOOD, Visit, declared, fresh_jpeg, publish, sha256, visit

pytestmark = pytest.mark.database
NO_PHOTO = b"just some text called .jpg"


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def correct(desk: Desk, what: Visit, **changes: Any) -> Any:
    """Seals it anew over what was sent last."""
    before = what.sha256
    what.document.update(changes)
    headers = what.headers(If_Match=f'"{before}"') | desk.chain.as_("cleo")
    return desk.client.put(what.path, data=what.body, headers=headers)


def standing(desk: Desk, what: Visit) -> dict[str, Any]:
    body: dict[str, Any] = desk.get("cleo", f"/audits/{what.id}").get_json()
    return body


def states(body: dict[str, Any]) -> dict[str, str]:
    return {photo["sha256"]: photo["state"] for photo in body["receipt"]["photos"]}


def takes_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version of the service can read what an earlier one refused."""
    monkeypatch.setattr(photos, "inspect", lambda data: inspect(data.removeprefix(b"?")))


# ---- photos that were refused ------------------------------------------------------------------


def test_a_refused_photo_is_declared_lost_while_the_audit_is_not_complete(desk: Desk) -> None:
    good = fresh_jpeg()
    audit = desk.send(desk.visit(NO_PHOTO, good), photos=False)
    assert desk.send_photo(NO_PHOTO).status_code == 422
    assert [one["sha256"] for one in standing(desk, audit)["refused"]] == [sha256(NO_PHOTO)]
    lost = [declared(NO_PHOTO, lost="it was no picture"), declared(good)]
    assert correct(desk, audit, photos=lost).status_code == 201
    desk.send_photo(good)
    body = standing(desk, audit)
    assert body["refused"] == []
    assert states(body) == {sha256(NO_PHOTO): "lost", sha256(good): "stored"}


def test_once_complete_a_refused_photo_stays_refused(desk: Desk) -> None:
    audit = desk.send(desk.visit(NO_PHOTO))
    assert states(standing(desk, audit)) == {sha256(NO_PHOTO): "refused"}
    answer = correct(desk, audit, photos=[declared(NO_PHOTO, lost="it was no picture")])
    assert problem(answer) == (409, "audit-complete")


@pytest.mark.parametrize("complete", [True, False])
def test_a_refused_photo_that_is_found_good_when_it_is_sent_anew_counts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, complete: bool
) -> None:
    odd, other = b"?" + fresh_jpeg(), fresh_jpeg()
    audit = desk.send(desk.visit(odd, *([] if complete else [other])), photos=False)
    assert desk.send_photo(odd).status_code == 422
    assert (desk.row(audit).completed_at is not None) is complete
    takes_everything(monkeypatch)
    assert desk.send_photo(odd).status_code == 201
    body = standing(desk, audit)
    assert body["refused"] == []
    assert body["missing"] == ([] if complete else [{"sha256": sha256(other), "offset": 0}])
    desk.send_photo(other)
    assert states(standing(desk, audit))[sha256(odd)] == "stored"
    assert len(desk.activities("audit.completed")) == 1


# ---- more photos than one audit may have -------------------------------------------------------


def test_photos_beyond_what_an_audit_may_have_are_refused_by_name(desk: Desk) -> None:
    names = [f"{number:064x}" for number in range(205)]
    listed = [{"sha256": name, "lost": "gone"} for name in names[:199]]
    good = fresh_jpeg()
    listed += [declared(good), *({"sha256": name} for name in [names[0], *names[199:]])]
    audit = desk.send(desk.visit(photos=listed))
    desk.send_photo(good)
    body = standing(desk, audit)
    assert body["missing"] == []
    assert body["refused"] == [{"sha256": n, "reason": "too_many"} for n in names[199:]]
    assert states(body).keys() == {*names, sha256(good)}
    assert {states(body)[name] for name in names[199:]} == {"refused"}
    assert [reason["code"] for reason in body["reasons"]] == ["too_many"]
    assert desk.post("ana", f"/audits/{audit.id}/accept", reason="Enough.").status_code == 200
    assert standing(desk, audit)["receipt"] == body["receipt"]


# ---- what a correction does to a decision, and to a receipt ------------------------------------


def test_what_was_rejected_stays_in_quarantine_until_a_reviewer_decides(desk: Desk) -> None:
    photo = fresh_jpeg()
    audit = desk.send(desk.visit(photo, answers={}), photos=False)
    assert desk.post("ana", f"/audits/{audit.id}/reject", reason="Fraud.").status_code == 200
    for answers in (GOOD, {**GOOD, "A2": {"value": 5}}):
        answer = correct(desk, audit, answers=answers)
        assert answer.status_code == 202
        reasons = [(one["place"], one["code"]) for one in answer.get_json()["reasons"]]
        assert reasons == [("", "was_rejected")]
    desk.send_photo(photo)
    row = desk.row(audit)
    assert (row.completed_at, row.release) == (None, Release.NOT_YET)
    assert desk.post("ana", f"/audits/{audit.id}/accept", reason="It was me.").status_code == 200
    assert desk.row(audit).completed_at is not None


def test_after_a_reviewer_let_it_count_a_correction_is_judged_as_any(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg(), answers={}), photos=False)
    desk.post("ana", f"/audits/{audit.id}/reject", reason="Empty.")
    correct(desk, audit, answers=GOOD)
    desk.post("ana", f"/audits/{audit.id}/accept", reason="Now it is fine.")
    assert correct(desk, audit, answers={**GOOD, "A2": {"value": 5}}).status_code == 201


def test_a_corrected_document_has_a_receipt_of_its_own(desk: Desk) -> None:
    """The first one answered for the document that it names; of the new one photos are missing."""
    first, second = fresh_jpeg(), fresh_jpeg()
    audit = desk.send(desk.visit(first, answers={}))
    given = standing(desk, audit)["receipt"]
    assert given["document_sha256"] == audit.sha256
    body = correct(desk, audit, answers=GOOD, photos=[declared(second)]).get_json()
    assert (body["delivery"], body["acceptance"]) == ("awaiting_photos", "accepted")
    assert "receipt" not in body
    assert body["missing"] == [{"sha256": sha256(second), "offset": 0}]
    desk.send_photo(second)
    again = standing(desk, audit)["receipt"]
    assert again["document_sha256"] == audit.sha256 != given["document_sha256"]
    assert [photo["sha256"] for photo in again["photos"]] == [sha256(second)]
    assert len(desk.activities("audit.completed")) == 1


# ---- two audits of one visit -------------------------------------------------------------------


def test_of_two_audits_that_waited_for_photos_the_first_to_be_whole_counts(desk: Desk) -> None:
    asked = str(assign(desk.chain, desk.version).id)
    one, two = (
        desk.send(visit(desk.chain, desk.version, fresh_jpeg(), assignment_id=asked), photos=False)
        for _ in range(2)
    )
    for audit in (two, one):
        desk.send_photo(audit.photos[0])
    assert standing(desk, two)["acceptance"] == "accepted"
    body = standing(desk, one)
    assert (body["delivery"], body["acceptance"]) == ("delivered", "quarantined")
    assert [reason["code"] for reason in body["reasons"]] == ["assignment_ended"]
    assert states(body) == {sha256(one.photos[0]): "stored"}
    accepted = desk.post("ana", f"/audits/{one.id}/accept", reason="Both came.")
    assert accepted.status_code == 200
    assert desk.row(one).completed_at is not None
    assert len(desk.activities("assignment.done")) == 1


def test_let_count_before_its_photos_it_waits_for_a_decision_once_more(desk: Desk) -> None:
    """The reviewer did not know of the other one; now the list says so."""
    asked, photo = str(assign(desk.chain, desk.version).id), fresh_jpeg()
    one = visit(desk.chain, desk.version, photo, assignment_id=asked, answers={**GOOD, "X": {}})
    desk.send(one, photos=False)
    assert desk.post("ana", f"/audits/{one.id}/accept", reason="No X here.").status_code == 200
    desk.send(visit(desk.chain, desk.version, assignment_id=asked))
    desk.send_photo(photo)
    codes = [reason["code"] for reason in standing(desk, one)["reasons"]]
    assert codes == ["unknown_item", "assignment_ended"]
    assert desk.post("ana", f"/audits/{one.id}/accept", reason="Both came.").status_code == 200
    assert desk.row(one).completed_at is not None


def test_accepted_for_another_reason_it_is_not_counted_without_knowing_of_the_first(
    desk: Desk,
) -> None:
    asked = str(assign(desk.chain, desk.version).id)
    odd, good = (
        desk.send(visit(desk.chain, desk.version, assignment_id=asked, answers=answers))
        for answers in ({**GOOD, "X": {}}, GOOD)
    )
    assert desk.row(good).completed_at is not None
    accepting = f"/audits/{odd.id}/accept"
    change = {"item": "A2", "answer": {"value": 3}, "reason": "It was untidy."}
    told = desk.post("ana", accepting, reason="No X here.", changes=[change])
    assert told.status_code == 200
    assert told.get_json()["acceptance"] == "quarantined"
    codes = [reason["code"] for reason in standing(desk, odd)["reasons"]]
    assert codes == ["unknown_item", "assignment_ended"]
    assert [len(given["reasons"]) for given in desk.activities("audit.quarantined")][-1] == 2
    assert desk.activities("audit.accepted") == []
    assert desk.row(odd).completed_at is None
    known = desk.post("ana", accepting, reason="Both came.", changes=[change])
    assert (known.status_code, known.get_json()["acceptance"]) == (200, "accepted")
    assert desk.row(odd).completed_at is not None


def test_of_two_audits_whose_last_photos_race_exactly_one_is_complete(
    live: LiveServer, live_chain: Chain, pool: urllib3.PoolManager
) -> None:
    version, headers = publish(live_chain), live_chain.as_("cleo")

    def put(path: str, body: bytes, kind: str) -> int:
        given = {"Content-Type": kind, **headers}
        return pool.request("PUT", f"{live.url}{path}", body=body, headers=given).status

    sent = []
    for _ in range(10):
        asked = str(assign(live_chain, version).id)
        pair = [visit(live_chain, version, fresh_jpeg(), assignment_id=asked) for _ in range(2)]
        sent += [photo for audit in pair for photo in audit.photos]
        for audit in pair:
            assert put(audit.path, audit.body, "application/json") == 201
    with ThreadPoolExecutor(4) as threads:
        jobs = [partial(put, f"/api/v1/photos/{sha256(one)}", one, "image/jpeg") for one in sent]
        assert {done.result() for done in [threads.submit(job) for job in jobs]} == {201}
    with db.transaction(live_chain.organisation.id) as session:
        whole = func.count(Audit.completed_at)
        counts = session.execute(select(func.count(), whole).group_by(Audit.assignment_id))
        assert [tuple(row) for row in counts] == [(2, 1)] * 10
