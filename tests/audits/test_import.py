"""A phone that can't send saves a file; head office takes it in, in the auditor's name."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from uuid_utils.compat import uuid7
from werkzeug.test import TestResponse

from auditapi.app import LARGEST_BODY
from auditapi.audits.importing import file as unsent
from auditapi.audits.importing import routes
from auditapi.audits.models import Audit, Document
from auditapi.core import db, objects
from auditapi.core.activity import Activity
from auditapi.core.problems import UNAVAILABLE, Problem
from auditapi.people.models import Person
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.unsent import about, audit, draft, lines, photo, whole
from tests.factories.visits import Visit, fresh_jpeg, publish, sha256, visit

pytestmark = pytest.mark.database


class Office:
    """ada takes files in; cleo has made what is in them."""

    def __init__(self, client: FlaskClient, chain: Chain) -> None:
        self.client, self.chain, self.version = client, chain, publish(chain)

    def visit(self, *photos: bytes, **changes: Any) -> Visit:
        asked = assign(self.chain, self.version)
        return visit(self.chain, self.version, *photos, assignment_id=str(asked.id), **changes)

    def post(self, data: bytes, who: str = "ada", kind: str = "application/jsonl") -> TestResponse:
        headers = {**self.chain.as_(who), "Content-Type": kind}
        return self.client.post("/api/v1/import", data=data, headers=headers)

    def take(self, data: bytes) -> Any:
        answer = self.post(data)
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()

    def get(self, path: str, who: str = "cleo") -> TestResponse:
        return self.client.get(path, headers=self.chain.as_(who))

    def activities(self, *actions: str) -> list[Activity]:
        with db.transaction(self.chain.organisation.id) as session:
            found = select(Activity).where(Activity.action.in_(actions)).order_by(Activity.id)
            return list(session.scalars(found))

    def count(self, what: Any) -> int:
        with db.transaction(self.chain.organisation.id) as session:
            return session.scalar(select(func.count()).select_from(what)) or 0


@pytest.fixture
def office(client: FlaskClient, chain: Chain) -> Office:
    return Office(client, chain)


def problem_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["type"].removeprefix("/problems/")


def test_a_file_brings_audits_and_photos_in_as_the_phone_would_have(office: Office) -> None:
    first, second = office.visit(fresh_jpeg(), fresh_jpeg()), office.visit()
    told = office.take(whole(office.chain.cleo, first, second))
    assert told["person"] == {"id": str(office.chain.cleo.id), "name": "Cleo Example"}
    assert told["photos"] == {"new": 2, "known": 0, "refused": []}
    assert told["unreadable"] == told["drafts"] == []
    for made, entry in zip((first, second), told["audits"], strict=True):
        assert (entry["id"], entry["result"], entry["problem"]) == (made.id, "new", None)
        status = office.get(made.path).get_json()
        assert entry["status"] == status
        assert (status["delivery"], status["acceptance"]) == ("delivered", "accepted")
        assert status["receipt"]["document_sha256"] == made.sha256
        with db.transaction(office.chain.organisation.id) as session:
            row = session.scalars(select(Audit).where(Audit.id == UUID(made.id))).one()
            body = session.scalars(select(Document.body).where(Document.audit_id == row.id)).one()
        assert row.auditor_id == office.chain.cleo.id
        assert row.completed_at is not None
        assert body == made.body


def test_it_is_written_down_who_took_what_in(office: Office) -> None:
    made = office.visit()
    office.take(whole(office.chain.cleo, made))
    [written] = office.activities("audit.imported")
    assert (written.person_id, str(written.subject_id)) == (office.chain.ada.id, made.id)
    assert written.details == {
        "auditor_id": str(office.chain.cleo.id),
        "saved_at": "2026-11-20T18:02:11+09:00",
    }


def test_the_same_file_again_changes_nothing_and_answers_the_same(office: Office) -> None:
    made = office.visit(fresh_jpeg())
    data = whole(office.chain.cleo, made)
    first, again = office.take(data), office.take(data)
    assert again["photos"] == {"new": 0, "known": 1, "refused": []}
    [before], [after] = first["audits"], again["audits"]
    assert after == before | {"result": "known"}
    assert len(office.activities("audit.imported", "audit.completed")) == 2
    assert office.count(Document) == 1


def test_an_audit_that_came_from_the_phone_meanwhile_gets_the_photos_of_the_file(
    office: Office,
) -> None:
    made = office.visit(fresh_jpeg())
    headers = {**office.chain.as_("cleo"), **made.headers()}
    assert office.client.put(made.path, data=made.body, headers=headers).status_code == 201
    [entry] = office.take(whole(office.chain.cleo, made))["audits"]
    assert (entry["result"], entry["status"]["delivery"]) == ("known", "delivered")


def test_photos_may_come_after_their_audit(office: Office) -> None:
    made = office.visit(fresh_jpeg())
    data = lines(about(office.chain.cleo), audit(made), photo(made.photos[0]))
    assert office.take(data)["audits"][0]["status"]["delivery"] == "delivered"


def test_an_audit_without_all_its_photos_says_which_are_missing(office: Office) -> None:
    here, missing = fresh_jpeg(), fresh_jpeg()
    made = office.visit(here, missing)
    [entry] = office.take(lines(about(office.chain.cleo), photo(here), audit(made)))["audits"]
    assert entry["status"]["delivery"] == "awaiting_photos"
    assert entry["status"]["missing"] == [{"sha256": sha256(missing), "offset": 0}]


def test_what_makes_no_sense_is_quarantined_with_its_reasons(office: Office) -> None:
    made = office.visit(answers={"A1": {"value": "perhaps"}})
    [entry] = office.take(whole(office.chain.cleo, made))["audits"]
    assert (entry["result"], entry["status"]["acceptance"]) == ("quarantined", "quarantined")
    assert "answers.A1" in {reason["place"] for reason in entry["status"]["reasons"]}


def test_the_work_of_somebody_disabled_meanwhile_is_quarantined(office: Office) -> None:
    made = office.visit()
    with db.transaction(office.chain.organisation.id) as session:
        person = session.get_one(Person, (office.chain.organisation.id, office.chain.cleo.id))
        person.disabled_at = db.now() - timedelta(days=400)
    [entry] = office.take(whole(office.chain.cleo, made))["audits"]
    assert [reason["code"] for reason in entry["status"]["reasons"]] == ["person_disabled"]


def test_a_correction_goes_over_what_it_corrects(office: Office) -> None:
    made = office.visit(answers={"A1": {"value": "yes"}})
    before = made.sha256
    assert office.take(whole(office.chain.cleo, made))["audits"][0]["result"] == "quarantined"
    made.document["answers"] |= {"A2": {"value": 4}, "B1": {"value": "yes"}}
    data = lines(about(office.chain.cleo), audit(made, if_match=before))
    assert office.take(data)["audits"][0]["status"]["acceptance"] == "accepted"


def test_a_correction_of_what_never_came_is_taken_as_it_is(office: Office) -> None:
    made = office.visit()
    data = lines(about(office.chain.cleo), audit(made, if_match="0" * 64))
    assert office.take(data)["audits"][0]["result"] == "new"


def test_unfinished_work_is_kept_for_the_auditors_next_phone(office: Office) -> None:
    data = fresh_jpeg()
    begun = {"id": str(uuid7()), "answers": {"A1": {"note": "상자"}}, "photos": [sha256(data)]}
    file = lines(about(office.chain.cleo), photo(data), draft(begun))
    for _ in range(2):
        assert office.take(file)["drafts"] == [{"id": begun["id"], "problem": None}]
    assert office.get(f"/api/v1/drafts/{begun['id']}").get_json() == begun
    assert office.get(f"/api/v1/drafts/{begun['id']}", "ada").status_code == 404
    later = begun | {"answers": {}}
    [refused] = office.take(lines(about(office.chain.cleo), draft(later)))["drafts"]
    assert refused["problem"]["type"] == "/problems/stale"
    assert office.get(f"/api/v1/drafts/{begun['id']}").get_json() == begun


# ---- what is not taken ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"hello",
        b"\xff\xd8\xff\xe0",
        b"[]\n",
        b'{"audit": "x"}\n',
        json.dumps({"about": "unsent audits", "format": 1}).encode(),
    ],
    ids=repr,
)
def test_a_file_that_is_not_ours_is_refused(office: Office, data: bytes) -> None:
    assert problem_of(office.post(data)) == (422, "not-unsent-audits")


@pytest.mark.parametrize(
    "changes", [{"format": 2}, {"about": "holidays"}, {"person": {"id": "cleo"}}, {"saved_at": 7}]
)
def test_a_first_line_that_says_something_else_is_refused(
    office: Office, changes: dict[str, Any]
) -> None:
    data = lines(about(office.chain.cleo, **changes), audit(office.visit()))
    assert problem_of(office.post(data)) == (422, "not-unsent-audits")
    assert office.count(Audit) == 0


def test_work_of_nobody_here_is_refused_and_of_another_chain_just_so(office: Office) -> None:
    stranger = about(office.chain.cleo, person={"id": str(uuid4()), "name": "Nobody"})
    answers = [
        office.post(lines(stranger, audit(office.visit()))),
        office.post(whole(office.chain.eve, office.visit())),
        office.post(whole(office.chain.cleo, office.visit()), who="dan"),
    ]
    said = [answer.get_json() for answer in answers]
    assert said[0] == said[1] == said[2]
    assert problem_of(answers[0]) == (422, "invalid")
    assert said[0]["errors"][0]["path"] == "person.id"
    assert office.count(Audit) == 0


def test_what_is_damaged_is_refused_alone(office: Office) -> None:
    good, bad = office.visit(fresh_jpeg()), office.visit()
    torn = fresh_jpeg()
    data = lines(
        about(office.chain.cleo),
        photo(torn, photo=sha256(b"another")),
        photo(good.photos[0]),
        audit(bad, sha256=sha256(b"another")),
        audit(good),
    )
    told = office.take(data)
    assert [(one["id"], one["result"]) for one in told["audits"]] == [
        (good.id, "new"),
        (bad.id, "refused"),
    ]
    assert told["audits"][1]["problem"]["type"] == "/problems/digest-differs"
    assert told["audits"][1]["status"] is None
    [refused] = told["photos"]["refused"]
    assert refused["problem"]["type"] == "/problems/digest-differs"
    assert office.get(bad.path).status_code == 404


def test_a_file_that_breaks_off_costs_its_last_line_only(office: Office) -> None:
    first, second = office.visit(), office.visit()
    told = office.take(whole(office.chain.cleo, first, second)[:-40])
    assert [one["id"] for one in told["audits"]] == [first.id]
    assert [one["line"] for one in told["unreadable"]] == [3]


@pytest.mark.parametrize(
    "line",
    [
        b"not json\n",
        b'"text"\n',
        b'{"photo": 7, "bytes": ""}\n',
        b'{"photo": "00", "bytes": "***"}\n',
        b'{"audit": "no id", "sha256": "", "bytes": ""}\n',
        b'{"draft": "no id", "content": {}}\n',
        b'{"draft": "0192a9c4-7c1e-7b3a-9d53-0c8a4e7f2b11", "content": []}\n',
        b'{"video": "x"}\n',
        b"[" * 100_000 + b"\n",
    ],
    ids=lambda line: line[:30].decode(),
)
def test_a_line_that_can_t_be_read_is_told_and_passed_by(office: Office, line: bytes) -> None:
    made = office.visit()
    told = office.take(lines(about(office.chain.cleo), line, b"\n", audit(made)))
    assert [one["line"] for one in told["unreadable"]] == [2]
    assert [one["id"] for one in told["audits"]] == [made.id]


def test_a_line_longer_than_any_photo_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsent, "LONGEST_LINE", 200)
    first = {"about": "unsent audits", "format": 1, "person": {"id": str(uuid4())}}
    file = lines(
        first | {"saved_at": "2026-11-20"}, b"x" * 1001 + b"\n", b'{"photo":"a","bytes":""}'
    )
    _, entries = unsent.read(io.BytesIO(file))
    assert [type(entry) for entry in entries] == [unsent.Unreadable, unsent.PhotoLine]


def test_bytes_that_are_no_photo_do_not_hold_the_audit_up(office: Office) -> None:
    text = b"only called .jpg"
    told = office.take(whole(office.chain.cleo, office.visit(text)))
    [refused] = told["photos"]["refused"]
    assert (refused["sha256"], refused["problem"]["type"]) == (
        sha256(text),
        "/problems/not-a-photo",
    )
    status = told["audits"][0]["status"]
    assert [one["sha256"] for one in status["refused"]] == [sha256(text)]
    assert status["delivery"] == "delivered"


def test_somebody_elses_audit_can_t_be_taken_over_by_a_file(office: Office) -> None:
    made = office.visit()
    office.take(whole(office.chain.cleo, made))
    [entry] = office.take(whole(office.chain.cora, made))["audits"]
    assert entry["problem"]["type"] == "/problems/not-found"
    made.document["language"] = "ko"
    [entry] = office.take(whole(office.chain.cleo, made))["audits"]
    assert entry["problem"]["type"] == "/problems/audit-complete"


def test_a_sealed_audit_is_json_of_at_most_two_megabytes(office: Office) -> None:
    large, broken = office.visit(padding="x" * 2_100_000), office.visit()
    no_json = b"{never finished"
    wrong = audit(broken, sha256=sha256(no_json), bytes="e25ldmVyIGZpbmlzaGVk")
    told = office.take(lines(about(office.chain.cleo), audit(large), wrong))
    kinds = [one["problem"]["type"] for one in told["audits"]]
    assert kinds == ["/problems/too-large", "/problems/not-json"]


def test_while_the_storage_is_silent_the_whole_is_put_off(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.visit(fresh_jpeg())

    def silent(*_args: object) -> None:
        raise Problem(UNAVAILABLE, "The storage does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(objects.Objects, "put_spooled", silent)
        assert problem_of(office.post(whole(office.chain.cleo, made))) == (503, "unavailable")
    [entry] = office.take(whole(office.chain.cleo, made))["audits"]
    assert (entry["result"], entry["status"]["delivery"]) == ("new", "delivered")


def test_a_file_of_more_than_the_most_is_refused_unread(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "LARGEST_FILE", 1000)
    assert problem_of(office.post(b"x" * 1001)) == (413, "too-large")


def test_a_file_larger_than_any_other_body_is_taken(office: Office) -> None:
    made, junk = office.visit(), b" " * (LARGEST_BODY + 1) + b"\n"
    told = office.take(lines(about(office.chain.cleo), junk, audit(made)))
    assert [one["id"] for one in told["audits"]] == [made.id]


def test_a_connection_that_breaks_leaves_what_came_before(office: Office) -> None:
    made = office.visit()
    data = whole(office.chain.cleo, made)
    answer = office.client.post(
        "/api/v1/import",
        data=data,
        headers={**office.chain.as_("ada"), "Content-Type": "application/jsonl"},
        environ_overrides={"CONTENT_LENGTH": str(len(data) + 1000)},
    )
    assert problem_of(answer) == (400, "bad-request")
    assert office.take(data)["audits"][0]["result"] == "known"


def test_only_a_file_of_lines_is_taken(office: Office) -> None:
    assert problem_of(office.post(b"{}", kind="application/json")) == (415, "media-type")


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "sam"])
def test_only_administrators_take_files_in(office: Office, who: str) -> None:
    data = whole(office.chain.cleo, office.visit())
    assert problem_of(office.post(data, who=who)) == (403, "not-allowed")
