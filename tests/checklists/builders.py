"""Small checklists in a line or two, as plain data or parsed."""

from __future__ import annotations

from typing import Any

from auditapi.checklists.document import Checklist, parse
from auditapi.checklists.scoring import Score, score

Data = dict[str, Any]

NO_STORE: Data = {}
SHOP: Data = {"kind": "mystery_shop", "covert": True, "purchase": False, "scenario": None}
ANNOUNCED: Data = {"kind": "announced_audit", "covert": False, "purchase": False, "scenario": None}


def text(words: str) -> Data:
    return {"en": words}


def item(key: str, kind: str = "yes_no", weight: float = 0, **more: Any) -> Data:
    """An item; one with a weight is linear unless told, a scale has all its anchors."""
    scored = {"weight": weight, "tag": "linear"} if weight else {}
    shape = {"anchors": anchors(more.get("max", 5))} if kind == "scale" else {}
    return {"key": key, "kind": kind, "text": text(f"{key}?"), **scored, **shape, **more}


def anchors(top: int) -> Data:
    return {str(point): text(f"point {point}") for point in range(1, top + 1)}


def section(key: str, *items: Data, weight: float = 10, **more: Any) -> Data:
    return {"key": key, "title": text(key), "weight": weight, "items": list(items), **more}


def data(*sections: Data, **more: Any) -> Data:
    """A checklist as plain data."""
    return {
        "key": "demo",
        "languages": ["en"],
        "title": text("Demo"),
        "sections": list(sections),
        **more,
    }


def checklist(*sections: Data, **scoring: Any) -> Checklist:
    """A parsed checklist with these scoring settings."""
    return parse(data(*sections, **({"scoring": scoring} if scoring else {})))


def option(key: str, points: float | None = None, **more: Any) -> Data:
    given = {} if points is None else {"points": points}
    return {"key": key, "text": text(key), **given, **more}


def given(**values: Any) -> Data:
    """Answers with these values."""
    return {key: {"value": value} for key, value in values.items()}


def na(reason: str = "no campaign here") -> Data:
    return {"na": True, "reason": reason}


def scored(
    of: Checklist, answers: Data, store: Data | None = None, assignment: Data | None = None
) -> Score:
    """The score of an announced audit, unless told otherwise."""
    return score(of, answers, store or NO_STORE, assignment or ANNOUNCED)


def together(*values: object) -> tuple[object, ...]:
    """Several figures to compare at once: fractions with the whole numbers that they equal."""
    return values
