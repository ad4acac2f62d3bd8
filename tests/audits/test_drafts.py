"""Copies of unfinished audits: saved, found on another phone, never overwritten unasked."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from uuid_utils.compat import uuid7
from werkzeug.test import TestResponse

from auditapi.audits import housekeeping
from auditapi.audits.drafts import rules
from auditapi.audits.drafts.models import Draft
from auditapi.core import db
from auditapi.core.activity import Activity
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.visits import Visit, fresh_jpeg, publish, sha256, visit

pytestmark = pytest.mark.database
NEW = {"If-None-Match": "*"}


class Phone:
    """One person's phone, as far as drafts go."""

    def __init__(self, client: FlaskClient, chain: Chain, name: str = "cleo") -> None:
        self.client, self.headers = client, chain.as_(name)

    def save(self, draft_id: object, content: Any, **headers: str) -> TestResponse:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.put(
            f"/api/v1/drafts/{draft_id}",
            data=body,
            headers={"Content-Type": "application/json", **self.headers, **named},
        )

    def begin(self, content: Any, draft_id: object = None) -> tuple[str, str]:
        """Saves something new; its id and ETag."""
        name = str(draft_id or uuid7())
        answer = self.save(name, content, If_None_Match="*")
        assert answer.status_code == 201, answer.get_json()
        return name, answer.headers["ETag"]

    def fetch(self, draft_id: str, **headers: str) -> TestResponse:
        return self.client.get(f"/api/v1/drafts/{draft_id}", headers={**self.headers, **headers})

    def drop(self, draft_id: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.delete(f"/api/v1/drafts/{draft_id}", headers={**self.headers, **named})

    def list(self, query: str = "") -> Any:
        return self.client.get(f"/api/v1/drafts{query}", headers=self.headers).get_json()


@pytest.fixture
def cleo(client: FlaskClient, chain: Chain) -> Phone:
    return Phone(client, chain)


def is_problem(answer: TestResponse, status: int, slug: str) -> bool:
    body = answer.get_json()
    return (answer.status_code, body["type"]) == (status, f"/problems/{slug}")


def test_unfinished_work_comes_back_byte_for_byte(cleo: Phone) -> None:
    body = '{ "answers": {"A1": {"note": "상자가 넘어졌다"}},  "photos": [] }'.encode()
    draft_id, etag = cleo.begin(body)
    assert etag == f'"{hashlib.sha256(body).hexdigest()}"'
    back = cleo.fetch(draft_id)
    assert back.data == body
    assert back.content_type == "application/json"
    assert back.headers["ETag"] == etag
    assert back.headers["Cache-Control"] == "no-store"
    assert cleo.fetch(draft_id, **{"If-None-Match": etag}).status_code == 304


def test_a_change_goes_over_the_version_it_was_made_from(cleo: Phone) -> None:
    draft_id, first = cleo.begin({"n": 1})
    second = cleo.save(draft_id, {"n": 2}, If_Match=first)
    assert second.status_code == 200
    assert second.headers["ETag"] == second.get_json()["etag"] != first
    assert cleo.save(draft_id, {"n": 3}, If_Match="*").status_code == 200
    assert cleo.fetch(draft_id).get_json() == {"n": 3}


def test_a_repeat_whose_answer_was_lost_succeeds_whatever_it_expects(cleo: Phone) -> None:
    draft_id, first = cleo.begin({"n": 1})
    again = cleo.save(draft_id, {"n": 1}, If_None_Match="*")
    assert (again.status_code, again.headers["ETag"]) == (200, first)
    second = cleo.save(draft_id, {"n": 2}, If_Match=first)
    repeated = cleo.save(draft_id, {"n": 2}, If_Match=first)
    assert (repeated.status_code, repeated.get_json()) == (200, second.get_json())


def test_another_phones_version_is_not_overwritten_and_says_whose_it_is(cleo: Phone) -> None:
    draft_id, first = cleo.begin({"n": 1})
    theirs = cleo.save(draft_id, {"n": "theirs"}, If_Match=first).get_json()
    for headers in ({"If_Match": first}, {"If_None_Match": "*"}):
        refused = cleo.save(draft_id, {"n": "mine"}, **headers)
        assert is_problem(refused, 412, "stale")
        assert refused.headers["ETag"] == theirs["etag"]
        said = refused.get_json()
        assert (said["etag"], said["device"]) == (theirs["etag"], "a test")
        assert said["saved_at"] == theirs["saved_at"]
    assert cleo.fetch(draft_id).get_json() == {"n": "theirs"}


def test_a_draft_that_is_gone_says_so(cleo: Phone) -> None:
    draft_id, etag = cleo.begin({"n": 1})
    assert cleo.drop(draft_id, If_Match=etag).status_code == 204
    for expected in (etag, "*"):
        refused = cleo.save(draft_id, {"n": 2}, If_Match=expected)
        assert is_problem(refused, 412, "stale")
        assert refused.get_json()["etag"] is None
    assert cleo.save(draft_id, {"n": 2}, If_None_Match="*").status_code == 201


@pytest.mark.parametrize("headers", [{}, {"If_None_Match": '"something"'}])
def test_saving_needs_to_say_what_it_replaces(cleo: Phone, headers: dict[str, str]) -> None:
    draft_id, _ = cleo.begin({"n": 1})
    assert is_problem(cleo.save(draft_id, {"n": 2}, **headers), 428, "precondition-required")
    assert is_problem(cleo.drop(draft_id, **headers), 428, "precondition-required")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b'{"a": ', b"\xff{}", b"[" * 100_000], ids=repr
)
def test_what_is_no_json_object_is_refused(cleo: Phone, body: bytes) -> None:
    assert is_problem(cleo.save(uuid7(), body, **{"If_None_Match": "*"}), 400, "not-json")


def test_a_draft_has_at_most_two_megabytes(cleo: Phone) -> None:
    most = b'{"memo": "' + b"x" * (rules.LARGEST - 12) + b'"}'
    assert cleo.save(uuid7(), most, If_None_Match="*").status_code == 201
    assert is_problem(cleo.save(uuid7(), most + b" ", If_None_Match="*"), 413, "too-large")


def test_only_json_is_taken(cleo: Phone) -> None:
    answer = cleo.save(uuid7(), {}, If_None_Match="*", Content_Type="text/plain")
    assert is_problem(answer, 415, "media-type")


def test_the_list_tells_of_every_draft_without_its_content(cleo: Phone, queries: Any) -> None:
    assignment, store = str(uuid7()), str(uuid7())
    first, etag = cleo.begin({"assignment_id": assignment, "store_id": store})
    second, _ = cleo.begin({"assignment_id": "no id at all", "store_id": 7})
    with queries() as made:
        newest, oldest = cleo.list()["drafts"]
    assert len([statement for statement in made if "drafts" in statement]) == 1
    assert not any("drafts.body" in statement for statement in made)
    assert (newest["id"], newest["assignment_id"], newest["store_id"]) == (second, None, None)
    assert oldest["id"] == first
    assert (oldest["assignment_id"], oldest["store_id"]) == (assignment, store)
    assert (oldest["etag"], oldest["device"]) == (etag, "a test")
    assert oldest["bytes"] == len(cleo.fetch(first).data)


def test_the_list_comes_in_pages(cleo: Phone) -> None:
    made = [cleo.begin({"n": n})[0] for n in range(3)]
    page = cleo.list("?limit=2")
    rest = cleo.list(f"?limit=2&cursor={page['next']}")
    assert [one["id"] for one in page["drafts"] + rest["drafts"]] == made[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize("name", ["cora", "ada", "dan"])
def test_nobody_else_sees_a_draft_nor_learns_that_it_exists(
    client: FlaskClient, chain: Chain, cleo: Phone, name: str
) -> None:
    draft_id, etag = cleo.begin({"n": 1})
    other = Phone(client, chain, name)
    assert other.list()["drafts"] == []
    assert is_problem(other.fetch(draft_id), 404, "not-found")
    assert is_problem(other.drop(draft_id, If_Match=etag), 404, "not-found")
    # The name is free for the other one, and neither disturbs the other.
    other.begin({"n": "other"}, draft_id)
    assert cleo.fetch(draft_id).get_json() == {"n": 1}


def test_only_the_version_meant_is_thrown_away(chain: Chain, cleo: Phone) -> None:
    draft_id, first = cleo.begin({"n": 1})
    cleo.save(draft_id, {"n": 2}, If_Match=first)
    assert is_problem(cleo.drop(draft_id, If_Match=first), 412, "stale")
    assert cleo.drop(draft_id, If_Match="*").status_code == 204
    assert is_problem(cleo.fetch(draft_id), 404, "not-found")
    with db.transaction(chain.organisation.id) as session:
        written = session.scalars(select(Activity).where(Activity.subject_type == "drafts")).one()
    assert (written.action, written.person_id) == ("draft.dropped", chain.cleo.id)
    assert str(written.subject_id) == draft_id


# ---- when the audit itself arrives ---------------------------------------------------------


@pytest.fixture
def send(client: FlaskClient, chain: Chain) -> Any:
    """`send(visit)` → the answer to cleo's PUT of the sealed audit."""

    def sending(made: Visit, **headers: str) -> TestResponse:
        return client.put(
            made.path, data=made.body, headers={**chain.as_("cleo"), **made.headers(**headers)}
        )

    return sending


def asked_for(chain: Chain, *photos: bytes, **changes: Any) -> Visit:
    version = publish(chain)
    assignment = assign(chain, version)
    return visit(chain, version, *photos, assignment_id=str(assignment.id), **changes)


def test_the_draft_of_a_delivered_audit_goes_with_the_last_photo(
    client: FlaskClient, chain: Chain, cleo: Phone, send: Any
) -> None:
    photo = fresh_jpeg()
    made = asked_for(chain, photo)
    cleo.begin({"answers": {}}, made.id)
    other, _ = cleo.begin({"n": "of another visit"})
    assert send(made).get_json()["delivery"] == "awaiting_photos"
    assert cleo.fetch(made.id).status_code == 200
    path = f"/api/v1/photos/{sha256(photo)}"
    assert client.put(path, data=photo, headers=chain.as_("cleo")).status_code == 201
    assert is_problem(cleo.fetch(made.id), 404, "not-found")
    assert [one["id"] for one in cleo.list()["drafts"]] == [other]


def test_a_late_copy_of_a_draft_does_not_bring_finished_work_back(
    chain: Chain, cleo: Phone, send: Any
) -> None:
    made = asked_for(chain)
    _, etag = cleo.begin({"n": 1}, made.id)
    assert send(made).status_code == 201
    for headers in ({"If_Match": etag}, {"If_None_Match": "*"}):
        assert is_problem(cleo.save(made.id, {"n": 2}, **headers), 409, "audit-complete")
    assert cleo.list()["drafts"] == []


def test_a_correction_of_a_quarantined_audit_is_saved_and_goes_when_it_is_sent(
    chain: Chain, cleo: Phone, send: Any
) -> None:
    made = asked_for(chain, answers={"A1": {"value": "yes"}})
    assert send(made).get_json()["acceptance"] == "quarantined"
    cleo.begin({"corrects": True}, made.id)
    before = made.sha256
    made.document["answers"] |= {"A2": {"value": 4}, "B1": {"value": "yes"}}
    assert send(made, If_Match=f'"{before}"').get_json()["acceptance"] == "accepted"
    assert cleo.list()["drafts"] == []


def test_when_a_reviewer_accepts_the_audit_its_correction_is_not_wanted_any_more(
    client: FlaskClient, chain: Chain, cleo: Phone, send: Any
) -> None:
    made = asked_for(chain, time_zone="Nowhere/At_all")
    assert send(made).get_json()["acceptance"] == "quarantined"
    cleo.begin({"corrects": True}, made.id)
    accepted = client.post(
        f"{made.path}/accept",
        json={"reason": "The zone is known."},
        headers=chain.posting_as("ana"),
    )
    assert accepted.status_code == 200, accepted.get_json()
    assert cleo.list()["drafts"] == []


# ---- by the clock --------------------------------------------------------------------------


def test_drafts_are_forgotten_after_half_a_year(chain: Chain, cleo: Phone) -> None:
    old, _ = cleo.begin({"n": "old"})
    young, _ = cleo.begin({"n": "young"})
    for name, days in ((old, 181), (young, 179)):
        with db.transaction(chain.organisation.id) as session:
            aged = update(Draft).where(Draft.id == UUID(name))
            session.execute(aged.values(saved_at=db.now() - timedelta(days=days)))
    housekeeping.forget_old(0)
    assert [one["id"] for one in cleo.list()["drafts"]] == [young]
