"""A tiny report in every language, printed once at start to warm the render process.

It has what any report has, a photo with marks too: what is loaded for it need not be loaded by
every child.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache
from typing import Any

from PIL import Image

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
)

_TEXTS = {"en": "Specimen 1", "ko": "견본 확인", "zh-Hant": "樣本檢查", "ru": "Образец"}
_HALF = {"exact": "50", "printed": "50.0"}


def specimen(language: Language) -> ReportInput:
    """One section with one item, half met, in `language`."""
    return ReportInput(
        organisation=Organisation(name="Specimen"),
        store=Store(code="S-1", name=_TEXTS[language], address="", region="", time_zone="UTC"),
        auditor=Auditor(code="A-1", name=None),
        audit=Audit(
            id=None,
            kind="self_check",
            language=language,
            started_at="2026-01-01T10:00:00+00:00",
            finished_at="2026-01-01T11:00:00+00:00",
        ),
        checklist=_checklist(),
        checklist_sha256="0" * 64,
        checklist_version=1,
        score=_score(),
        answers={"S1": {"value": 3, "note": _TEXTS[language]}},
        evidence=Evidence(document_sha256="0" * 64),
        photos=(_photo(),),
        history=(PastAudit(day="2025-12-01", percentage="40.0", outcome="fail"),),
        language=language,
    )


@cache
def shelf() -> bytes:
    """The photo."""
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "#8a94a3").save(target, "JPEG")
    return target.getvalue()


def _photo() -> Photo:
    digest = hashlib.sha256(shelf()).hexdigest()
    marks = (
        {"kind": "box", "at": [0.2, 0.2], "size": [0.5, 0.5], "color": "#d92020"},
        {"kind": "text", "at": [0.1, 0.1], "text": "견본 1", "color": "#d92020"},
    )
    return Photo(sha256=digest, print_sha256=digest, width=64, height=48, item="S1", marks=marks)


def pictures() -> dict[str, bytes]:
    """The photo by its digest."""
    return {hashlib.sha256(shelf()).hexdigest(): shelf()}


def _checklist() -> dict[str, Any]:
    item = {"key": "S1", "kind": "scale", "weight": "1", "tag": "linear", "text": _TEXTS}
    section = {"key": "S", "title": _TEXTS, "weight": "1", "items": [item]}
    return {"key": "specimen", "languages": list(_TEXTS), "title": _TEXTS, "sections": [section]}


def _score() -> dict[str, Any]:
    item = {
        "key": "S1", "section": "S", "kind": "scale", "tag": "linear", "bonus": False,
        "left_out": None, "r": "1/2", "earned": "1/2", "possible": "1",
        "points": {"exact": "100", "printed": "100.0"},
    }  # fmt: skip
    section = {
        "key": "S", "weight": "1", "designed": "1", "percentage": _HALF, "pass_mark": None,
        "coverage": {"exact": "100", "printed": "100.0"},
    }  # fmt: skip
    return {
        "rules": 1,
        "settings": {"method": "weighted", "coverage_floor": "85", "pass_mark": "80"},
        "outcome": "fail",
        "why": [{"cause": "pass_mark", "key": None}],
        "band": None,
        "overall": {
            "raw": _HALF, "after_sections": _HALF, "with_bonus": _HALF, "percentage": _HALF,
            "coverage": {"exact": "100", "printed": "100.0"},
        },
        "figures": {
            "must_be": {"failed": 0, "applicable": 0},
            "core": _HALF,
            "delight": {"met": 0, "applicable": 0},
        },
        "criticals": [],
        "sections": [section],
        "items": [item],
    }  # fmt: skip
