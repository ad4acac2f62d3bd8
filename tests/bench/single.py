"""What is measured one at a time: scoring, a cut upload, the worker's after-work."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from auditapi.checklists.scoring import score
from auditapi.core import db
from auditapi.demo.phone import Answer, NetworkError, Phone, http
from tests.bench import standard
from tests.bench.intake import Auditors, Load
from tests.bench.machine import Machine, environment
from tests.bench.pictures import LARGE, Album
from tests.factories.alone import CPU_SECONDS, WORK
from tests.factories.broken_line import send_part
from tests.factories.live import ROOT

SCORED = 300
WAITING = 8


def scoring() -> float:
    """Audits of 50 items scored and explained per CPU second."""
    checklist = standard.standard(50)
    answers = standard.answers(checklist)
    score(checklist, answers, {}, {}).as_json()
    begun = time.process_time()
    for _ in range(SCORED):
        score(checklist, answers, {}, {}).as_json()
    return SCORED / (time.process_time() - begun)


@dataclass(frozen=True)
class Cut:
    """Bytes sent beyond a photo's own: when the connection breaks off, and when it goes silent,
    so that the server waits for the rest and holds what came back."""

    photo: int
    again_when_broken: int
    again_when_silent: int


def sent_after_cut(auditors: Auditors, album: Album) -> Cut:
    """Photos of 3 MB in pieces; the network goes away once, at 90 %."""
    broken, silent = album.photos(LARGE, 2)
    return Cut(
        len(broken),
        _again(auditors, broken, reaches_the_server=True),
        _again(auditors, silent, reaches_the_server=False),
    )


def _again(auditors: Auditors, photo: bytes, *, reaches_the_server: bool) -> int:
    url = auditors.machine.url
    network, left = http(url), len(photo) * 9 // 10

    def cutting(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        nonlocal left
        if method != "PATCH" or body is None or left < 0:
            return network(method, path, body, headers)
        left -= len(body)
        if left >= 0:
            return network(method, path, body, headers)
        phone.bytes_sent += left  # those that never left the phone
        if reaches_the_server:
            send_part(url, method, path, body, headers, sent=len(body) + left)
        raise NetworkError("cut")

    phone = Phone(cutting, auditors.token, in_pieces_from=0)
    phone.send_photo(hashlib.sha256(photo).hexdigest(), photo)
    return phone.bytes_sent - len(photo)


@dataclass(frozen=True)
class AfterWork:
    audits: int
    cpu_seconds: float

    @property
    def milliseconds(self) -> float:
        """CPU of one audit."""
        return self.cpu_seconds * 1000 / self.audits


def after_work(servers: Machine, auditors: Auditors, load: Load) -> AfterWork:
    """The worker's CPU for what waits of `WAITING` audits of that load's kind: derivatives,
    perceptual hash, flags. It begins when the load is over, so that neither slows the other."""
    with db.transaction(auditors.chain.organisation.id) as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    phone = Phone(http(servers.url), auditors.token)
    phone.in_pieces_from = 0 if load.in_pieces else 1 << 30
    for _ in range(WAITING):
        phone.deliver(auditors.sealed(load.size))
    busy, idle = _cpu_of_a_worker(servers), _cpu_of_a_worker(servers)
    return AfterWork(WAITING, max(busy - idle, 0.0))


def _cpu_of_a_worker(servers: Machine) -> float:
    done = subprocess.run(
        [sys.executable, "-c", f"{WORK}; print({CPU_SECONDS})"],
        cwd=ROOT,
        env=environment(servers.settings),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout.splitlines()[-1])
