"""What is measured one at a time: scoring, a cut upload, the worker's after-work."""

from __future__ import annotations

import resource
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
from tests.bench.intake import Auditors
from tests.bench.machine import Machine, environment
from tests.bench.pictures import LARGE, SMALL, Album
from tests.factories.alone import WORK
from tests.factories.live import ROOT

SCORED = 300
WAITING = 4


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
    photo: int
    sent: int

    @property
    def again(self) -> int:
        """Bytes sent beyond the photo's own."""
        return self.sent - self.photo


def sent_after_cut(auditors: Auditors, album: Album) -> Cut:
    """A photo of 3 MB in pieces; the network goes away once, at 90 %."""
    photo = album.photos(LARGE, 1)[0]
    network = http(auditors.machine.url)
    gone = False

    def cutting(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        nonlocal gone
        offset = int(headers.get("Upload-Offset", 0)) if method == "PATCH" else 0
        if not gone and method == "PATCH" and offset + len(body or b"") > 0.9 * len(photo):
            gone = True
            raise NetworkError("cut")
        return network(method, path, body, headers)

    phone = Phone(cutting, auditors.token, pause=lambda _seconds: None)
    phone.in_pieces_from = 0
    phone.send_photo(photo)
    return Cut(len(photo), phone.bytes_sent)


@dataclass(frozen=True)
class AfterWork:
    audits: int
    cpu_seconds: float


def after_work(servers: Machine, auditors: Auditors) -> AfterWork:
    """The worker's CPU for what waits of `WAITING` audits with six photos of 300 KB each."""
    with db.transaction(auditors.chain.organisation.id) as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    phone = Phone(http(servers.url), auditors.token)
    for _ in range(WAITING):
        phone.deliver(auditors.sealed(SMALL))
    busy, idle = _cpu_of_a_worker(servers), _cpu_of_a_worker(servers)
    return AfterWork(WAITING, max(busy - idle, 0.0))


def _cpu_of_a_worker(servers: Machine) -> float:
    before = cpu_seconds_of_children()
    subprocess.run(
        [sys.executable, "-c", WORK], cwd=ROOT, env=environment(servers.settings), check=True
    )
    return cpu_seconds_of_children() - before


def cpu_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
