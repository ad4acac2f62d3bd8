"""What is measured one at a time: scoring, a report, a cut upload, the worker's after-work."""

from __future__ import annotations

import hashlib
import io
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image
from pypdf import PdfReader
from sqlalchemy import text

from auditapi.checklists.document import as_json, digest
from auditapi.checklists.scoring import score
from auditapi.core import db
from auditapi.demo.phone import Answer, NetworkError, Phone, http
from auditapi.photos.derivatives import Derivatives, make
from auditapi.reports.render import Renderer
from auditapi.reports.view import (
    Audit,
    Auditor,
    Evidence,
    Organisation,
    Photo,
    ReportInput,
    Store,
)
from tests.bench import standard
from tests.bench.intake import MARK, Auditors
from tests.bench.machine import Machine, environment
from tests.bench.pictures import LARGE, SMALL, Album
from tests.factories.live import ROOT

SCORED = 300
RENDERS = 3
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
class Rendered:
    language: str
    cpu_seconds: float
    pages: int
    size: int
    photos_size: int
    peak: int


def report(album: Album) -> list[Rendered]:
    """50 items and 30 photos, warm, in English and Korean: the median of three."""
    prints = [make(photo, []) for photo in album.photos(SMALL, 30)]
    with Renderer() as renderer:
        return [_render(renderer, language, prints) for language in ("en", "ko")]


def _render(renderer: Renderer, language: str, prints: Sequence[Derivatives]) -> Rendered:
    pictures = {}
    for number, made in enumerate(prints):
        data = _distinct(made.print_jpeg, number)
        pictures[hashlib.sha256(data).hexdigest()] = data
    given = _input(language, pictures)
    costs, peaks, pdf = [], [], b""
    for _ in range(RENDERS + 1):
        pdf = renderer.render(given, pictures)
        if renderer.last_cost is not None:
            costs.append(renderer.last_cost.cpu_seconds)
            peaks.append(renderer.last_cost.peak_bytes)
    warm = sorted(costs[1:])
    photos = sum(map(len, pictures.values()))
    pages = len(PdfReader(io.BytesIO(pdf)).pages)
    return Rendered(language, warm[len(warm) // 2], pages, len(pdf), photos, max(peaks))


def _distinct(jpeg: bytes, number: int) -> bytes:
    """The same picture under another digest, so that each is embedded."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(jpeg))
    picture.putpixel((0, 0), (number, 0, 0))
    picture.save(out, "JPEG", quality=75)
    return out.getvalue()


def _input(language: str, pictures: dict[str, bytes]) -> ReportInput:
    checklist = standard.standard(50)
    answers = standard.answers(checklist)
    items = list(checklist.items)
    photos = [
        Photo(
            sha256=digest_,
            print_sha256=digest_,
            width=1280,
            height=960,
            item=items[number],
            caption=f"Photo {number}",
            marks=(MARK, MARK),
        )
        for number, digest_ in enumerate(pictures)
    ]
    return ReportInput(
        organisation=Organisation(name="Bench"),
        store=Store(code="B-1", name="Bench 1", address="", region="", time_zone="Asia/Seoul"),
        auditor=Auditor(code="A-1", name=None),
        audit=Audit(
            id=None,
            kind="announced_audit",
            language="en",
            started_at="2026-01-01T10:00:00+09:00",
            finished_at="2026-01-01T11:00:00+09:00",
        ),
        checklist=as_json(checklist),
        checklist_sha256=digest(checklist),
        checklist_version=1,
        score=score(checklist, answers, {}, {}).as_json(),
        answers=answers,
        evidence=Evidence(document_sha256="0" * 64),
        photos=tuple(photos),
        language=language,  # type: ignore[arg-type]
    )


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
    code = "from auditapi.app import create_app; from auditapi.core import jobs, settings; "
    code += "create_app(); jobs.work(settings.read().database_url, 1, until_empty=True)"
    idle = _cpu_of(code, servers)  # does the work
    return AfterWork(WAITING, max(idle - _cpu_of(code, servers), 0.0))


def _cpu_of(code: str, servers: Machine) -> float:
    before = cpu_seconds_of_children()
    subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(servers.settings), check=True
    )
    return cpu_seconds_of_children() - before


def cpu_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
