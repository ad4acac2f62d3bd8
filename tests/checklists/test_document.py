"""The format: what is read, what is refused, the canonical form and its digest."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from auditapi.checklists.document import (
    InvalidChecklist,
    as_json,
    canonical_bytes,
    digest,
    parse,
)
from tests.checklists.builders import data, item, option, section


def refusals(source: object) -> list[str]:
    with pytest.raises(InvalidChecklist) as refused:
        parse(source)
    return [str(problem) for problem in refused.value.problems]


def one(**more: Any) -> dict[str, Any]:
    """A checklist of one yes/no item that says more."""
    return data(section("S", {**item("A1", weight=1), **more}))


def test_a_checklist_gives_its_items_by_key_and_their_sections() -> None:
    listed = parse(data(section("S", item("A1"), item("A2")), section("T", item("B1"))))
    assert list(listed.items) == ["A1", "A2", "B1"]
    assert listed.section_of["B1"].key == "T"


def test_a_checklist_cannot_be_changed() -> None:
    listed = parse(one())
    with pytest.raises(ValidationError, match="frozen"):
        listed.key = "other"  # type: ignore[misc]


def test_numbers_are_exact_whether_they_come_as_floats_or_decimals() -> None:
    assert parse(one(weight=0.1)).items["A1"].weight == Decimal("0.1")
    assert digest(parse(one(weight=0.1))) == digest(parse(one(weight=Decimal("0.10"))))


def test_every_kind_of_item_is_read() -> None:
    kinds: list[dict[str, Any]] = [
        item("K1", "yes_no", good="no"),
        item("K2", "scale", anchors={1: {"en": "poor"}, "2": {"en": "good"}}),
        item("K3", "count", of="asked", counted_as="encounters"),
        item("K4", "count", steps=[[0, 1], [2, 0.5]]),
        item("K5", "seconds", target=30, limit=120, counted_as="stopwatch"),
        item("K6", "choice", options=[option("a", 1), option("b", scored=False)]),
        item("K7", "choices", options=[option("a", 1), option("b", -0.5)]),
        item("K8", "number", unit={"en": "won"}, min=0, max=10),
        item("K9", "text", min_length={"en": 250}, max_length=1000),
        item("K10", "date"),
        item("K11", "photo", audience="head_office"),
        item("K12", "signature"),
    ]
    listed = parse(data(section("S", *kinds)))
    assert [each.kind for each in listed.items.values()] == [each["kind"] for each in kinds]
    assert parse(as_json(listed)) == listed


def test_the_canonical_form_leaves_defaults_out() -> None:
    spelt_out = one(required=True, na=False, audience="store", good="yes", evidence=[])
    assert as_json(parse(spelt_out)) == as_json(parse(one()))
    assert digest(parse(spelt_out)) == digest(parse(one()))


def test_the_canonical_bytes_can_be_parsed_to_the_same_checklist() -> None:
    listed = parse(one(show_if={"not": {"store": "format", "in": ["hyper", 3]}}))
    again = parse(json.loads(canonical_bytes(listed)))
    assert again == listed
    assert digest(again) == digest(listed)


def test_the_digest_changes_with_the_content() -> None:
    assert digest(parse(one(weight=1))) != digest(parse(one(weight=2)))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"kind": "guess"}, "sections[0].items[0]: must have a kind: yes_no, scale,"),
        ({"good": "maybe"}, "sections[0].items[0].good: must be 'yes' or 'no'"),
        ({"na": "yes"}, "sections[0].items[0].na: must be true or false"),
        ({"weight": "3"}, "sections[0].items[0].weight: must be a number"),
        ({"weight": -1}, "sections[0].items[0].weight: must not be negative"),
        ({"weight": float("nan")}, "sections[0].items[0].weight: must be a number of at most"),
        ({"weight": 0.1234567}, "sections[0].items[0].weight: must have at most six decimal"),
        ({"colour": "red"}, "sections[0].items[0].colour: is not known here"),
        ({"text": {}}, "sections[0].items[0].text: must not be empty"),
        ({"text": "Hello"}, "sections[0].items[0].text: must be a mapping"),
        ({"text": {"en": ""}}, "sections[0].items[0].text.en: must not be empty"),
        ({"text": {"EN": "x"}}, "sections[0].items[0].text.EN: must have the form"),
        ({"critical": "fail"}, "sections[0].items[0].critical: must be 'fail_visit' or"),
        ({"critical": {"cap": 101}}, "sections[0].items[0].critical.cap: must be from 0 to 100"),
        ({"met_at": 0}, "sections[0].items[0].met_at: must be above 0 and at most 1"),
        ({"show_if": "always"}, "sections[0].items[0].show_if: must be a condition"),
        ({"show_if": {"all": []}}, "sections[0].items[0].show_if.all: must not be empty"),
        (
            {"show_if": {"item": "A0", "store": "format", "is": 1}},
            "sections[0].items[0].show_if: must have exactly one of item, store, assignment",
        ),
        (
            {"show_if": {"store": "format"}},
            "sections[0].items[0].show_if: must have exactly one of is, in,",
        ),
        (
            {"show_if": {"store": "format", "is": [1]}},
            "sections[0].items[0].show_if.is: must be text, a number, true or false",
        ),
        (
            {"evidence": [{"needs": "video", "when": "no"}]},
            "sections[0].items[0].evidence[0].needs: must be 'comment' or 'photo'",
        ),
        (
            {"evidence": [{"needs": "photo", "when": {"at_leest": 1}}]},
            "sections[0].items[0].evidence[0].when.at_leest: is not known here",
        ),
    ],
)
def test_a_wrong_shape_is_refused_at_its_path(more: dict[str, Any], message: str) -> None:
    assert any(refusal.startswith(message) for refusal in refusals(one(**more)))


def test_a_missing_field_is_named() -> None:
    nameless = section("S", {"kind": "yes_no", "text": {"en": "?"}})
    assert refusals(data(nameless)) == ["sections[0].items[0].key: is missing"]


@pytest.mark.parametrize("source", [None, 3, "text", [], {}])
def test_what_is_no_checklist_at_all_is_refused(source: object) -> None:
    assert refusals(source)


def test_all_faults_are_named_at_once_those_of_shape_and_those_of_meaning() -> None:
    faulty = data(
        section(
            "S",
            item("A1", "seconds", weight=1, target=300, limit=120),
            item("A2", "guess"),
            {**item("A3"), "weight": "much"},
            item("A1"),
        )
    )
    messages = refusals(faulty)
    assert "sections[0].items[0].target: must be below limit (120)" in messages
    assert "sections[0].items[2].weight: must be a number" in messages
    assert any(m.startswith("sections[0].items[1]: must have a kind") for m in messages)
    assert any(m.startswith("sections[0].items[3].key: is given twice") for m in messages)
