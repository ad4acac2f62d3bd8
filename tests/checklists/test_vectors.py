"""The cases that the phone and the server must decide alike, decided by the server's side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditapi.checklists.document import as_json, parse
from auditapi.checklists.validation import CODES, check_answers
from auditapi.checklists.visibility import shown_items

VECTORS = Path(__file__).parents[1] / "vectors"


def cases(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((VECTORS / name).read_text("utf-8"))["cases"]
    return loaded


VISIBILITY = cases("visibility.json")
VALIDATION = cases("validation.json")


@pytest.mark.parametrize("case", VISIBILITY, ids=lambda case: case["name"])
def test_the_same_items_are_shown(case: dict[str, Any]) -> None:
    listed = parse(case["checklist"])
    shown = shown_items(listed, case["answers"], case["store"], case["assignment"])
    assert shown == set(case["shown"])


@pytest.mark.parametrize("case", VALIDATION, ids=lambda case: case["name"])
def test_the_same_faults_are_found(case: dict[str, Any]) -> None:
    reasons = check_answers(
        parse(case["checklist"]),
        case["answers"],
        case["photos_by_item"],
        case["store"],
        case["assignment"],
        case["language"],
    )
    assert [{"item": r.item, "code": r.code} for r in reasons] == case["reasons"]
    assert all(reason.message for reason in reasons)


@pytest.mark.parametrize("case", VISIBILITY + VALIDATION, ids=lambda case: case["name"])
def test_checklists_in_the_vectors_are_as_phones_get_them(case: dict[str, Any]) -> None:
    assert as_json(parse(case["checklist"])) == case["checklist"]


def test_every_code_occurs() -> None:
    assert {reason["code"] for case in VALIDATION for reason in case["reasons"]} == set(CODES)
