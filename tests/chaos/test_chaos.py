"""Everything breaks, and nothing is lost: the protocol under faults, against the real server.

`CHAOS_SEED` plays the faults of a failure again, `CHAOS_AUDITS` makes it long:
`CHAOS_AUDITS=1000 .venv/bin/pytest tests/chaos`.
"""

from __future__ import annotations

import dataclasses
import os
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from sqlalchemy import Engine, select

from auditapi.audits.intake import stragglers
from auditapi.audits.models import Audit, AuditPhoto, Document
from auditapi.audits.states import PhotoState, VisitKind
from auditapi.core import db
from auditapi.core.activity import Activity
from auditapi.core.objects import objects
from auditapi.core.settings import Settings
from auditapi.demo.phone import Sealed, seal
from auditapi.photos.models import Blob, Piece
from tests.chaos.network import FAULTS, LatePost
from tests.chaos.phones import Auditor, Pace, Record, digest, refused_in
from tests.chaos.server import MortalServer
from tests.chaos.storage import Door
from tests.factories.assignments import assign
from tests.factories.chain import Chain, make_chain
from tests.factories.visits import jpeg, publish, visit

pytestmark = pytest.mark.database
AUDITS = int(os.environ.get("CHAOS_AUDITS", "30"))
SEED = int(os.environ.get("CHAOS_SEED") or secrets.randbits(32))
PHONES = ("cleo", "cleo", "cora", "cora")
PATIENCE = 180.0  # seconds until the phones must have come as far as the next misfortune
NO_PHOTO = b"This is a text that somebody called .jpg"


@pytest.fixture
def chain(engine: Engine) -> Chain:
    """Committed, so that the live server sees it."""
    return make_chain()


@pytest.fixture
def door(settings: Settings) -> Iterator[Door]:
    behind = urlsplit(settings.s3_endpoint_url or "")
    with Door(behind.hostname or "", behind.port or 0) as opened:
        yield opened


@pytest.fixture
def server(settings: Settings, door: Door, tmp_path: Path) -> Iterator[MortalServer]:
    through = dataclasses.replace(settings, s3_endpoint_url=f"http://127.0.0.1:{door.port}")
    started = MortalServer(through, tmp_path / "web.log")
    started.launch()
    yield started
    started.kill()


def sealed_audits(chain: Chain, randomness: random.Random) -> dict[str, list[Sealed]]:
    """For each auditor; some photos are in several audits, of the same and of other people, and
    some files are no photo at all."""
    version = publish(chain)
    shared = [jpeg(randomness.getrandbits(48)) for _ in range(4)]
    audits: dict[str, list[Sealed]] = {name: [] for name in PHONES}
    for number in range(AUDITS):
        name = PHONES[number % len(PHONES)]
        kind = randomness.choice((VisitKind.ANNOUNCED_AUDIT, VisitKind.MYSTERY_SHOP))
        photos = [_photo(randomness) for _ in range(randomness.randrange(4))]
        photos += randomness.sample(shared, randomness.randrange(2))
        if randomness.random() < 0.15:
            photos.append(NO_PHOTO + str(number).encode())
        assignment = assign(chain, version, auditor=name, kind=kind)
        made = visit(chain, version, *photos, kind=kind.value, assignment_id=str(assignment.id))
        audits[name].append(seal(made.document, photos))
    return audits


def _photo(randomness: random.Random) -> bytes:
    size = randomness.choice(((320, 240), (480, 360), (640, 480)))
    return jpeg(randomness.getrandbits(48), size)


def auditors(
    chain: Chain,
    server: MortalServer,
    record: Record,
    late: LatePost,
    pool: urllib3.PoolManager,
    pace: Pace,
) -> list[Auditor]:
    found: list[Auditor] = []
    audits = sealed_audits(chain, random.Random(f"{SEED} audits"))
    for number, name in enumerate(PHONES):
        token = chain.as_(name)["Authorization"].removeprefix("Bearer ")
        randomness = random.Random(f"{SEED} phone {number}")
        due = list(FAULTS[number :: len(PHONES)])  # so that each happens, whatever chance brings
        auditor = Auditor(server.url, token, randomness, record, late, pool, pace, due)
        # Two devices of one person share a few audits: a phone restored from its backup.
        mine = audits[name][PHONES[:number].count(name) :: PHONES.count(name)]
        auditor.audits = mine + randomness.sample(audits[name], len(audits[name]) // 10)
        randomness.shuffle(auditor.audits)
        found.append(auditor)
    return found


class Misfortune:
    """Breaks servers at moments that progress decides, each while the phones are at work."""

    def __init__(self, server: MortalServer, door: Door, pace: Pace) -> None:
        self.server, self.door, self.pace = server, door, pace
        self.randomness = random.Random(f"{SEED} misfortune")
        self.happened: Counter[str] = Counter()

    def reign(self, working: list[Future[None]], audits: int) -> None:
        """`audits`: how many there are to be done by all phones together."""
        acts = [self.kill_server, self.kill_worker, self.shut_storage] * (1 + AUDITS // 60)
        self.randomness.shuffle(acts)
        try:
            for number, act in enumerate(acts):
                so_far = partial(self.pace.has_finished, audits * number // len(acts))
                self._wait_until(so_far, working)
                act(audits * (number + 1) // len(acts), working)
                self.happened[act.__name__] += 1
        finally:
            self.pace.allow(audits)

    def kill_server(self, until: int, _working: list[Future[None]]) -> None:
        self._let_work(until)
        self.server.kill()
        self.server.launch()
        self.server.wait()

    def kill_worker(self, until: int, _working: list[Future[None]]) -> None:
        self._let_work(until)
        self.server.kill_one_worker()

    def shut_storage(self, until: int, working: list[Future[None]]) -> None:
        """For as long as it takes that somebody needs it, and a little longer."""
        refused = self.door.refused
        self.door.shut()
        self.pace.allow(until)
        self._wait_until(lambda: self.door.refused > refused, working)
        time.sleep(self.randomness.uniform(0, 0.3))
        self.door.open()

    def _let_work(self, until: int) -> None:
        self.pace.allow(until)
        time.sleep(self.randomness.uniform(0, 0.3))

    @staticmethod
    def _wait_until(happened: Callable[[], bool], working: list[Future[None]]) -> None:
        end = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < end, "nothing goes on"
            for future in working:
                if future.done():
                    future.result()
            assert not all(future.done() for future in working), "they were done too early"
            time.sleep(0.02)


@dataclasses.dataclass
class Played:
    """The whole of it: phones with all their receipts, and what they have seen."""

    at_work: list[Auditor]
    record: Record
    misfortunes: Counter[str]
    late: LatePost

    @property
    def faults(self) -> Counter[str]:
        return sum((auditor.faults for auditor in self.at_work), Counter[str]())


@pytest.fixture
def survived(server: MortalServer, chain: Chain, door: Door) -> Played:
    print(f"CHAOS_SEED={SEED} CHAOS_AUDITS={AUDITS}")
    record, pace = Record(), Pace()
    misfortune = Misfortune(server, door, pace)
    late = LatePost(random.Random(f"{SEED} late"), record.note)
    with (
        urllib3.PoolManager(maxsize=32, retries=False) as pool,
        late,
        ThreadPoolExecutor(len(PHONES)) as threads,
    ):
        at_work = auditors(chain, server, record, late, pool, pace)
        server.wait()
        working = [threads.submit(auditor.work) for auditor in at_work]
        misfortune.reign(working, sum(len(auditor.audits) for auditor in at_work))
        for future in working:
            future.result()
    played = Played(at_work, record, misfortune.happened, late)
    print(f"{dict(played.faults)} {dict(played.misfortunes)} answers: {dict(record.statuses)}")
    print(f"{record.deaths} phones died, {late.carried} late copies, {door.refused} refused")
    return played


def test_every_audit_is_complete_exactly_once_and_every_photo_byte_exact(
    survived: Played, chain: Chain
) -> None:
    _everything_happened(survived)
    record = survived.record
    sent = {sealed.id: sealed for auditor in survived.at_work for sealed in auditor.audits}
    assert len(sent) == AUDITS
    assert record.errors == []
    assert set(record.receipts) == set(sent)
    once = Counter(sent.keys())
    photos = {name: data for sealed in sent.values() for name, data in sealed.photos.items()}
    with db.transaction(chain.organisation.id):
        assert _ids(select(Audit.id).where(Audit.completed_at.is_not(None))) == once
        for action in ("audit.received", "audit.delivered", "audit.completed"):
            told = select(Activity.subject_id).where(Activity.action == action)
            assert _ids(told) == once
        _documents_are_exact(sent)
        _photos_are_exact(photos)
        _receipts_tell_the_truth(sent, record)
        assert _photos_in_pieces() == set()
        assert stragglers.find() == []


def _everything_happened(played: Played) -> None:
    """Or nothing would be shown by having survived it."""
    assert set(played.misfortunes) == {"kill_server", "kill_worker", "shut_storage"}
    assert set(played.faults) >= set(FAULTS)
    assert played.record.deaths == played.faults["death_before"] + played.faults["death_after"]
    assert played.late.carried >= played.faults["sent_again_late"]


def _ids(statement: Any) -> Counter[str]:
    return Counter(str(found) for found in db.session().scalars(statement))


def _documents_are_exact(sent: dict[str, Sealed]) -> None:
    rows = db.session().execute(select(Document.audit_id, Document.body))
    assert sorted((str(name), body) for name, body in rows) == sorted(
        (sealed.id, sealed.body) for sealed in sent.values()
    )


def _photos_are_exact(photos: dict[str, bytes]) -> None:
    """Each is stored once, under one key, and reads back as the very bytes of its name."""
    real = {name for name, data in photos.items() if not data.startswith(NO_PHOTO)}
    keys = {blob.sha256: blob.object_key for blob in db.session().scalars(select(Blob))}
    assert set(keys) == real
    assert {name for name, key in keys.items() if digest(objects().get(key)) != name} == set()


def _photos_in_pieces() -> set[str]:
    """Bytes that were no photo may come in pieces again; a photo that is here leaves none."""
    here = select(Blob.sha256)
    return set(db.session().scalars(select(Piece.sha256).where(Piece.sha256.in_(here))))


def _receipts_tell_the_truth(sent: dict[str, Sealed], record: Record) -> None:
    states = db.session().execute(select(AuditPhoto.audit_id, AuditPhoto.sha256, AuditPhoto.state))
    refused = {
        name: {sha256 for sha256, data in sealed.photos.items() if data.startswith(NO_PHOTO)}
        for name, sealed in sent.items()
    }
    for audit_id, sha256, state in states:
        no_photo = sha256 in refused[str(audit_id)]
        assert state is (PhotoState.REFUSED if no_photo else PhotoState.STORED)
    assert {name: refused_in(record.receipts[name]) for name in sent} == refused
