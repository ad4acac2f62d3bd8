"""Real concurrency against a live server: a draft and its audit, or two drafts, side by side."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
import urllib3
from sqlalchemy import func, select
from uuid_utils.compat import uuid7

from auditapi.audits.drafts.models import Draft
from tests.audits.test_intake_races import COMPLETE, at_once, new_visit, scalar
from tests.factories.chain import Chain
from tests.factories.live import LiveServer
from tests.factories.visits import publish

pytestmark = pytest.mark.database
AUDITS = 60
DRAFTS = select(func.count()).select_from(Draft)


@pytest.fixture
def put(live: LiveServer, live_chain: Chain, pool: urllib3.PoolManager) -> Any:
    """`put(path, body, headers)` as cleo → the status."""
    mine = live_chain.as_("cleo")

    def putting(path: str, body: bytes, headers: dict[str, str]) -> int:
        sent = {"Content-Type": "application/json", **mine, **headers}
        return pool.request("PUT", live.url + path, body=body, headers=sent).status

    return putting


def test_no_draft_outlives_its_audit_however_late_its_copy_comes(
    live_chain: Chain, put: Any
) -> None:
    version = publish(live_chain)
    visits = [new_visit(live_chain, version) for _ in range(AUDITS)]
    new = {"If-None-Match": "*"}
    jobs = [
        job
        for made in visits
        for job in (
            partial(put, f"/api/v1/drafts/{made.id}", b'{"memo": "late"}', new),
            partial(put, made.path, made.body, made.headers()),
        )
    ]
    statuses = at_once(jobs)
    assert set(statuses[::2]) <= {201, 409}
    assert set(statuses[1::2]) == {201}
    assert scalar(live_chain, COMPLETE) == AUDITS
    assert scalar(live_chain, DRAFTS) == 0


def test_of_phones_that_save_one_draft_at_once_one_wins_and_the_others_are_told(
    live_chain: Chain, put: Any
) -> None:
    for _ in range(10):
        path = f"/api/v1/drafts/{uuid7()}"
        bodies = [json.dumps({"phone": number}).encode() for number in range(4)]
        jobs = [partial(put, path, body, {"If-None-Match": "*"}) for body in bodies]
        assert sorted(at_once(jobs)) == [201, 412, 412, 412]
    assert scalar(live_chain, DRAFTS) == 10
