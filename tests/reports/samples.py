"""Report inputs and pictures for tests: real checklist, real score, plain made-up answers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from auditapi.checklists import scoring
from auditapi.checklists.document import Checklist, as_json, digest, parse, read_yaml
from auditapi.reports.view import (
    Audit,
    Auditor,
    Evidence,
    Organisation,
    PastAudit,
    Photo,
    Position,
    ReportInput,
    Revision,
    Store,
    Trust,
)

CHECKLISTS = Path(__file__).parents[2] / "checklists"
ANNOUNCED = {"kind": "announced_audit", "scenario": None, "purchase": False, "covert": False}
COVERT = {"kind": "mystery_shop", "scenario": "hesitant", "purchase": True, "covert": True}
STORE = {"format": "super", "assisted_service": True, "dated_goods": True}
CLEO = "Cleo Marlow"
SAM = "Sam Ito"

NOTES = {
    "ko": "음료 냉장고 둘째 칸에 빈자리가 있었고, 직원은 오후에 들어온다고 했습니다.",
    "en": "Two gaps on the second shelf by the till; a delivery was due at noon, they said.",
    "zh-Hant": "收銀台旁飲料冷藏櫃第二層有兩處空位，店員表示中午會補貨。",
    "ru": "Во втором ряду у кассы два пустых места; сотрудник сказал, что привезут к обеду.",
}
MARKS: tuple[Mapping[str, Any], ...] = (
    {"kind": "arrow", "from": [0.15, 0.8], "to": [0.42, 0.5], "color": "#ffd400"},
    {"kind": "box", "at": [0.55, 0.2], "size": [0.3, 0.35], "color": "#e5332a"},
    {"kind": "text", "at": [0.1, 0.1], "text": "빈자리 two gaps", "color": "#005bbb"},
)


@cache
def checklist(sections: str = "VABCDEFGHZ") -> Checklist:
    """The service standard as it ships, or some sections of it."""
    text = (CHECKLISTS / "service-standard.yaml").read_text(encoding="utf-8")
    whole = read_yaml(text, "service-standard.yaml")
    data = as_json(whole)
    return parse({**data, "sections": [s for s in data["sections"] if s["key"] in sections]})


@cache
def jpeg(width: int = 1280, height: int = 960, seed: int = 0) -> bytes:
    """A shelf of coloured blocks, as the print derivative of a photo would be."""
    picture = Image.new("RGB", (width, height), (200 - seed % 90, 190, 175))
    draw = ImageDraw.Draw(picture)
    step = max(min(width, height) // 9, 4)
    for row in range(0, height, step):
        for column in range(0, width, step):
            tint = (row * 7 + column * 3 + seed * 53) % 200
            box = (column + 3, row + 3, column + step - 3, row + step - 3)
            if step > 8:
                draw.rectangle(box, fill=(tint, 255 - tint, (tint * 2 + seed) % 255))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=75)
    return target.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def photo(data: bytes, **said: Any) -> Photo:
    """A photo whose print derivative is `data`."""
    width, height = Image.open(io.BytesIO(data)).size
    given: dict[str, Any] = {
        "sha256": sha256(b"original" + data),
        "print_sha256": sha256(data),
        "width": width,
        "height": height,
        "taken_at": "2026-11-20T10:17:43+09:00",
    }
    return Photo(**{**given, **said})


def answers(
    assignment: Mapping[str, Any],
    *,
    notes: str = "ko",
    bad: int = 7,
    list_: Checklist | None = None,
) -> dict[str, Any]:
    """Answers to every item of the service standard; every `bad`-th of them is poor."""
    given: dict[str, Any] = {}
    for place, item in enumerate(i for s in (list_ or checklist()).sections for i in s.items):
        poor = place % bad == bad - 1
        value = _value(item, poor)
        if value is not None:
            given[item.key] = {"value": value}
        if poor or item.kind == "text":
            given.setdefault(item.key, {})["note"] = NOTES[notes]
    return given


def _value(item: Any, poor: bool) -> Any:
    match item.kind:
        case "yes_no":
            return item.good if not poor else {"yes": "no", "no": "yes"}[item.good]
        case "scale":
            return 2 if poor else item.top
        case "count" if item.of == "asked":
            return {"k": 2 if poor else 5, "n": 5}
        case "count" if item.of is not None:
            return item.of // 2 if poor else item.of
        case "count":
            return 2 if poor else 0
        case "seconds":
            return 210 if poor else 20
        case "choice":
            return item.options[-1 if poor else 0].key
        case "choices":
            return [item.options[0].key]
        case "text":
            return NOTES["en"] * 4
        case "number":
            return int(item.max) if item.max is not None else 12
        case "date":
            return "2026-11-20"
        case "signature":
            strokes = [[[0.1, 0.6], [0.3, 0.2], [0.5, 0.7], [0.8, 0.3]], [[0.2, 0.8], [0.9, 0.75]]]
            return {"name": SAM, "strokes": strokes}
    return None


def report(
    *,
    given: Mapping[str, Any] | None = None,
    assignment: Mapping[str, Any] = ANNOUNCED,
    photos: Sequence[Photo] = (),
    bad: int = 7,
    notes: str = "ko",
    sections: str | None = None,
    **changes: Any,
) -> ReportInput:
    """A released audit of the Gangnam store, by Cleo; `changes` replace fields of the input."""
    list_ = checklist(sections) if sections else checklist()
    if given is None:
        given = answers(assignment, notes=notes, bad=bad, list_=list_)
    answered = dict(given)
    score = scoring.score(list_, answered, STORE, assignment)
    made = ReportInput(
        organisation=Organisation(name="Hanbit Retail", accent="#0b6b61"),
        store=Store(
            code="SEOUL-014",
            name="강남역점",
            address="서울특별시 강남구 강남대로 396",
            region="Seoul South",
            time_zone="Asia/Seoul",
        ),
        auditor=Auditor(code="CM-07", name=CLEO),
        audit=Audit(
            id="019aa0f4-77aa-7c11-9d0e-3c4d5e6f7a8b",
            kind=str(assignment["kind"]),
            language="ko",
            started_at="2026-11-20T10:02:11+09:00",
            finished_at="2026-11-20T11:36:40+09:00",
            scenario=assignment["scenario"],
            revision=2,
            revisions=(
                Revision(
                    number=2,
                    at="2026-11-22T15:41:00+09:00",
                    author="Ana Reyes",
                    reason="The price on the label was read again from the photo.",
                    items=("D1",),
                ),
            ),
            released_at="2026-11-21T09:00:00+09:00",
            positions=(
                Position(
                    at="2026-11-20T10:01:00+09:00",
                    what="arrived",
                    latitude=37.49794,
                    longitude=127.02762,
                    accuracy=12.0,
                ),
            ),
        ),
        checklist=as_json(list_),
        checklist_sha256=digest(list_),
        checklist_version=3,
        score=score.as_json(),
        answers=answered,
        evidence=Evidence(
            document_sha256=sha256(b"document"),
            score_sha256=sha256(b"score"),
            received_at="2026-11-20T11:37:02+09:00",
            code="7Q4M-K2TD-9XWB-VH3A",
            verify_url="https://audits.example/verify/7Q4MK2TD9XWBVH3A",
            key_id="k1",
        ),
        photos=tuple(photos),
        history=HISTORY,
        repeated={"A2": 2, "D1": 1},
        trust=Trust(plus_minus="6.4", stores=24),
        audience="head_office",
    )
    return replace(made, **changes)


HISTORY = tuple(
    PastAudit(
        day=day,
        percentage=percentage,
        outcome=outcome,
        sections={"A": "88.0", "C": "70.5", "D": "91.2", "F": "64.0", "G": "80.0", "B": "77.0"},
    )
    for day, percentage, outcome in (
        ("2026-02-11", "71.2", "fail"),
        ("2026-05-19", "83.9", "pass"),
        ("2026-08-27", "88.4", "pass"),
    )
)


def pictures_of(*data: bytes) -> dict[str, bytes]:
    """Print derivatives by their digest, as `render` takes them."""
    return {sha256(each): each for each in data}
