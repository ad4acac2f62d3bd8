"""The published JSON Schema: up to date, and of use to someone who writes a checklist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from auditapi.checklists.document import json_schema
from auditapi.checklists.reading import load
from tests.checklists.builders import Data, data, item, section

FOLDER = Path(__file__).parents[2] / "checklists"
SCHEMA = json.loads((FOLDER / "checklist.schema.json").read_text("utf-8"))
validator = Draft202012Validator(SCHEMA)


def faults(source: object) -> list[str]:
    return [error.message for error in validator.iter_errors(source)]


def test_the_committed_schema_is_the_generated_one() -> None:
    assert json_schema() == SCHEMA
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_checklists_satisfy_it(path: Path) -> None:
    assert faults(load(path.read_text("utf-8"), path.name).data) == []


def test_what_the_vectors_hold_satisfies_it() -> None:
    vectors = FOLDER.parent / "tests" / "vectors"
    for name in ("visibility.json", "validation.json"):
        for case in json.loads((vectors / name).read_text("utf-8"))["cases"]:
            assert faults(case["checklist"]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        data(),
        data(section("S")),
        data(section("S", item("A1", colour="red"))),
        data(section("S", item("A1", "guess"))),
        data(section("S", item("A1", good=False))),
        data(section("S", item("A1", "seconds", target=-1))),
        data(section("S", item("A1", critical={"cap": 101}))),
        data(section("S", item("A1", show_if={"item": "A0", "store": "format", "is": 1}))),
        data(section("S", item("A1", show_if={"item": "A0"}))),
        data(section("S", {**item("A1"), "text": {"English": "?"}})),
        data(section("S", item("A1", show_if=None))),
    ],
)
def test_it_refuses_what_has_the_wrong_shape(wrong: Data) -> None:
    assert faults(wrong)


def described(definition: dict[str, Any]) -> set[str]:
    return {name for name, field in definition["properties"].items() if "description" in field}


def test_editors_can_say_what_a_field_is_for() -> None:
    item_of_seconds = SCHEMA["$defs"]["SecondsItem"]
    assert {"target", "limit", "weight", "critical", "show_if"} <= described(item_of_seconds)
    assert {"languages"} <= described(SCHEMA)
