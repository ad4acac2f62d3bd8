"""A demo visit: what an auditor answers and photographs, sealed as a phone would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from uuid_utils.compat import uuid7

from auditapi.checklists.document import Checklist
from auditapi.checklists.items import (
    AnyItem,
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
from auditapi.checklists.validation import Reason, check_answers
from auditapi.checklists.visibility import shown_items
from auditapi.demo import scenes
from auditapi.demo.camera import Capture, Region, Scene
from auditapi.demo.phone import Sealed, seal

DATA = Path(__file__).with_name("data")
LONG_SIDE, PHOTO_BYTES = 1600, 300_000
RED, YELLOW = "#d92020", "#ffd400"


def load(name: str) -> Any:
    """Our own data, with every scalar as the text it is («no» stays an answer)."""
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506


@dataclass(frozen=True)
class Place:
    """A store as sync hands it out."""

    id: str
    time_zone: str
    latitude: float
    longitude: float
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Visit:
    """One entry of visits.yaml with all that is needed to seal it. `long_side`: that of its
    photos, in pixels."""

    plan: Mapping[str, Any]
    number: int
    checklist: Checklist
    checklist_name: Mapping[str, Any]
    place: Place
    assignment_id: str | None
    started: datetime
    long_side: int = LONG_SIDE

    @property
    def context(self) -> dict[str, Any]:
        kind = self.plan["kind"]
        return {
            "kind": kind,
            "scenario": self.plan.get("scenario"),
            "purchase": self.plan.get("purchase") == "true",
            "covert": kind == "mystery_shop",
        }


def seal_visit(visit: Visit) -> Sealed:
    shots = list(_shots(visit))
    document = {
        "format": 1,
        "id": str(uuid7()),
        "assignment_id": visit.assignment_id,
        "store_id": visit.place.id,
        "kind": visit.plan["kind"],
        "checklist": dict(visit.checklist_name),
        "language": visit.plan["language"],
        "time_zone": visit.place.time_zone,
        "started_at": visit.started.isoformat(),
        "finished_at": (visit.started + timedelta(minutes=47)).isoformat(),
        "sealed_at": (visit.started + timedelta(minutes=52)).isoformat(),
        "device": {"app": "demo", "platform": "scripted phone"},
        "positions": [_position(visit, "start", 0), _position(visit, "finish", 47)],
        "answers": _answers(visit),
        "photos": [declared for _, declared in shots],
    }
    return seal(document, [scene.jpeg for scene, _ in shots])


def _position(visit: Visit, what: str, minute: int) -> dict[str, Any]:
    return {
        "at": (visit.started + timedelta(minutes=minute)).isoformat(),
        "what": what,
        "latitude": visit.place.latitude + 0.0002,
        "longitude": visit.place.longitude - 0.0001,
        "accuracy": 18,
    }


def _answers(visit: Visit) -> dict[str, Any]:
    planned = visit.plan["answers"] or {}
    shown = shown_items(visit.checklist, {}, visit.place.attributes, visit.context)
    usual = {
        key: {"value": _usual(item, visit)}
        for key, item in visit.checklist.items.items()
        if key in shown and not isinstance(item, PhotoItem)
    }
    seen = {key: _typed(visit.checklist.items[key], given) for key, given in planned.items()}
    answers = {**usual, **{key: answer for key, answer in seen.items() if key in shown}}
    for fault in _faults(visit, answers, {}):
        if fault.code == "comment_missing":
            answers[fault.item]["note"] = _stories()[visit.plan["language"]]["as_it_should_be"]
    return answers


def _faults(visit: Visit, answers: dict[str, Any], photos: Mapping[str, int]) -> list[Reason]:
    store, language = visit.place.attributes, visit.plan["language"]
    return check_answers(visit.checklist, answers, photos, store, visit.context, language)


def _typed(item: AnyItem, given: Mapping[str, Any]) -> dict[str, Any]:
    """YAML is read as plain text; numbers become numbers where the item counts."""
    value = given["value"]
    if isinstance(value, Mapping):
        value = {name: int(number) for name, number in value.items()}
    elif isinstance(item, ScaleItem | CountItem | SecondsItem | NumberItem):
        value = int(value)
    elif isinstance(item, ChoiceItem):
        value = item.options[-1].key
    return {"value": value, "note": given["note"]}


def _usual(item: AnyItem, visit: Visit) -> Any:
    """What is answered where nothing is wrong; not everything is perfect."""
    nudge = (visit.number * 7 + sum(item.key.encode())) % 5
    match item:
        case YesNoItem():
            return item.good
        case ScaleItem():
            return item.top if nudge else item.top - 1
        case CountItem():
            most = item.of if isinstance(item.of, int) else 4
            return {"k": most, "n": most} if item.of == "asked" else 0 if item.steps else most
        case SecondsItem():
            return int(item.target or 0) - 3 * nudge if item.target else 5 + nudge
        case ChoiceItem():
            return item.options[0].key
        case ChoicesItem():
            return [item.options[0].key]
        case NumberItem():
            return min(6 + nudge, int(item.max if item.max is not None else 10))
        case DateItem():
            return visit.started.date().isoformat()
        case SignatureItem():
            return {"name": "Store manager", "strokes": [_scrawl(visit.number)]}
        case TextItem():
            return _stories()[visit.plan["language"]].get(item.key, "–")
    raise ValueError(f"no usual answer to {item.kind}")


@cache
def _stories() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = load("stories.yaml")
    return found


def _scrawl(seed: int) -> list[list[float]]:
    return [[0.1 + 0.04 * x, 0.5 + 0.3 * (((x * (seed + 3)) % 7) / 7 - 0.5)] for x in range(20)]


def _shots(visit: Visit) -> Iterator[tuple[Scene, dict[str, Any]]]:
    """The planned photos, and those that the checklist asks for beside them."""
    shown = shown_items(visit.checklist, {}, visit.place.attributes, visit.context)
    planned = [shot for shot in visit.plan["photos"] or [] if shot["item"] in shown]
    planned += _asked_for(visit, [shot["item"] for shot in planned])
    for number, shot in enumerate(planned):
        yield _shoot(visit, shot, number)


def _asked_for(visit: Visit, items: list[str]) -> Iterator[dict[str, Any]]:
    """A photo for each item that needs one, as its kind or as evidence of its answer."""
    taken = {item: items.count(item) for item in items}
    faults = _faults(visit, _answers(visit), taken)
    wanted = (fault.item for fault in faults if _is_photo(visit.checklist.items[fault.item], fault))
    for key in dict.fromkeys(wanted):
        yield {"item": key, "scene": _SCENES.get(key, "main_display")}


def _is_photo(item: AnyItem, fault: Reason) -> bool:
    return fault.code == "photo_missing" or isinstance(item, PhotoItem)


_SCENES = {
    "A2": "shelf_gap",
    "A5": "label_close_up",
    "C2": "notice_board",
    "D3": "promotion_sign",
    "D7": "entrance",
    "F6": "exit_blocked",
    "H1": "receipt",
    "O1": "entrance",
}


def _shoot(visit: Visit, shot: Mapping[str, Any], number: int) -> tuple[Scene, dict[str, Any]]:
    taken_at = visit.started + timedelta(minutes=6 + 4 * number)
    capture = Capture(
        taken_at=taken_at.replace(tzinfo=None),
        latitude=visit.place.latitude,
        longitude=visit.place.longitude,
        orientation=int(shot.get("orientation", 1)),
    )
    scene = scenes.draw(
        shot["scene"],
        visit.number * 100 + number,
        size=(visit.long_side, visit.long_side * 3 // 4),
        target_bytes=PHOTO_BYTES * visit.long_side // LONG_SIDE,
        capture=capture,
    )
    named = seal({"id": ""}, [scene.jpeg]).photos
    return scene, {
        "sha256": next(iter(named)),
        "bytes": len(scene.jpeg),
        "media_type": "image/jpeg",
        "item": shot["item"],
        "taken_at": taken_at.isoformat(),
        "location": None,
        "source": "camera",
        "caption": shot.get("caption"),
        "marks": [
            _mark(shot[name], scene.regions[shot[name]["region"]], color)
            for name, color in (("mark", RED), ("more", YELLOW))
            if name in shot
        ],
    }


def _mark(plan: Mapping[str, str], region: Region, color: str) -> dict[str, Any]:
    """A mark on a region of the scene, as a finger would draw it."""
    x, y = region.middle
    at, size = [region.x, region.y], [region.width, region.height]
    match plan["kind"]:
        case "arrow":
            return {"kind": "arrow", "from": [max(x - 0.2, 0.02), max(y - 0.22, 0.02)],
                    "to": [x, y], "color": color}  # fmt: skip
        case "text":
            return {"kind": "text", "at": at, "text": plan["text"], "color": color}
        case "redact":
            return {"kind": "redact", "at": at, "size": size}
    return {"kind": plan["kind"], "at": at, "size": size, "color": color}
