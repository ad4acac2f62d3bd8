"""Writers who want the same locks take them in the same order, so that none waits in a circle."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from secrets import token_bytes
from time import monotonic, sleep
from uuid import UUID, uuid4

import pytest
import urllib3
from sqlalchemy import Engine, text

from auditapi.audits.intake import document, service
from auditapi.people.models import Actor
from auditapi.photos import service as photos
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.live import LiveServer
from tests.factories.visits import Visit, declared, publish, sha256, visit

SHARED = 24
PATIENCE = 30.0  # seconds
WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def digests(count: int) -> list[str]:
    return [sha256(token_bytes(8)) for _ in range(count)]


def test_locks_are_listed_in_ascending_order_however_their_photos_are() -> None:
    organisation, named = uuid4(), digests(SHARED)
    first = photos.locks_of(organisation, named)
    assert first == sorted(first)
    assert len(set(first)) == SHARED
    for _ in range(5):
        random.shuffle(named)
        assert photos.locks_of(organisation, [*named, named[0]]) == first


@pytest.mark.database
def test_a_documents_writer_locks_its_name_and_then_its_photos_in_ascending_order(
    chain: Chain,
) -> None:
    cleo = chain.cleo
    actor = Actor(cleo.id, cleo.organisation_id, cleo.role, cleo.name, cleo.language, None)
    what = visit(chain, publish(chain), photos=[{"sha256": each} for each in digests(SHARED)])
    name, *others = service.locks_of(actor, UUID(what.id), document.read(what.body))
    assert others == sorted(others)
    assert len(set(others)) == SHARED
    assert name == service.locks_of(actor, UUID(what.id), document.read(b"{}"))[0]


@pytest.mark.database
def test_two_writers_who_list_the_same_photos_the_other_way_round_both_succeed(
    live: LiveServer, live_chain: Chain, pool: urllib3.PoolManager, engine: Engine
) -> None:
    """A third one holds a lock in the middle until both wait. Had they come from both ends, each
    would hold what the other wants next."""
    version, who = publish(live_chain), live_chain.as_("cleo")
    listed = [declared(token_bytes(8)) for _ in range(SHARED)]
    of_photo = {
        photos.locks_of(live_chain.organisation.id, [each["sha256"]])[0]: each for each in listed
    }
    ascending = [of_photo[number] for number in sorted(of_photo)]
    pair: list[Visit] = []
    for order in (ascending, ascending[::-1]):
        assignment = str(assign(live_chain, version).id)
        pair.append(visit(live_chain, version, assignment_id=assignment, photos=order))

    def send(what: Visit) -> int:
        headers = what.headers() | who
        return pool.request("PUT", live.url + what.path, body=what.body, headers=headers).status

    with ThreadPoolExecutor(2) as threads:
        with engine.begin() as holder:
            middle = {"number": sorted(of_photo)[SHARED // 2]}
            holder.execute(text("SELECT pg_advisory_xact_lock(:number)"), middle)
            sending = [threads.submit(send, what) for what in pair]
            until(lambda: holder.scalar(text(WAITING)) == 2)
        assert [future.result() for future in sending] == [201, 201]


def until(happened: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE
    while not happened():
        assert monotonic() < end, "nobody waits"
        sleep(0.01)
