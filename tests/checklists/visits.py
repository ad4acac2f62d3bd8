"""Whole visits to score: the best and the worst answer to any item, as a phone would seal them."""

from __future__ import annotations

from typing import Any

from auditapi.checklists.document import AnyItem, Checklist
from auditapi.checklists.items import (
    ChoiceItem,
    ChoicesItem,
    CountItem,
    DateItem,
    NumberItem,
    PhotoItem,
    ScaleItem,
    SecondsItem,
    SignatureItem,
    TextItem,
    YesNoItem,
)
from auditapi.checklists.visibility import Attributes, shown_items

#: A store in which nothing of the service standard is hidden.
FULL_STORE = {"format": "super", "assisted_service": True, "dated_goods": True}
STORY = "A. Then B happened, and after that C. " * 10


def assignment(
    kind: str, *, scenario: str | None = None, purchase: bool = False
) -> dict[str, str | bool | None]:
    """What show_if reads of an assignment."""
    covert = kind == "mystery_shop"
    return {"kind": kind, "scenario": scenario, "purchase": purchase, "covert": covert}


#: A visit of each kind in which as much as possible is asked.
FULLEST = [
    assignment("mystery_shop", scenario="gentle", purchase=True),
    assignment("staff_observation"),
    assignment("announced_audit"),
    assignment("self_check"),
]


def answers(
    checklist: Checklist, store: Attributes, visit: Attributes, *, best: bool
) -> dict[str, Any]:
    """The best or the worst answer to everything that is asked, each with a comment."""
    shown = shown_items(checklist, {}, store, visit)
    return {
        key: {"value": value(item, best=best), "note": "Seen at the till."}
        for key, item in checklist.items.items()
        if key in shown and not isinstance(item, PhotoItem)
    }


def photos(checklist: Checklist, store: Attributes, visit: Attributes) -> dict[str, int]:
    """One photo for each photo item that is asked."""
    shown = shown_items(checklist, {}, store, visit)
    asked = [key for key, item in checklist.items.items() if isinstance(item, PhotoItem)]
    return {key: 1 for key in asked if key in shown}


def value(item: AnyItem, *, best: bool) -> Any:
    """The best or the worst value that can be answered."""
    match item:
        case YesNoItem():
            return item.good if best else {"yes": "no", "no": "yes"}[item.good]
        case ScaleItem():
            return item.top if best else 1
        case CountItem():
            return _count(item, best=best)
        case SecondsItem():
            seconds = item.target if best else item.limit
            return 0 if seconds is None else int(seconds)
        case ChoiceItem():
            points = {o.key: o.points or 0 for o in item.options if o.scored}
            return (max if best else min)(points, key=lambda key: points[key])
        case ChoicesItem():
            return [o.key for o in item.options if o.scored and ((o.points or 0) > 0) is best]
        case NumberItem():
            return 3
        case TextItem():
            return STORY
        case DateItem():
            return "2026-11-20"
        case SignatureItem():
            return {"name": "Sam", "strokes": [[[0.1, 0.2], [0.6, 0.4]]]}
    raise TypeError(item.kind)


def _count(item: CountItem, *, best: bool) -> Any:
    if item.of == "asked":
        return {"k": 4 if best else 0, "n": 4}
    if item.of is not None:
        return item.of if best else 0
    return 0 if best else 99
