"""Sealed audits coming in: kept exactly, repeatable, judged but never refused."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from auditapi.audits.models import Audit, AuditPhoto, Document
from auditapi.audits.score_models import ItemResult, ScoreRow
from auditapi.audits.states import AssignmentState, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.activity import Activity
from auditapi.people import service as people
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.visits import SMALL, Visit, declared, fresh_jpeg, publish, sha256, visit

pytestmark = pytest.mark.database


@pytest.fixture
def version(chain: Chain) -> ChecklistVersion:
    return publish(chain)


@pytest.fixture
def asked(chain: Chain, version: ChecklistVersion) -> Visit:
    """cleo's visit to N1 under an assignment, without photos."""
    assignment = assign(chain, version)
    return visit(chain, version, assignment_id=str(assignment.id))


def send(
    client: FlaskClient, chain: Chain, what: Visit, who: str = "cleo", **headers: str
) -> TestResponse:
    return client.put(what.path, data=what.body, headers=what.headers(**headers) | chain.as_(who))


def scalar(chain: Chain, statement: Any) -> Any:
    with db.transaction(chain.organisation.id) as session:
        return session.scalar(statement)


def test_an_audit_without_photos_is_complete_at_once(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    answer = send(client, chain, asked)
    assert answer.status_code == 201
    body = answer.get_json()
    assert (body["delivery"], body["acceptance"]) == ("delivered", "accepted")
    assert body["receipt"]["document_sha256"] == asked.sha256
    assert answer.headers["ETag"] == f'"{asked.sha256}"'
    assert scalar(chain, select(ScoreRow.outcome)) == "pass"
    assert scalar(chain, select(func.count()).select_from(ItemResult)) > 0
    done = select(Audit.completed_at).where(Audit.completed_at.is_not(None))
    assert scalar(chain, done) is not None


def test_the_exact_bytes_are_kept(client: FlaskClient, chain: Chain, asked: Visit) -> None:
    send(client, chain, asked)
    assert scalar(chain, select(Document.body)) == asked.body


def test_the_same_bytes_again_get_the_same_answer(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    first = send(client, chain, asked)
    again = send(client, chain, asked, If_Match='"no such digest"')
    assert again.status_code == 200
    assert again.get_json() == first.get_json()
    completed = select(func.count()).where(Activity.action == "audit.completed")
    assert scalar(chain, completed) == 1


@pytest.mark.parametrize("offset", ["+18:00", "-23:59", "+05:45", "+09:00:30"])
def test_a_photos_time_may_have_any_offset(
    client: FlaskClient, chain: Chain, version: ChecklistVersion, offset: str
) -> None:
    photo, told = fresh_jpeg(), f"2026-01-01T12:00:00{offset}"
    what = visit(chain, version, photo, assignment_id=str(assign(chain, version).id),
                 photos=[declared(photo, taken_at=told)])  # fmt: skip
    assert send(client, chain, what).status_code == 201
    assert scalar(chain, select(AuditPhoto.taken_at)) == datetime.fromisoformat(told)


def test_the_receipt_can_be_had_again(client: FlaskClient, chain: Chain, asked: Visit) -> None:
    first = send(client, chain, asked)
    again = client.get(asked.path, headers=chain.as_("cleo"))
    assert again.get_json() == first.get_json()
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_assignment_is_done(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    assignment = assign(chain, version)
    send(client, chain, visit(chain, version, assignment_id=str(assignment.id)))
    with db.transaction(chain.organisation.id) as session:
        found = session.get(type(assignment), (chain.organisation.id, assignment.id))
        assert found is not None
        assert found.state is AssignmentState.DONE


@pytest.mark.parametrize("who", ["cora", "ada", "ben", "dan"])
def test_for_others_it_does_not_exist(
    client: FlaskClient, chain: Chain, asked: Visit, who: str
) -> None:
    send(client, chain, asked)
    assert client.get(asked.path, headers=chain.as_(who)).status_code == 404
    if who != "dan":
        assert send(client, chain, asked, who).status_code == 404


def test_gzip_is_unpacked_and_the_digest_is_over_the_bytes_as_sent(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    packed = gzip.compress(asked.body)
    asked_headers = asked.headers(Content_Encoding="gzip")
    del asked_headers["Content-Digest"]
    answer = client.put(asked.path, data=packed, headers=asked_headers | chain.as_("cleo"))
    assert answer.status_code == 201
    assert answer.headers["ETag"] == f'"{asked.sha256}"'


def test_a_document_of_more_than_two_megabytes_is_too_large(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    asked.document["answers"]["B2"] = {"value": "x" * 2_097_152}
    answer = send(client, chain, asked)
    assert (answer.status_code, answer.get_json()["type"]) == (413, "/problems/too-large")
    assert client.get(asked.path, headers=chain.as_("cleo")).status_code == 404


def test_there_is_nothing_to_correct_under_an_id_that_nobody_knows(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    answer = send(client, chain, asked, If_Match=f'"{asked.sha256}"')
    assert (answer.status_code, answer.get_json()["type"]) == (412, "/problems/stale")
    assert client.get(asked.path, headers=chain.as_("cleo")).status_code == 404


def test_a_gzip_bomb_is_too_large(client: FlaskClient, chain: Chain, asked: Visit) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = client.put(asked.path, data=bomb, headers=headers | chain.as_("cleo"))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"format": 1, "id"', "not-json"),
        (b"[]", "not-json"),
        (b"\xff\xfe", "not-json"),
        (b'{"a": NaN}', "not-json"),
        (b"[" * 100_000, "not-json"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "not-json"),
    ],
)
def test_unreadable_bytes_are_the_only_ones_refused(
    client: FlaskClient, chain: Chain, asked: Visit, body: bytes, problem: str
) -> None:
    headers = {"Content-Type": "application/json"} | chain.as_("cleo")
    answer = client.put(asked.path, data=body, headers=headers)
    assert (answer.status_code, answer.get_json()["type"]) == (400, f"/problems/{problem}")


def test_a_digest_that_differs_is_refused(client: FlaskClient, chain: Chain, asked: Visit) -> None:
    headers = asked.headers() | chain.as_("cleo")
    answer = client.put(asked.path, data=asked.body + b" ", headers=headers)
    assert answer.get_json()["type"] == "/problems/digest-differs"


@pytest.mark.parametrize(
    "digest",
    [
        "garbage",
        "sha-256",
        "sha-256=",
        "sha-256=garbage",
        "sha-256=:garbage:",
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "sha-512=:AAAA:, garbage",
        ",",
    ],
)
def test_a_digest_that_can_t_be_read_is_refused_and_not_passed_over(
    client: FlaskClient, chain: Chain, asked: Visit, digest: str
) -> None:
    answer = send(client, chain, asked, Content_Digest=digest)
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/bad-request")


def test_of_the_digests_only_the_one_by_sha_256_is_looked_at(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    right = asked.headers()["Content-Digest"]
    for digest in (f"sha-512=:AAAA:, {right}", f"{right};by=phone , unixsum=7", "md5=:AAAA:", ""):
        assert send(client, chain, asked, Content_Digest=digest).status_code in {200, 201}
    wrong = send(client, chain, asked, Content_Digest="sha-512=:AAAA:, sha-256=:AAAA:")
    assert wrong.get_json()["type"] == "/problems/digest-differs"


def test_another_media_type_is_refused(client: FlaskClient, chain: Chain, asked: Visit) -> None:
    headers = asked.headers(Content_Type="text/plain") | chain.as_("cleo")
    assert client.put(asked.path, data=asked.body, headers=headers).status_code == 415


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"answers": {}}, "answers.A1", "required"),
        ({"answers": {"A1": {"value": "no"}}}, "answers.A1", "comment_missing"),
        ({"answers": {"A1": {"value": "perhaps"}}}, "answers.A1", None),
        ({"answers": []}, "answers", "malformed"),
        ({"format": 2}, "format", "malformed"),
        ({"started_at": "yesterday"}, "started_at", "malformed"),
        ({"started_at": "2026-11-20T10:00:00"}, "started_at", "malformed"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at", "malformed"),
        ({"started_at": "2020-01-01T10:00:00+09:00"}, "started_at", "outside_window"),
        ({"time_zone": "Asia"}, "time_zone", "malformed"),
        ({"time_zone": "Europe"}, "time_zone", "malformed"),
        ({"time_zone": "a" * 300}, "time_zone", "malformed"),
        ({"store_id": "00000000-0000-7000-8000-000000000000"}, "store_id", "unknown_store"),
        ({"kind": "self_check"}, "kind", "other_kind"),
        ({"photos": [{"sha256": "short"}]}, "photos[0].sha256", "malformed"),
        ({"photos": "none"}, "photos", "malformed"),
        ({"id": "00000000-0000-7000-8000-000000000000"}, "id", "other_id"),
    ],
)
def test_what_makes_no_sense_is_kept_in_quarantine_with_its_reason(
    client: FlaskClient,
    chain: Chain,
    asked: Visit,
    changes: dict[str, Any],
    place: str,
    code: str | None,
) -> None:
    path = asked.path
    asked.document.update(changes)
    answer = client.put(path, data=asked.body, headers=asked.headers() | chain.as_("cleo"))
    assert answer.status_code == 202
    reasons = {(reason["place"], reason["code"]) for reason in answer.get_json()["reasons"]}
    assert any(found == place and code in (None, kind) for found, kind in reasons), reasons
    assert scalar(chain, select(Document.body)) == asked.body


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"9" * 5000])
def test_a_number_that_nothing_can_hold_is_left_out_and_named(
    client: FlaskClient, chain: Chain, asked: Visit, number: bytes
) -> None:
    photo = fresh_jpeg()
    asked.document["photos"] = [declared(photo, location={"latitude": 77777, "longitude": 127.0})]
    asked.document["answers"]["A2"] = {"value": 4, "of a later app": [77777]}
    body = asked.body.replace(b"77777", number)
    headers = {"Content-Type": "application/json"} | chain.as_("cleo")
    answer = client.put(asked.path, data=body, headers=headers)
    assert answer.status_code == 202
    assert {(reason["place"], reason["code"]) for reason in answer.get_json()["reasons"]} == {
        ("photos[0].location.latitude", "number_too_large"),
        ("answers.A2.of a later app[0]", "number_too_large"),
    }
    assert scalar(chain, select(Document.body)) == body
    details = client.get(f"{asked.path}/details", headers=chain.as_("ana"))
    told = json.loads(details.data, parse_constant=pytest.fail)
    assert told["photos"][0]["location"] == {"latitude": None, "longitude": 127.0}
    assert told["answers"][1]["answer"] == {"value": 4, "of a later app": [None]}


def test_quarantined_work_still_gets_its_receipt(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    asked.document["answers"] = {}
    body = send(client, chain, asked).get_json()
    assert body["receipt"]["document_sha256"] == asked.sha256


def test_characters_no_database_holds_are_no_reason_to_lose_work(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    asked.document["answers"]["B2"] = {"value": "nul \x00 and half \ud800"}
    body = json.dumps(asked.document).encode()
    headers = {"Content-Type": "application/json"} | chain.as_("cleo")
    answer = client.put(asked.path, data=body, headers=headers)
    assert answer.status_code == 201
    assert answer.get_json()["document_sha256"] == hashlib.sha256(body).hexdigest()


def test_a_correction_names_what_it_corrects(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    photo = fresh_jpeg()
    asked.document["photos"] = [declared(photo)]
    first = send(client, chain, asked).headers["ETag"]
    asked.document["photos"] = [declared(photo, lost="the phone can't read it any more")]
    assert send(client, chain, asked).get_json()["type"] == "/problems/audit-exists"
    for other in ('"stale"', f"W/{first}"):
        assert send(client, chain, asked, If_Match=other).status_code == 412
    answer = send(client, chain, asked, If_Match=first)
    assert answer.status_code == 201
    lost = [{"sha256": sha256(photo), "state": "lost"}]
    assert answer.get_json()["receipt"]["photos"] == lost


def test_a_complete_audit_is_final(client: FlaskClient, chain: Chain, asked: Visit) -> None:
    etag = send(client, chain, asked).headers["ETag"]
    asked.document["language"] = "ko"
    answer = send(client, chain, asked, If_Match=etag)
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/audit-complete")


def test_nobody_asked_for_this_visit(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    answer = send(client, chain, visit(chain, version))
    assert answer.status_code == 202
    assert answer.get_json()["reasons"][0]["code"] == "no_assignment"


def test_a_store_manager_checks_the_own_store_unasked_but_no_other(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    own = visit(chain, version, kind="self_check", store="N1")
    assert send(client, chain, own, "sam").status_code == 201
    other = visit(chain, version, kind="self_check", store="N2")
    assert send(client, chain, other, "sam").status_code == 202


@pytest.mark.parametrize(
    ("who", "kind", "taken"),
    [
        ("ben", "mystery_shop", False),
        ("ben", "announced_audit", True),
        ("ana", "mystery_shop", True),
    ],
)
def test_who_sees_a_store_comes_unasked_but_nobody_shops_the_own_region(
    client: FlaskClient, chain: Chain, version: ChecklistVersion, who: str, kind: str, taken: bool
) -> None:
    answer = send(client, chain, visit(chain, version, kind=kind), who)
    codes = [reason["code"] for reason in answer.get_json().get("reasons", [])]
    assert (answer.status_code, codes) == ((201, []) if taken else (202, ["no_assignment"]))


def test_nobody_comes_unasked_with_a_checklist_that_stores_may_not_read(
    client: FlaskClient, chain: Chain
) -> None:
    secret = publish(
        chain, SMALL.replace("required: false,", "required: false, audience: head_office,")
    )
    answers = [send(client, chain, visit(chain, secret), who) for who in ("ben", "ada")]
    assert [answer.status_code for answer in answers] == [202, 201]


def test_a_disabled_persons_work_is_kept_but_a_lost_devices_is_not(
    client: FlaskClient, chain: Chain, asked: Visit
) -> None:
    chain.as_("cleo")
    with db.transaction(chain.organisation.id):
        people.change_person(db.session().merge(chain.cleo), {"disabled": True})
    answer = send(client, chain, asked)
    assert answer.status_code == 202
    assert answer.get_json()["reasons"][0]["code"] == "person_disabled"
    assert client.get("/api/v1/me", headers=chain.as_("cleo")).status_code == 403
    devices = client.get(f"/api/v1/people/{chain.cleo.id}/devices", headers=chain.as_("ada"))
    lost = devices.get_json()["devices"][0]["id"]
    client.delete(f"/api/v1/sessions/{lost}", headers=chain.as_("ada"))
    assert send(client, chain, asked).status_code == 401


def test_a_mystery_shop_waits_for_its_release(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    assignment = assign(chain, version, kind=VisitKind.MYSTERY_SHOP)
    send(
        client,
        chain,
        visit(chain, version, kind="mystery_shop", assignment_id=str(assignment.id)),
    )
    assert scalar(chain, select(Audit.release)).value == "waiting"
