"""Intake until the receipt: scripted phones against the web server, as many at once as asked."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from auditapi.checklists.document import Checklist, as_json, digest
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.demo.phone import Phone, Sealed, seal
from tests.bench import standard
from tests.bench.cost import Memory, Processors
from tests.bench.machine import Machine
from tests.bench.network import Connection
from tests.bench.pictures import Album
from tests.factories.chain import Chain, make_chain
from tests.factories.visits import declared

ITEMS = 45
PHOTOS = 6


@dataclass(frozen=True)
class Load:
    """What is sent: `size` of each of six photos, None for no photos; how many audits by how
    many phones at once; whether photos go in pieces."""

    name: str
    size: str | None
    clients: int
    audits: int
    in_pieces: bool = False


@dataclass(frozen=True)
class Measured:
    load: Load
    wall: float  # seconds
    times: list[float]  # seconds until the receipt, of each audit
    cpu: dict[str, float]  # seconds, by server
    phones: float  # seconds of CPU that the phones took themselves
    peak: dict[str, int]  # bytes, by server

    @property
    def rate(self) -> float:
        return self.load.audits / self.wall

    def percentile(self, which: int) -> float:
        """Seconds."""
        if len(self.times) < 2:
            return self.times[0]
        return statistics.quantiles(self.times, n=100, method="inclusive")[which - 1]

    def milliseconds(self, server: str) -> float:
        """CPU of one audit."""
        return self.cpu[server] * 1000 / self.load.audits

    @property
    def until_receipt(self) -> float:
        """CPU milliseconds of one audit, all servers together."""
        return sum(self.milliseconds(server) for server in self.cpu)


class Auditors:
    """A chain whose administrator may visit any store without an assignment: what is measured
    is intake, not planning."""

    def __init__(self, machine: Machine, album: Album) -> None:
        self.machine, self.album = machine, album
        self.chain: Chain = make_chain()
        self.checklist: Checklist = standard.standard(ITEMS)
        self.version = self._publish()
        self.token = self.chain.as_("ada")["Authorization"].removeprefix("Bearer ")

    def _publish(self) -> ChecklistVersion:
        with db.transaction(self.chain.organisation.id) as session:
            version = ChecklistVersion(
                key=self.checklist.key,
                number=1,
                sha256=digest(self.checklist),
                title=dict(self.checklist.title),
                document=as_json(self.checklist),
            )
            session.add(version)
        return version

    def sealed(self, size: str | None, kind: str = "mystery_shop") -> Sealed:
        """One audit with fresh photos. No report follows of a mystery shop before its release."""
        photos = self.album.photos(size, PHOTOS) if size else []
        started = datetime.now(UTC) - timedelta(hours=1)
        document: dict[str, Any] = {
            "format": 1,
            "id": str(uuid7()),
            "assignment_id": None,
            "store_id": str(self.chain.stores["N1"].id),
            "kind": kind,
            "checklist": {
                "key": self.version.key,
                "version": self.version.number,
                "sha256": self.version.sha256,
            },
            "language": "en",
            "time_zone": "Asia/Seoul",
            "started_at": started.isoformat(),
            "finished_at": (started + timedelta(minutes=40)).isoformat(),
            "sealed_at": (started + timedelta(minutes=41)).isoformat(),
            "answers": standard.answers(self.checklist),
            "photos": [
                declared(data, item, marks=[MARK])
                for data, item in zip(photos, self.checklist.items, strict=False)
            ],
        }
        sealed = seal(document, photos)
        _ = sealed.sha256, sealed.content_digest  # worked out now
        return sealed

    def run(self, load: Load) -> Measured:
        """Sent against the clock, and then as much again while memory is looked at: the looks
        would take a fiftieth of the processors' time."""
        left = [self.sealed(load.size) for _ in range(load.audits)]
        phones = -time.process_time()
        with Processors(self.machine.roots) as processors:
            wall, times = self._send(load, left)
        phones += time.process_time()
        with Memory(self.machine.roots) as memory:
            self._send(load, [self.sealed(load.size) for _ in range(load.audits)])
        return Measured(load, wall, times, processors.seconds, phones, memory.peak)

    def _send(self, load: Load, left: list[Sealed]) -> tuple[float, list[float]]:
        """Every phone sends one audit after the other over its own kept connection. They are sealed
        before the clock starts: what phones do by themselves takes nothing from servers. Seconds
        for all, and until each receipt."""
        times: list[float] = []

        def work() -> None:
            with closing(Connection(self.machine.url)) as connection:
                phone = Phone(connection, self.token)
                phone.in_pieces_from = 0 if load.in_pieces else 1 << 30
                while (sealed := _taken(left)) is not None:
                    begun = time.perf_counter()
                    phone.deliver(sealed)
                    times.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        with ThreadPoolExecutor(load.clients) as phones:
            for future in [phones.submit(work) for _ in range(load.clients)]:
                future.result()
        return time.perf_counter() - begun, times


def _taken(sealed: list[Sealed]) -> Sealed | None:
    """The next one that no other phone has; a list's `pop` happens at once."""
    try:
        return sealed.pop()
    except IndexError:
        return None


MARK = {"kind": "box", "at": [0.2, 0.3], "size": [0.4, 0.2], "color": "#d92020"}
