"""Checklists of the right shape whose parts do not fit together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checklists.builders import Data, data, item, option, section
from tests.checklists.refusing import refusal, refusals
from tests.checklists.strategies import unchecked


@pytest.mark.parametrize(
    ("of", "message"),
    [
        (
            item("A1", weight=1, tag=None),
            "tag: is missing: must_be, linear or delight",
        ),
        (
            item("A1", critical="fail_visit"),
            "weight: must be above 0: the item is critical",
        ),
        (item("A1", bonus=True), "weight: must be above 0: the item is a bonus"),
        (
            item("A1", weight=1, bonus=True, critical="fail_visit"),
            "critical: must be left out: a bonus item can't be critical",
        ),
        (
            item("A1", weight=1, bonus=True, tag="must_be"),
            "tag: must be linear or delight: the item is a bonus",
        ),
        (item("A1", weight=1, critical_below=1), "critical_below: has no effect without critical"),
        (
            item("A1", "scale", weight=1, max=5, critical="fail_visit"),
            "critical_below: is missing: below which result is this scale critical?",
        ),
        (
            item("A1", "count", weight=1, of=5, critical={"cap": 60}),
            "critical_below: is missing: below which result is this count critical?",
        ),
        (item("A1", "text", weight=1, tag=None), "weight: must be left out: text is never scored"),
        (
            item("A1", weight=1, critical="fail_visit", audience="head_office"),
            "audience: must be left out: the item is scored",
        ),
        (
            item("A1", weight=1, bonus=True, audience="head_office"),
            "audience: must be left out: the item is scored",
        ),
        (item("A1", "photo", critical="fail_visit"), "critical: must be left out: photo is never"),
        (item("A1", "scale", max=1), "max: must have two points"),
        (item("A1", "scale", max=0), "max: must have two points"),
        (item("A1", "scale", anchors={1: {"en": "x"}}), "anchors: must have two points"),
        (
            item("A1", "scale", anchors={1: {"en": "x"}, 3: {"en": "y"}}),
            "anchors.3: must be a point from 1 to 2",
        ),
        (
            item("A1", "count", weight=1),
            "of: is missing: of, or steps, gives the count its result",
        ),
        (
            item("A1", "count", of=3, steps=[[0, 1]]),
            "steps: must be left out: the count already has an of",
        ),
        (
            item("A1", "count", of=3, counted_as="encounters"),
            "of: must be asked: encounters are entered with their number",
        ),
        (
            item("A1", "count", steps=[[2, 1], [2, 0.5]]),
            "steps[1]: must have a bound above 2",
        ),
        (
            item("A1", "count", steps=[[0, 0.5], [2, 1]]),
            "steps[1]: must not give more than 0.5: fewer is better",
        ),
        (item("A1", "count", steps=[[0, -1]]), "steps[0]: must give 0 to 1"),
        (item("A1", "seconds", target=300, limit=300), "target: must be below limit (300)"),
        (
            item("A1", "seconds", between=["queue", "queue"]),
            "between: must name two different taps",
        ),
        (
            item("A1", "seconds", weight=1, target=300),
            "limit: is missing: a scored time needs target and limit",
        ),
        (
            item("A1", "choice", options=[option("a"), option("a")]),
            "options[1].key: is given twice: a",
        ),
        (
            item("A1", "choice", weight=1, options=[option("a")]),
            "options[0].points: is missing: give points, or scored: false",
        ),
        (
            item("A1", "choice", options=[option("a", -0.5)]),
            "options[0].points: must be from 0 to 1",
        ),
        (
            item("A1", "choices", weight=1, options=[option("a", 1), option("b", 1, scored=False)]),
            "options[1].points: must be left out: the option is not scored",
        ),
        (
            item("A1", "choice", weight=1, options=[option("a", scored=False)]),
            "options: must have one that is scored: the item has a weight",
        ),
        (item("A1", "number", min=3, max=2), "min: must not be above max (2)"),
        (
            item("A1", "text", min_length=9, max_length={"en": 5}),
            "min_length: must not be above max_length (5)",
        ),
        (item("A1", replaces="B2"), "replaces: must be a key that is gone; B2 is still an item"),
        (item("B1"), "key: is given twice: B1 is the key of sections[0].items[0]"),
    ],
)
def test_parts_of_an_item_that_do_not_fit_are_refused(of: Data, message: str) -> None:
    assert refusal(of).startswith(message)


def test_a_scored_item_in_an_unscored_section_is_refused() -> None:
    message = refusal(item("A1", weight=1), weight=0)
    assert message == "weight: must be left out: section S has no weight and is not scored"


@pytest.mark.parametrize(
    ("of", "rule", "message"),
    [
        (item("A1", "scale"), {"when": "no"}, "when: can't apply: scale is not answered yes or no"),
        (item("A1"), {"when": {"at_most": 2}}, "when.at_most: can't apply: yes_no is not answered"),
        (
            item("A1", "scale", max=5),
            {"when": {"at_least": 6}},
            "when.at_least: can't apply: the answer is 1 to 5",
        ),
        (
            item("A1", "scale", max=5),
            {"when": {"at_most": 0}},
            "when.at_most: can't apply: the answer is 1 to 5",
        ),
        (
            item("A1", "text"),
            {"when": {"below": 1}},
            "when.below: can't apply: the item has no result",
        ),
        (
            item("A1", "count"),
            {"when": {"below": 1}},
            "when.below: can't apply: the item has no result",
        ),
        (
            item("A1", "choice", options=[option("a", 0.5), option("b", 1)]),
            {"when": {"below": 0.5}},
            "when.below: can't apply: no result of the item is below 0.5",
        ),
        (
            item("A1", "choices", options=[option("a", 0.5), option("b", 1)]),
            {"when": {"below": 0.5}},
            "when.below: can't apply: no result of the item is below 0.5",
        ),
        (
            item("A1", "photo"),
            {"needs": "photo", "when": "always"},
            "needs: has no effect: the answer is a photo already",
        ),
        (
            item("A1"),
            {"when": "no", "covert": "comment"},
            "covert: has no effect: a comment is needed on every visit",
        ),
    ],
)
def test_evidence_rules_that_cannot_apply_are_refused(of: Data, rule: Data, message: str) -> None:
    refused = refusal({**of, "evidence": [{"needs": "comment", **rule}]})
    assert refused.startswith(f"evidence[0].{message}")


def with_languages(**more: Any) -> Data:
    both = {"en": "x", "ko": "가"}
    listed = data(section("S", {**item("A1", "text"), "text": both}, title=both), title=both)
    listed["languages"] = ["en", "ko"]
    listed["sections"][0]["items"][0].update(more)
    return listed


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"text": {"en": "x"}}, "text.ko: is missing: the translation"),
        (
            {"guidance": {"en": "x", "ko": "y", "ja": "z"}},
            "guidance.ja: is not one of the checklist's languages",
        ),
        ({"min_length": {"en": 250}}, "min_length.ko: is missing"),
        (
            {"kind": "choice", "options": [option("a")]},
            "options[0].text.ko: is missing: the translation",
        ),
        (
            {"kind": "scale", "max": 2, "anchors": {1: {"ko": "y"}, 2: {"en": "x", "ko": "y"}}},
            "anchors.1.en: is missing: the translation",
        ),
        ({"kind": "number", "unit": {"en": "won"}}, "unit.ko: is missing: the translation"),
    ],
)
def test_missing_and_unknown_translations_are_found(more: Data, message: str) -> None:
    assert refusals(with_languages(**more)) == [f"sections[0].items[0].{message}"]


def test_titles_are_translated_too() -> None:
    listed = with_languages()
    listed["title"] = listed["sections"][0]["title"] = {"ko": "가"}
    listed["description"] = {"en": "x"}
    assert refusals(listed) == [
        "title.en: is missing: the translation",
        "description.ko: is missing: the translation",
        "sections[0].title.en: is missing: the translation",
    ]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"languages": ["en", "en"]}, "languages[1]: is given twice: en"),
        ({"scoring": {"bands": {"A": 90}}}, "scoring.bands: must have one that begins at 0"),
        (
            {"scoring": {"bands": {"A": 0, "B": 0}}},
            "scoring.bands: must each begin at a different percentage",
        ),
    ],
)
def test_faults_of_the_whole_checklist_are_refused(more: Data, message: str) -> None:
    assert refusals(data(section("S", item("A1")), **more)) == [message]


def test_section_keys_are_given_once() -> None:
    twice = data(section("S", item("A1")), section("S", item("B1")))
    assert refusals(twice) == ["sections[1].key: is given twice: S is the key of sections[0]"]


def test_an_item_is_replaced_by_one_only() -> None:
    twice = data(section("S", item("A2", replaces="A1"), item("A3", replaces="A1")))
    assert refusals(twice) == [
        "sections[0].items[1].replaces: is given twice: A2 replaces A1 already"
    ]


def test_an_unscored_item_needs_neither_tag_nor_points_nor_limits() -> None:
    plain = [
        item("A1", "choice", options=[option("a"), option("b")]),
        item("A2", "seconds"),
        item("A3", "count"),
    ]
    assert refusals(data(section("S", *plain, weight=0))) == []


def test_a_faulty_scoring_hides_no_missing_translation() -> None:
    listed = with_languages(text={"en": "x"})
    listed["scoring"] = {"method": "foo", "bands": {"A": 90}}
    listed["title"] = {"en": "x"}
    assert refusals(listed) == [
        "scoring.method: must be 'weighted', 'sections' or 'pooled'",
        "title.ko: is missing: the translation",
        "sections[0].items[0].text.ko: is missing: the translation",
    ]


def test_an_item_of_the_wrong_shape_is_to_be_translated_all_the_same() -> None:
    assert refusals(with_languages(text={"en": "x"}, na="perhaps")) == [
        "sections[0].items[0].na: must be true or false",
        "sections[0].items[0].text.ko: is missing: the translation",
    ]


@pytest.mark.parametrize("name", ["colour", "@colour"])
def test_a_name_that_is_not_known_hides_no_fault_of_its_item(name: str) -> None:
    critical = item("A1", "choice", critical="fail_visit", options=[option("a", colour="red")])
    assert "sections[0].items[0].weight: must be above 0: the item is critical" in refusals(
        data(section("S", {**critical, name: "red"}))
    )


@pytest.mark.parametrize(
    ("of", "messages"),
    [
        (item("A1", "scale", anchors={}), [f"anchors.{n}: is missing" for n in range(1, 6)]),
        (
            item("A1", "scale", max=3, anchors={"1": {"en": "x"}, "3": {"en": "y"}}),
            ["anchors.2: is missing"],
        ),
        (
            item("A1", "scale", max=2, anchors={"1": {"en": "x"}, "3": {"en": "y"}}),
            ["anchors.3: must be a point from 1 to 2", "anchors.2: is missing"],
        ),
    ],
)
def test_a_scale_has_an_anchor_for_every_point(of: Data, messages: list[str]) -> None:
    found = refusals(data(section("S", of)))
    assert len(found) == len(messages)
    for fault, message in zip(found, messages, strict=True):
        assert fault.startswith(f"sections[0].items[0].{message}")


@pytest.mark.parametrize("point", ["01", "+1", "1.0", "1_0", " 2", "one", "٣"])
def test_a_point_of_a_scale_is_written_in_one_way(point: str) -> None:
    anchors = {"1": {"en": "x"}, "2": {"en": "y"}, point: {"en": "z"}}
    faults = refusals(data(section("S", item("A1", "scale", anchors=anchors))))
    assert faults == [
        f"sections[0].items[0].anchors.{point}: must be a whole number, written as plainly as 1"
    ]


def test_what_was_published_before_a_check_was_added_stays_readable() -> None:
    listed = data(
        section(
            "S",
            item("A1", "scale", max=5, anchors={}),
            item("A2", show_if={"assignment": "mode", "is": "direct"}),
            *(item(f"B{n}") for n in range(500)),
        )
    )
    assert len(refusals(listed)) > 0
    assert len(unchecked(listed).items) == 502
