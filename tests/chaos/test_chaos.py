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
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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
from tests.chaos.network import LatePost
from tests.chaos.phones import Auditor, Record, digest, refused_in
from tests.chaos.server import MortalServer
from tests.chaos.storage import Door
from tests.factories.assignments import assign
from tests.factories.chain import Chain, make_chain
from tests.factories.visits import jpeg, publish, visit

pytestmark = pytest.mark.database
AUDITS = int(os.environ.get("CHAOS_AUDITS", "30"))
SEED = int(os.environ.get("CHAOS_SEED") or secrets.randbits(32))
PHONES = ("cleo", "cleo", "cora", "cora")
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
    started.start()
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
    chain: Chain, server: MortalServer, record: Record, late: LatePost, pool: urllib3.PoolManager
) -> list[Auditor]:
    found: list[Auditor] = []
    audits = sealed_audits(chain, random.Random(f"{SEED} audits"))
    for number, name in enumerate(PHONES):
        token = chain.as_(name)["Authorization"].removeprefix("Bearer ")
        randomness = random.Random(f"{SEED} phone {number}")
        auditor = Auditor(server.url, token, randomness, record, late, pool)
        # Two devices of one person share a few audits: a phone restored from its backup.
        mine = audits[name][PHONES[:number].count(name) :: PHONES.count(name)]
        auditor.audits = mine + randomness.sample(audits[name], len(audits[name]) // 10)
        randomness.shuffle(auditor.audits)
        found.append(auditor)
    return found


class Misfortune:
    """Breaks servers at moments that progress decides, until the phones are done."""

    def __init__(self, server: MortalServer, door: Door, record: Record) -> None:
        self.server, self.door, self.record = server, door, record
        self.randomness = random.Random(f"{SEED} misfortune")
        self.happened: Counter[str] = Counter()

    def reign(self, working: list[Future[None]]) -> None:
        acts = [self.kill_server, self.kill_worker, self.shut_storage] * (1 + AUDITS // 60)
        self.randomness.shuffle(acts)
        for number, act in enumerate(acts):
            self._wait_for_progress(working, AUDITS * number // len(acts))
            if all(future.done() for future in working):
                return
            act()
            self.happened[act.__name__] += 1

    def _wait_for_progress(self, working: list[Future[None]], receipts: int) -> None:
        while len(self.record.receipts) < receipts and not any(
            future.done() and future.exception() for future in working
        ):
            time.sleep(0.02)
        time.sleep(self.randomness.uniform(0, 0.3))

    def kill_server(self) -> None:
        self.server.kill()
        self.server.start()

    def kill_worker(self) -> None:
        self.server.kill_one_worker()

    def shut_storage(self) -> None:
        self.door.shut()
        time.sleep(self.randomness.uniform(0.3, 1.2))
        self.door.open()


@pytest.fixture
def survived(
    chain: Chain, server: MortalServer, door: Door
) -> Iterator[tuple[list[Auditor], Record]]:
    """The whole of it, played once: phones with all their receipts, and what they have seen."""
    print(f"CHAOS_SEED={SEED} CHAOS_AUDITS={AUDITS}")
    record = Record()
    misfortune = Misfortune(server, door, record)
    late = LatePost(random.Random(f"{SEED} late"), record.note)
    with urllib3.PoolManager(maxsize=32, retries=False) as pool:
        with late, ThreadPoolExecutor(len(PHONES)) as threads:
            at_work = auditors(chain, server, record, late, pool)
            working = [threads.submit(auditor.work) for auditor in at_work]
            misfortune.reign(working)
            for future in working:
                future.result()
        faults = sum((auditor.faults for auditor in at_work), Counter[str]())
        print(f"{dict(faults)} {dict(misfortune.happened)} answers: {dict(record.statuses)}")
        print(f"{record.deaths} phones died, {late.carried} late copies, {door.refused} refused")
        yield at_work, record


def test_every_audit_is_complete_exactly_once_and_every_photo_byte_exact(
    survived: tuple[list[Auditor], Record], chain: Chain
) -> None:
    at_work, record = survived
    sent = {sealed.id: sealed for auditor in at_work for sealed in auditor.audits}
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
