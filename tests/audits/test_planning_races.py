"""Planners and auditors at the same moment, against a live server."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import urllib3
from sqlalchemy import select

from auditapi.audits.models import Assignment
from auditapi.audits.planning.rules import OPEN
from auditapi.audits.states import MAY_FOLLOW, AssignmentState
from auditapi.core import db
from auditapi.core.activity import Activity
from tests.factories.chain import Chain
from tests.factories.live import LiveServer
from tests.factories.planning import add_assignment, add_round, proposal, publish

pytestmark = pytest.mark.database


@pytest.fixture
def post(live: LiveServer, live_chain: Chain, pool: urllib3.PoolManager) -> Callable[..., int]:
    """`post(who, path, body)`: the status that it gets."""
    for who in ("ana", "cleo"):
        live_chain.as_(who)

    def send(who: str, path: str, body: dict[str, Any]) -> int:
        headers = {"Content-Type": "application/json", **live_chain.posting_as(who)}
        answer = pool.request(
            "POST", f"{live.url}/api/v1{path}", body=json.dumps(body), headers=headers
        )
        return answer.status

    return send


def at_once(jobs: Sequence[Callable[[], int]]) -> list[int]:
    with ThreadPoolExecutor(8) as threads:
        return [future.result() for future in [threads.submit(job) for job in jobs]]


def rows(chain: Chain, statement: Any) -> list[Any]:
    with db.transaction(chain.organisation.id) as session:
        return list(session.scalars(statement))


def test_two_planners_do_not_send_the_same_auditor_twice(
    live_chain: Chain, post: Callable[..., int]
) -> None:
    round_ = add_round(live_chain, publish(live_chain), minimum_days_between=30)
    offer = partial(post, "ana", "/assignments", proposal(live_chain, round_))
    assert sorted(at_once([offer] * 8)) == [201] + [422] * 7


def test_a_round_that_closes_leaves_no_visit_open(
    live_chain: Chain, post: Callable[..., int]
) -> None:
    round_ = add_round(live_chain, publish(live_chain))
    offer = partial(post, "ana", "/assignments", proposal(live_chain, round_))
    close = partial(post, "ana", f"/rounds/{round_.id}/close", {"cancel_open": True})
    statuses = at_once([offer] * 6 + [close] + [offer] * 6)
    assert statuses[6] == 200
    assert set(statuses) <= {200, 201, 422}
    states = rows(live_chain, select(Assignment.state))
    assert len(states) == statuses.count(201)
    assert not OPEN.intersection(states)


def test_steps_taken_at_once_follow_each_other(live_chain: Chain, post: Callable[..., int]) -> None:
    round_ = add_round(live_chain, publish(live_chain))
    visits = [add_assignment(live_chain, round_) for _ in range(12)]
    jobs = []
    for visit in visits:
        path = f"/assignments/{visit.id}"
        jobs += [
            partial(post, "cleo", f"{path}/accept", {}),
            partial(post, "ana", f"{path}/cancel", {}),
            partial(post, "cleo", f"{path}/not-possible", {"reason": "closed"}),
        ]
    assert set(at_once(jobs)) <= {200, 409}
    for visit in visits:
        (state,) = rows(live_chain, select(Assignment.state).where(Assignment.id == visit.id))
        steps = rows(
            live_chain,
            select(Activity).where(Activity.subject_id == visit.id).order_by(Activity.id),
        )
        assert_a_path(steps, state)


def assert_a_path(steps: Sequence[Activity], end: AssignmentState) -> None:
    """Each step starts where one before it ended: nothing was overwritten unseen."""
    taken = {
        AssignmentState(step.details["before"]): AssignmentState(
            step.action.removeprefix("assignment.")
        )
        for step in steps
    }
    assert len(taken) == len(steps)
    state = AssignmentState.OFFERED
    for _ in steps:
        assert taken[state] in MAY_FOLLOW[state]
        state = taken[state]
    assert state is end
