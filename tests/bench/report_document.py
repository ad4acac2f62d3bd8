"""The one document that reports are measured with: 50 items, 30 photos of 12 MP, 71 marks.

A fifth of the items went wrong, as in a store that is neither good nor bad. Notes have 50 to 200
characters. The photos are drawn once and kept; they are as dense as any that a phone makes, and
turned by EXIF in all eight ways.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from auditapi.checklists.document import as_json, digest
from auditapi.checklists.scoring import score
from auditapi.demo.scenes import KINDS, draw
from auditapi.photos.derivatives import make
from auditapi.reports.view import (
    Audit,
    Auditor,
    Evidence,
    Language,
    Organisation,
    PastAudit,
    Photo,
    ReportInput,
    Store,
    Trust,
)
from tests.bench import standard

ITEMS, PHOTOS = 50, 30
SCENES = 4
GRAIN = 15.0
QUALITY = 90
NOTES = {
    "en": "Two gaps on the second shelf by the till; a delivery was due at noon, they said. ",
    "ko": "음료 냉장고 둘째 칸에 빈자리가 두 곳 있었고, 직원은 정오에 들어온다고 했습니다. ",
}
ASKED = {
    "en": "Is everything on the shelf within reach of a customer who has come alone?",
    "ko": "혼자 온 손님의 손이 닿는 곳에 모든 상품이 놓여 있습니까?",
}
TITLES = {"en": "Shelves and service", "ko": "매대와 서비스"}
SHAPES: tuple[dict[str, Any], ...] = (
    {"kind": "box", "at": [0.2, 0.3], "size": [0.4, 0.2], "color": "#d92020"},
    {"kind": "arrow", "from": [0.15, 0.8], "to": [0.42, 0.5], "color": "#ffd400"},
    {"kind": "ellipse", "at": [0.55, 0.55], "size": [0.3, 0.3], "color": "#005bbb"},
    {"kind": "text", "at": [0.6, 0.15], "text": "2 빈자리", "color": "#d92020"},
)
GOOD: dict[str, Any] = {
    **standard.ANSWERS,
    "scale": 5,
    "count": 10,
    "asked": {"k": 5, "n": 5},
    "seconds": 20,
    "choice": "all",
}
POOR: dict[str, Any] = {
    **standard.ANSWERS,
    "yes_no": "no",
    "scale": 2,
    "count": 5,
    "asked": {"k": 2, "n": 5},
    "seconds": 90,
    "choice": "none",
}
MARKED = (4, 2, 3, 1, 3, 2)
"""Marks of one photo after the other, over and over, until all are given out."""


@dataclass(frozen=True)
class Taken:
    """A photo as it came (`original`), and what the report prints of it (`printed`)."""

    original: bytes
    printed: bytes
    width: int
    height: int

    @property
    def print_sha256(self) -> str:
        return hashlib.sha256(self.printed).hexdigest()


class Roll:
    """Photos drawn once and kept in `folder`: drawing takes longer than what is measured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scene = cache(self._drawn)

    def photos(self, count: int = PHOTOS) -> list[Taken]:
        """No two of them alike: what is beyond 30 differs in a comment within the file."""
        first = [self._taken(number) for number in range(min(count, PHOTOS))]
        return first + [_another(first[number % PHOTOS], number) for number in range(PHOTOS, count)]

    def _taken(self, number: int) -> Taken:
        original = _turned(self._scene(number % SCENES), 1 + number // SCENES)
        file = self._folder / f"print-{number}.jpg"
        if not file.exists():
            file.write_bytes(make(original, []).print_jpeg)
        with Image.open(file) as image:
            width, height = image.size
        return Taken(original, file.read_bytes(), width, height)

    def _drawn(self, number: int) -> bytes:
        file = self._folder / f"grained-{number}.jpg"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            plain = self._folder / "plain.jpg"
            plain.write_bytes(draw(KINDS[number], number, size=(4000, 3000)).jpeg)
            _with_grain(plain).save(file, quality=QUALITY)
            plain.unlink()
        return file.read_bytes()


def _with_grain(file: Path) -> Image.Image:
    """Drawn surfaces are smooth, and JPEG makes little of them; a sensor's are not."""
    with Image.open(file) as image:
        picture = image.convert("RGB")
    half = Image.effect_noise((picture.width // 3, picture.height // 3), GRAIN)
    grain = half.resize(picture.size, Image.Resampling.BICUBIC)
    return ImageChops.add(picture, Image.merge("RGB", (grain,) * 3), offset=-128)


def _turned(jpeg: bytes, orientation: int) -> bytes:
    """With an EXIF block that says how the phone was held, as 1 to 8, and where."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110] = "Bench", "Phone 12"
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 29.0, 52.0), 3: "E", 4: (127.0, 1.0, 39.0)})
    data = exif.tobytes()
    return jpeg[:2] + b"\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data + jpeg[2:]


def _another(photo: Taken, number: int) -> Taken:
    comment = b"\xff\xfe\x00\x04" + number.to_bytes(2, "big")
    return replace(photo, printed=photo.printed[:2] + comment + photo.printed[2:])


def document(
    language: Language, photos: Sequence[Taken], items: int = ITEMS, marks: int = 71
) -> ReportInput:
    """The report of an audit with that many items and photos; `marks` spread over the photos."""
    checklist = standard.standard(items)
    told = as_json(checklist)
    for section in told["sections"]:
        section["title"] = TITLES
        for item in section["items"]:
            item["text"] = ASKED
    answers = _answers(checklist, language)
    keys = list(checklist.items)
    return ReportInput(
        organisation=Organisation(name="Bench", accent="#0b6b61"),
        store=Store(
            code="B-1",
            name="강남역점",
            address="396 Gangnam-daero",
            region="Seoul",
            time_zone="Asia/Seoul",
        ),
        auditor=Auditor(code="A-1", name=None),
        audit=Audit(
            id="019aa0f4-77aa-7c11-9d0e-3c4d5e6f7a8b",
            kind="announced_audit",
            language=language,
            started_at="2026-01-01T10:00:00+09:00",
            finished_at="2026-01-01T11:00:00+09:00",
        ),
        checklist=told,
        checklist_sha256=digest(checklist),
        checklist_version=1,
        score=score(checklist, answers, {}, {}).as_json(),
        answers=answers,
        evidence=Evidence(
            document_sha256="0" * 64,
            received_at="2026-01-01T11:01:00+09:00",
            code="7Q4M-K2TD-9XWB-VH3A",
            verify_url="https://audits.example/verify/7Q4MK2TD9XWBVH3A",
        ),
        photos=tuple(
            _photo(photo, keys[number % len(keys)], language, share)
            for number, (photo, share) in enumerate(zip(photos, _shares(marks), strict=False))
        ),
        history=(PastAudit(day="2025-10-02", percentage="71.2", outcome="fail"),),
        trust=Trust(plus_minus="6.4", stores=24),
        language=language,
        audience="head_office",
    )


def _answers(checklist: Any, language: str) -> dict[str, Any]:
    """One to each item, every fifth of which went wrong; to every second a note of one or two
    sentences."""
    given: dict[str, Any] = {}
    for number, (key, item) in enumerate(checklist.items.items()):
        values = POOR if number % 5 == 0 else GOOD
        asked = item.kind == "count" and item.of == "asked"
        given[key] = {"value": values["asked" if asked else item.kind]}
        if number % 2 == 0:
            given[key]["note"] = NOTES[language] * (1 + number // 2 % 2)
    return given


def _shares(marks: int) -> list[int]:
    shares: list[int] = []
    while sum(shares) < marks:
        shares.append(min(MARKED[len(shares) % len(MARKED)], marks - sum(shares)))
    return shares + [0] * 1000


def _photo(photo: Taken, item: str, language: str, marks: int) -> Photo:
    return Photo(
        sha256=hashlib.sha256(photo.original).hexdigest(),
        print_sha256=photo.print_sha256,
        width=photo.width,
        height=photo.height,
        item=item,
        caption=NOTES[language].split(";")[0].split(",")[0],
        marks=SHAPES[:marks],
        taken_at="2026-01-01T10:17:43+09:00",
    )
