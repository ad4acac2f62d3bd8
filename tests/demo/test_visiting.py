"""The demo's visits make sense: every answer is one that the checklist takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditapi.audits.intake import document
from auditapi.checklists.document import read_yaml
from auditapi.checklists.scoring import score
from auditapi.checklists.validation import check_answers
from auditapi.demo import scenes
from auditapi.demo.camera import Region, Scene
from auditapi.demo.visiting import Place, Visit, load, seal_visit

CHECKLISTS = Path(__file__).parents[2] / "checklists"
STORE = {"format": "super", "assisted_service": True, "dated_goods": True}
PLANS = [plan for plan in load("visits.yaml") if not plan.get("open")]


class EveryRegion(dict[str, Region]):
    def __missing__(self, name: str) -> Region:
        return Region(0.2, 0.2, 0.3, 0.3)


def quickly(kind: str, seed: int, **_options: Any) -> Scene:
    """Drawing takes most of the time and is tested elsewhere."""
    assert kind in scenes.KINDS
    return Scene(kind, f"{kind} {seed}".encode(), 1600, 1200, EveryRegion())


@pytest.mark.parametrize("number", range(len(PLANS)))
def test_a_planned_visit_is_sealed_valid_and_scorable(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenes, "draw", quickly)
    plan = PLANS[number]
    path = CHECKLISTS / f"{plan.get('checklist', 'service-standard')}.yaml"
    checklist = read_yaml(path.read_text(encoding="utf-8"), path.name)
    named = {"key": checklist.key, "version": 1, "sha256": "0" * 64}
    place = Place("00000000-0000-7000-8000-000000000000", "Asia/Seoul", 37.5, 127.0, STORE)
    visit = Visit(plan, number, checklist, named, place, None, datetime.now(UTC))
    sealed = document.read(seal_visit(visit).body)
    assert sealed.reasons == []
    faults = check_answers(
        checklist, sealed.answers, sealed.photos_by_item, STORE, visit.context, plan["language"]
    )
    assert [(fault.item, fault.code) for fault in faults] == []
    result = score(checklist, sealed.answers, STORE, visit.context, sealed.photos_by_item)
    assert result.coverage is not None
    assert result.coverage > 85


def test_notes_of_the_plan_reach_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "draw", quickly)
    noted = {key for plan in PLANS for key in (plan["answers"] or {})}
    assert {"F6", "A5", "G1"} <= noted
    assert json.dumps(load("stories.yaml"), ensure_ascii=False).count("E8") == 3
