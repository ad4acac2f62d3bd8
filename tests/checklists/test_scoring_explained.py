"""The explained score as JSON: what is in it, and that tampering shows."""

from __future__ import annotations

import json
from typing import Any

from auditapi.checklists.document import Checklist, digest
from auditapi.checklists.scoring import RULES_VERSION, recompute
from auditapi.checklists.scoring.recomputing import stated
from tests.checklists.builders import (
    Data,
    checklist,
    given,
    item,
    na,
    scored,
    section,
)


def listed() -> Checklist:
    return checklist(
        section(
            "S",
            item("A1", weight=3),
            item("A2", weight=2, na=True),
            item("A3", "scale", weight=1, max=5),
            item("A4", weight=2, critical={"cap": 60}),
            item("A5", "text"),
        ),
        coverage_floor=50,
        pass_mark=55,
    )


ANSWERS: Data = {**given(A1="yes", A3=4, A4="no", A5="A private story."), "A2": na()}


def explained() -> dict[str, Any]:
    return scored(listed(), ANSWERS).as_json()


def test_a_score_names_its_checklist_and_the_rules_it_was_made_with() -> None:
    assert explained()["rules"] == RULES_VERSION
    assert explained()["checklist"] == {"key": "demo", "sha256": digest(listed())}


def test_every_item_says_what_it_earned_by_which_rule() -> None:
    scale = explained()["items"][2]
    assert scale["rule"] == {"rule": "scale", "top": 5}
    assert (scale["answer"], scale["r"], scale["weight"]) == (4, "3/4", "1")
    assert (scale["earned"], scale["possible"], scale["left_out"]) == ("3/4", "1", None)


def test_every_item_left_out_says_why() -> None:
    left_out = {item["key"]: item["left_out"] for item in explained()["items"]}
    assert left_out == {
        "A1": None,
        "A2": "not_applicable",
        "A3": None,
        "A4": None,
        "A5": "unscored",
    }


def test_answers_that_are_never_scored_stay_out_of_the_score() -> None:
    assert "private story" not in json.dumps(explained())


def test_the_overall_result_is_shown_step_by_step() -> None:
    overall = explained()["overall"]
    assert overall["raw"] == {"exact": "125/2", "printed": "62.5"}
    assert overall["cap"] == "60"
    assert overall["percentage"] == {"exact": "60", "printed": "60.0"}
    assert overall["coverage"] == {"exact": "75", "printed": "75.0"}


def test_a_cap_that_fired_is_listed_with_its_cause() -> None:
    [cap] = explained()["criticals"]
    assert (cap["item"], cap["action"], cap["cap"], cap["r"]) == ("A4", "cap", "60", "0")


def test_a_score_is_plain_json() -> None:
    assert json.loads(json.dumps(explained())) == explained()


def test_a_changed_answer_no_longer_recomputes() -> None:
    tampered = explained()
    tampered["items"][2]["answer"] = 5
    assert recompute(tampered) != stated(tampered)
    assert recompute(explained()) == stated(explained())


def test_a_critical_that_fired_can_not_be_left_out() -> None:
    tampered = explained()
    tampered["criticals"] = []
    assert recompute(tampered)["criticals"] == stated(explained())["criticals"]
    tampered["overall"] |= {"cap": None, "percentage": tampered["overall"]["with_bonus"]}
    tampered |= {"outcome": "pass", "why": [], "band": "D"}
    assert recompute(tampered) != stated(tampered)


def test_every_item_says_what_it_does_when_it_fails() -> None:
    rules = {item["key"]: item["critical"] for item in explained()["items"]}
    assert rules["A4"] == {"action": "cap", "cap": "60", "below": "1"}
    assert {key for key, rule in rules.items() if rule is not None} == {"A4"}


def test_a_score_of_before_items_named_their_critical_rule_recomputes() -> None:
    old = explained()
    for entry in old["items"]:
        del entry["critical"]
    assert recompute(old) == stated(old)
    old["items"][0]["earned"] = "7/13"
    assert recompute(old) != stated(old)
