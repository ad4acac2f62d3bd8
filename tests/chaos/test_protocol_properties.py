"""Whatever comes in whatever order, the server says at each moment what is true, and in the end
every audit is complete exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

import pytest
from flask.testing import FlaskClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.activity import Activity
from auditapi.core.objects import objects
from auditapi.demo.phone import Answer, Phone, Sealed
from auditapi.photos.models import Blob
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.visits import jpeg, publish, sha256, visit

pytestmark = pytest.mark.database
NO_PHOTO = b"called .jpg, but only words, number "
PHOTOS = st.integers(0, 2)
PART = st.floats(0.01, 1)


def new_photo() -> bytes:
    """One that nobody has sent, of always the same length: what is drawn must not depend on it."""
    comment = b"\xff\xfe\x00\x12" + token_hex(8).encode()
    return jpeg(1)[:2] + comment + jpeg(1)[2:]


class Intake(RuleBasedStateMachine):
    """One audit with two photos and a file that is none; `here` is what the model knows to have
    arrived whole, `offsets` what of the others has."""

    client: FlaskClient
    chain: Chain
    version: ChecklistVersion

    @initialize()
    def seal_an_audit(self) -> None:
        photos = [new_photo(), new_photo(), NO_PHOTO + token_hex(8).encode()]
        self.headers = self.chain.as_("cleo")
        assignment = assign(self.chain, self.version)
        self.first = visit(self.chain, self.version, *photos, assignment_id=str(assignment.id))
        self.photos = photos
        self.here: set[int] = set()
        self.refused: set[int] = set()
        self.offsets = [0, 0, 0]
        self.delivered = False

    @rule()
    def put_the_document(self) -> None:
        answer = self._send("PUT", self.first.path, self.first.body, self.first.headers())
        assert answer.status_code == (200 if self.delivered else 201)
        self.delivered = True

    @rule()
    def put_other_bytes_under_its_id(self) -> None:
        if self.delivered:
            body = self.first.body + b" "
            answer = self._send("PUT", self.first.path, body, _JSON)
            assert answer.status_code == 409

    @rule(which=PHOTOS)
    def put_a_photo(self, which: int) -> None:
        answer = self._send("PUT", self._path(which), self.photos[which], {})
        assert answer.status_code == self._whole(which)

    @rule(which=PHOTOS)
    def put_a_photo_cut_short(self, which: int) -> None:
        answer = self._send("PUT", self._path(which), self.photos[which][:-1], {})
        assert answer.status_code == 422

    @rule(which=PHOTOS, part=PART)
    def send_the_next_piece(self, which: int, part: float) -> None:
        start, data = self.offsets[which], self.photos[which]
        end = min(len(data), start + max(1, int(len(data) * part)))
        answer = self._piece(which, start, end)
        if which in self.here:
            assert (answer.status_code, answer.headers["Upload-Complete"]) == (204, "?1")
        elif end == len(data):
            assert answer.status_code == self._whole(which)
        else:
            self.offsets[which] = end
            assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))

    @rule(which=PHOTOS)
    def ask_how_much_is_here(self, which: int) -> None:
        head = self._send("HEAD", self._path(which), None, {}).headers
        if which in self.here:
            assert head["Upload-Complete"] == "?1"
        else:
            assert head["Upload-Offset"] == str(self.offsets[which])

    @rule(which=PHOTOS, at=st.floats(0, 0.99))
    def send_a_piece_that_does_not_fit(self, which: int, at: float) -> None:
        data = self.photos[which]
        start = int(at * len(data))
        if start == self.offsets[which]:
            return
        answer = self._piece(which, start, len(data))
        if which in self.here:
            assert (answer.status_code, answer.headers["Upload-Complete"]) == (204, "?1")
        else:
            assert answer.status_code == 409
            assert answer.headers["Upload-Offset"] == str(self.offsets[which])

    @rule(which=PHOTOS)
    def send_pieces_that_make_another_photo(self, which: int) -> None:
        if which in self.here:
            return
        start, length = self.offsets[which], len(self.photos[which])
        answer = self._piece(which, start, length, b"\0" * (length - start))
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (422, "0")
        self.offsets[which] = 0

    @precondition(lambda self: hasattr(self, "photos"))
    @invariant()
    def the_server_says_what_is_true(self) -> None:
        status = self._send("GET", self.first.path, None, {})
        assert status.status_code == (200 if self.delivered else 404)
        if self.delivered:
            self._status_is_true(status)

    def teardown(self) -> None:
        """A phone that knows only the sealed bytes brings what is missing."""
        if not hasattr(self, "photos"):
            return
        named = {sha256(data): data for data in self.photos}
        token = self.headers["Authorization"].removeprefix("Bearer ")
        phone = Phone(self._network, token, pause=_never)
        receipt = phone.deliver(Sealed(self.first.id, self.first.body, named))
        assert {photo["sha256"] for photo in receipt["photos"]} == set(named)
        self._stored_exactly()

    def _stored_exactly(self) -> None:
        with db.transaction(self.chain.organisation.id) as session:
            for action in ("audit.received", "audit.delivered", "audit.completed"):
                told = select(func.count()).where(
                    Activity.action == action, Activity.subject_id == self.first.id
                )
                assert session.scalar(told) == 1
            for photo in self.photos[:2]:
                key = select(Blob.object_key).where(Blob.sha256 == sha256(photo))
                assert objects().get(session.scalar(key) or "") == photo

    def _status_is_true(self, answer: TestResponse) -> None:
        status = answer.get_json()
        missing = set(range(len(self.photos))) - self.here - self.refused
        assert status["missing"] == [
            {"sha256": sha256(self.photos[which]), "offset": self.offsets[which]}
            for which in sorted(missing)
        ]
        assert len(status["refused"]) == len(self.refused)
        assert ("receipt" in status) == (not missing)
        assert (status["delivery"] == "delivered") == (not missing)

    def _whole(self, which: int) -> int:
        """All bytes of a photo are here: what the model remembers, and the status to expect."""
        self.offsets[which] = 0
        if self.photos[which].startswith(NO_PHOTO):
            self.refused.add(which)
            return 422
        new = which not in self.here
        self.here.add(which)
        return 201 if new else 204

    def _piece(self, which: int, start: int, end: int, data: bytes | None = None) -> TestResponse:
        whole = self.photos[which]
        headers = {
            "Content-Type": "application/partial-upload",
            "Upload-Offset": str(start),
            "Upload-Length": str(len(whole)),
            "Upload-Complete": "?1" if end == len(whole) else "?0",
        }
        return self._send("PATCH", self._path(which), data or whole[start:end], headers)

    def _path(self, which: int) -> str:
        return f"/api/v1/photos/{sha256(self.photos[which])}"

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> TestResponse:
        given = {**headers, **self.headers}
        return self.client.open(path, method=method, data=body, headers=given)

    def _network(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        answer = self._send(method, path, body, headers)
        return Answer(answer.status_code, dict(answer.headers), answer.data)


_JSON = {"Content-Type": "application/json"}


def _never(seconds: float) -> None:
    raise AssertionError(f"nothing here is a reason to wait for {seconds} seconds")


def test_any_order_of_documents_photos_pieces_and_copies_ends_the_same(
    client: FlaskClient, chain: Chain
) -> None:
    machine = type(
        "IntakeOfThisTest",
        (Intake,),
        {"client": client, "chain": chain, "version": publish(chain)},
    )
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=15, stateful_step_count=12, deadline=None, database=None),
    )
