"""Cleo's work: a chain with one store, a short checklist with every kind of item, and the shipped
one; an announced audit and a mystery shop to do."""

from __future__ import annotations

from typing import Any

from tests.phone.fake_server import Memory, shipped

STORE = "0190a000-0000-7000-8000-000000000001"
AUDIT = "0190a000-0000-7000-8000-0000000000a1"
SHOP = "0190a000-0000-7000-8000-0000000000a2"
STANDARD = "0190a000-0000-7000-8000-0000000000a3"
CLEO = "0190a000-0000-7000-8000-0000000000c1"
BACK = "0190a000-0000-7000-8000-0000000000b1"
SAM = "0190a000-0000-7000-8000-0000000000c2"


def text(english: str, korean: str, chinese: str) -> dict[str, str]:
    return {"en": english, "ko": korean, "zh-Hant": chinese}


def item(key: str, kind: str, english: str, **more: Any) -> dict[str, Any]:
    words = text(english, f"{key} 항목: {english}", f"{key} 項目：{english}")
    return {"key": key, "kind": kind, "text": words, **more}


EVERY_KIND: dict[str, Any] = {
    "key": "every-kind",
    "languages": ["en", "ko", "zh-Hant"],
    "title": text("Short check", "간단 점검", "簡易檢查"),
    "sections": [
        {
            "key": "A",
            "title": text("Shelf and floor", "매대와 바닥", "貨架與地面"),
            "weight": 60,
            "items": [
                item(
                    "A1",
                    "yes_no",
                    "Is the entrance clean?",
                    weight=1,
                    guidance=text("Look at floor and door.", "바닥과 문을 봅니다.", "看地面和門。"),
                    evidence=[{"needs": "comment", "when": "no"}],
                ),
                item(
                    "A2",
                    "text",
                    "What is in the way?",
                    show_if={"item": "A1", "is": "no"},
                    min_length=5,
                ),
                item("A3", "count", "How many of ten products are there?", of=10, weight=1),
                item("A4", "count", "Greetings", of="asked", counted_as="encounters", weight=1),
                item("A5", "seconds", "Seconds in the queue", target=30, limit=120, weight=1),
                item(
                    "A6",
                    "scale",
                    "How tidy is the floor?",
                    weight=1,
                    anchors={str(n): text(f"point {n}", f"{n}점", f"{n} 分") for n in range(1, 6)},
                ),
            ],
        },
        {
            "key": "B",
            "title": text("Proof", "증빙", "證明"),
            "items": [
                item(
                    "B1",
                    "choice",
                    "What is the weather?",
                    options=[
                        {"key": "dry", "text": text("Dry", "맑음", "晴"), "scored": False},
                        {"key": "wet", "text": text("Wet", "비", "雨"), "scored": False},
                    ],
                ),
                item(
                    "B2",
                    "choices",
                    "Which doors were open?",
                    required=False,
                    options=[
                        {"key": "north", "text": text("North", "북", "北"), "points": 1},
                        {"key": "south", "text": text("South", "남", "南"), "points": 1},
                    ],
                ),
                item("B3", "number", "Amount paid", na=True, min=0),
                item("B4", "date", "Next delivery", required=False),
                item("B5", "photo", "Photograph the display."),
                item("B6", "signature", "Signature of the manager", required=False),
            ],
        },
    ],
}


def assignment(name: str, kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "state": "accepted",
        "kind": kind,
        "by_time": "any_time",
        "by_object": "all",
        "mode": "direct",
        "scenario": None,
        "purchase": False,
        "not_before": "2026-11-01T00:00:00+09:00",
        "not_after": "2027-12-24T20:00:00+09:00",
        "store_id": STORE,
        "checklist": {"key": key, "version": 1, "sha256": "0" * 64},
        "brief": {},
        **more,
    }


HESITANT = {
    "key": "hesitant",
    "how_it_shows": text(
        "Talks around the point, soft voice, looks away, keeps a distance.",
        "요점을 돌려 말하고 목소리가 작으며 눈길을 피하고 거리를 둡니다.",
        "說話繞圈、聲音小、避開視線、保持距離。",
    ),
    "behaviours": [
        text("Makes small talk first.", "가벼운 이야기로 거리를 좁힙니다.", "先閒聊拉近距離。"),
        text("Finds the unclear point.", "분명하지 않은 점을 찾아냅니다.", "找出不明確之處。"),
    ],
}
BRIEF = {
    "must_have_products": ["Milk 1 l", "Rice 5 kg", "Tofu", "Soy sauce"],
    "bay": "Bay 4, left of the tills",
    "item_to_find": "Gluten-free noodles",
    "missing_item": "Blue label tea",
    "questions": [{"question": "Is the kettle dishwasher-safe?", "answer_key": "No, by hand."}],
    "purchase": {"limit": "₩10,000", "payment": "card", "return": "keep it"},
    "fee": "₩30,000",
}


RETURNED = {
    "id": BACK,
    "assignment_id": None,
    "store_id": STORE,
    "kind": "mystery_shop",
    "language": "en",
    "checklist": {"key": "every-kind", "version": 1, "sha256": "0" * 64},
    "context": {"store": {}, "assignment": {"kind": "mystery_shop", "covert": True}},
    "revision": 1,
    "reason": "Which till was it? The receipt can't be read.",
    "until": "2027-11-28T18:00:00+09:00",
}


def demo() -> Memory:
    """The server as it stands when cleo signs in first."""
    standard = shipped("service-standard")
    cleo = person(CLEO, "Cleo Park")
    memory = Memory(
        people={"cleo@demo.example": cleo, "sam@demo.example": person(SAM, "Sam Lee")},
        codes={"QUIET-FOX-41": "cleo@demo.example"},
        checklists={("every-kind", 1): EVERY_KIND, ("service-standard", 1): standard},
    )
    memory.work = {
        "assignments": [
            assignment(AUDIT, "announced_audit", "every-kind", state="offered"),
            assignment(
                SHOP,
                "mystery_shop",
                "service-standard",
                scenario=HESITANT,
                purchase=True,
                brief=BRIEF,
            ),
            assignment(STANDARD, "announced_audit", "service-standard"),
        ],
        "stores": [
            {
                "id": STORE,
                "code": "S-041",
                "name": "Hongdae 홍대점",
                "address": "서울특별시 마포구 양화로 160",
                "latitude": 37.5563,
                "longitude": 126.9236,
                "time_zone": "Asia/Seoul",
                "attributes": {"format": "super", "assisted_service": True, "dated_goods": True},
            }
        ],
        "checklists": [
            {"key": "every-kind", "version": 1, "sha256": "0" * 64},
            {"key": "service-standard", "version": 1, "sha256": "0" * 64},
        ],
        "last_failed": {
            STORE: [
                {
                    "item": "D1",
                    "text": text("Correct prices", "정확한 가격", "價格正確"),
                    "answer": 12,
                    "note": "Bay 3 without labels",
                }
            ]
        },
    }
    memory.work["returned"] = [RETURNED]
    memory.details[BACK] = {
        "id": BACK,
        "answers": [{"item": "A1", "answer": {"value": "yes"}}],
        "photos": [],
        "revisions": [],
        "started_at": "2026-11-20T10:00:00+09:00",
    }
    return memory


def person(person_id: str, name: str) -> dict[str, Any]:
    organisation = {"id": "0190a000-0000-7000-8000-0000000000f1", "slug": "demo", "name": "Demo"}
    return {"id": person_id, "name": name, "role": "auditor", "organisation": organisation}
