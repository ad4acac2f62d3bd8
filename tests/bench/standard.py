"""A checklist of as many items as wanted, of all the usual kinds, and good answers to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from auditapi.checklists.document import Checklist, parse

SECTIONS = 5
KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "yes_no", "tag": "must_be", "weight": 3},
    {"kind": "scale", "max": 5, "tag": "linear", "weight": 2},
    {"kind": "count", "of": 10, "tag": "linear", "weight": 2},
    {"kind": "yes_no", "tag": "delight", "weight": 1, "na": True},
    {"kind": "seconds", "target": 30, "limit": 120, "tag": "linear", "weight": 2},
    {"kind": "choice", "tag": "must_be", "weight": 2},
    {"kind": "count", "of": "asked", "tag": "linear", "weight": 1},
    {"kind": "text", "required": False},
    {"kind": "number", "required": False},
)
NOTE = "Two gaps on the second shelf by the till; a delivery was due at noon, they said."
ANSWERS: dict[str, Any] = {
    "yes_no": "yes",
    "scale": 4,
    "count": 9,
    "seconds": 48,
    "choice": "most",
    "text": NOTE,
    "number": 6,
}


def standard(items: int) -> Checklist:
    sections = []
    for number in range(SECTIONS):
        mine = range(number, items, SECTIONS)
        sections.append(
            {
                "key": chr(ord("A") + number),
                "title": {"en": f"Part {number + 1}"},
                "weight": 100 // SECTIONS,
                "items": [_item(chr(ord("A") + number), index) for index in mine],
            }
        )
    return parse(
        {
            "key": f"bench-{items}",
            "languages": ["en"],
            "title": {"en": f"A standard of {items} items"},
            "sections": sections,
        }
    )


def _item(section: str, index: int) -> dict[str, Any]:
    item = dict(KINDS[index % len(KINDS)])
    if item["kind"] == "scale":
        item["anchors"] = {str(n): {"en": f"What {n} of 5 looks like"} for n in range(1, 6)}
    if item["kind"] == "choice":
        item["options"] = [
            {"key": key, "points": points, "text": {"en": key}}
            for key, points in (("all", 1), ("most", Decimal("0.5")), ("none", 0))
        ]
    return {"key": f"{section}{index}", "text": {"en": f"Is matter {index} in order?"}, **item}


def answers(checklist: Checklist) -> dict[str, Any]:
    """One to each item; every fourth with a note."""
    given: dict[str, Any] = {}
    for number, (key, item) in enumerate(checklist.items.items()):
        asked = item.kind == "count" and getattr(item, "of", None) == "asked"
        given[key] = {"value": {"k": 4, "n": 5} if asked else ANSWERS[item.kind]}
        if number % 4 == 0:
            given[key]["note"] = NOTE
    return given
