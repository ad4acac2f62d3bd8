"""Real concurrency against a live server: nothing is lost, every repeat gets the same success."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import urllib3
from sqlalchemy import func, select

from auditapi.audits.models import Audit
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.activity import Activity
from auditapi.core.objects import objects
from auditapi.photos.models import Blob
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.live import LiveServer
from tests.factories.visits import Visit, fresh_jpeg, publish, sha256, visit

pytestmark = pytest.mark.database
AUDITS = 300


class Sender:
    """Sends as cleo, without repeating anything by itself."""

    def __init__(self, live: LiveServer, chain: Chain, pool: urllib3.PoolManager) -> None:
        self.url, self.pool, self.headers = live.url, pool, chain.as_("cleo")

    def audit(self, what: Visit) -> int:
        return self._put(what.path, what.body, what.headers())

    def photo(self, data: bytes) -> int:
        return self._put(f"/api/v1/photos/{sha256(data)}", data, {"Content-Type": "image/jpeg"})

    def _put(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        answer = self.pool.request(
            "PUT", self.url + path, body=body, headers={**headers, **self.headers}
        )
        return answer.status


@pytest.fixture
def sender(live: LiveServer, live_chain: Chain, pool: urllib3.PoolManager) -> Sender:
    return Sender(live, live_chain, pool)


@pytest.fixture
def version(live_chain: Chain) -> ChecklistVersion:
    return publish(live_chain)


def at_once(jobs: Sequence[Callable[[], Any]], threads: int = 8) -> list[Any]:
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


def scalar(chain: Chain, statement: Any) -> Any:
    with db.transaction(chain.organisation.id) as session:
        return session.scalar(statement)


COMPLETE = select(func.count()).select_from(Audit).where(Audit.completed_at.is_not(None))
COMPLETED = select(func.count()).where(Activity.action == "audit.completed")


def new_visit(chain: Chain, version: ChecklistVersion, *photos: bytes) -> Visit:
    return visit(chain, version, *photos, assignment_id=str(assign(chain, version).id))


def test_document_and_last_photo_side_by_side_always_complete(
    sender: Sender, live_chain: Chain, version: ChecklistVersion
) -> None:
    visits = [new_visit(live_chain, version, fresh_jpeg()) for _ in range(AUDITS)]
    jobs: list[Callable[[], int]] = []
    for number, what in enumerate(visits):
        pair: list[Callable[[], int]] = [
            partial(sender.audit, what),
            partial(sender.photo, what.photos[0]),
        ]
        jobs += pair if number % 2 else reversed(pair)
    assert set(at_once(jobs)) == {201}
    assert scalar(live_chain, COMPLETE) == AUDITS
    assert scalar(live_chain, COMPLETED) == AUDITS


def test_the_same_audit_from_four_connections_is_one_audit(
    sender: Sender, live_chain: Chain, version: ChecklistVersion
) -> None:
    for _ in range(10):
        what = new_visit(live_chain, version)
        statuses = sorted(at_once([partial(sender.audit, what)] * 4, 4))
        assert statuses == [200, 200, 200, 201]
    assert scalar(live_chain, COMPLETE) == 10
    assert scalar(live_chain, COMPLETED) == 10


def test_the_same_photo_bytes_in_four_audits_at_once_complete_all_four(
    sender: Sender, live_chain: Chain, version: ChecklistVersion
) -> None:
    for _ in range(10):
        photo = fresh_jpeg()
        visits = [new_visit(live_chain, version, photo) for _ in range(4)]
        jobs: list[Callable[[], int]] = []
        for what in visits:
            jobs += [
                partial(sender.audit, what),
                partial(sender.photo, photo),
            ]
        assert set(at_once(jobs)) <= {200, 201, 204}
    assert scalar(live_chain, COMPLETE) == 40


def test_a_retry_that_races_the_original_loses_no_photo(sender: Sender, live_chain: Chain) -> None:
    photos = [fresh_jpeg() for _ in range(60)]
    jobs: list[Callable[[], int]] = []
    for photo in photos:
        jobs += [partial(sender.photo, photo)] * 2
    assert set(at_once(jobs)) == {201, 204}
    with db.transaction(live_chain.organisation.id) as session:
        keys = {blob.sha256: blob.object_key for blob in session.scalars(select(Blob))}
    assert set(keys) == {sha256(photo) for photo in photos}
    for photo in photos:
        assert objects().get(keys[sha256(photo)]) == photo
