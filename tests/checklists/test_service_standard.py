"""The service standard is the model checklist: its items, weights, criticals, and who is asked
what."""

from __future__ import annotations

from decimal import Decimal

import pytest

from auditapi.checklists.document import AnyItem
from auditapi.checklists.items import (
    AtMost,
    Below,
    Cap,
    ChoiceItem,
    CountItem,
    SecondsItem,
    TextItem,
)
from auditapi.checklists.scoring import score
from auditapi.checklists.visibility import Attributes, shown_items
from tests.checklists.test_shipped import shipped
from tests.checklists.visits import FULL_STORE, FULLEST, answers, assignment

STANDARD = shipped("service-standard")

#: key, kind, weight, tag (M must-be, L linear, D delight), «na», what it does when critical.
MODEL = """
A1 count 3 L        | B1 seconds 2 L   | C1 yes_no 2 L na   | D1 count 3 M
A2 count 2 L        | B2 yes_no 2 L    | C2 yes_no 2 M      | D2 yes_no 2 L na
A3 yes_no 2 L na    | B3 yes_no 2 D na | C3 yes_no 1 D na   | D3 count 1 L
A4 yes_no 2 D na    | B4 yes_no 3 L    | C4 yes_no 1 D na   | D4 yes_no 1 L
A5 yes_no 3 M 60    | B5 yes_no 2 L    | C5 scale 2 L       | D5 yes_no 1 M na
A6 choice 1 L       | B6 yes_no 2 D    | C6 yes_no 2 M      | D6 yes_no 1 M
A7 photo 0 -        | B7 yes_no 2 M    |                    | D7 photo 0 -
                    | B8 seconds 1 L   |                    |
E1 count 3 L        | F1 yes_no 3 M 70 | G1 count 4 L       | H1 photo 0 - na
E2 yes_no 3 M na 60 | F2 yes_no 2 M    | G2 seconds 2 L     | H2 number 0 - na
E3 choice 2 L       | F3 yes_no 1 M    | G3 yes_no 2 L      | H3 text 0 -
E4 scale 2 L        | F4 count 2 L     | G4 yes_no 1 D      |
E5 yes_no 2 L na    | F5 scale 1 M     | G5 yes_no 2 L na   |
E6 count 3 L        | F6 yes_no 3 M fail_visit | G6 yes_no 2 L |
E7 yes_no 2 L       | F7 yes_no 2 M na | G7 yes_no 2 L      |
E8 text 0 -         | F8 count 1 L     |                    |
"""


def keys(text: str) -> set[str]:
    return set(text.split())


CONTEXT = {f"V{n}" for n in range(1, 9)}
CLOSING = {"Z1", "Z2", "Z3"}
SECTION_WEIGHTS = {"A": 15, "B": 20, "C": 10, "D": 10, "E": 20, "F": 10, "G": 15}

# Who is asked what.
EVERY_VISIT = keys("V3 V4 V5 V6 V7 V8 A2 A3 A6 B2 C2 C5 C6 D2 D3 D4 D6 D7 F4 F5 F6")
COVERT = keys("V1 A4 B3 C1 C3 C4 F7 F8 G1 G2 G3 G4 G5 G6 G7 H3") | CLOSING
COVERT_WITH_PURCHASE = keys("B1 B7 B8 F1 F2 H1 H2")
COVERT_IN_ASSISTED_STORES = keys("B4 B5 B6 E1 E2 E3 E4 E5 E7 E8")
ANNOUNCED = keys("V2 A1 A7 D1 D5")


def described(item: AnyItem) -> str:
    """An item as the table above writes it."""
    tag = {"must_be": "M", "linear": "L", "delight": "D", None: "-"}[item.tag]
    critical = f"{item.critical.cap:f}" if isinstance(item.critical, Cap) else item.critical
    parts = [item.key, item.kind, f"{item.weight:f}", tag]
    parts += ["na"] if item.na else []
    parts += [str(critical)] if critical is not None else []
    return " ".join(parts)


def test_the_items_are_exactly_those_of_the_model() -> None:
    expected = {" ".join(cell.split()) for cell in MODEL.replace("\n", "|").split("|")} - {""}
    others = CONTEXT | CLOSING
    items = [item for key, item in STANDARD.items.items() if key not in others]
    assert {described(item) for item in items} == expected
    assert others <= STANDARD.items.keys()
    assert len([cell for cell in expected if not cell.startswith("H")]) == 51


def test_context_comes_first_and_closing_last_and_neither_is_scored() -> None:
    assert [section.key for section in STANDARD.sections] == ["V", *"ABCDEFG", "H", "Z"]
    weights = {section.key: section.weight for section in STANDARD.sections if section.weight}
    assert weights == SECTION_WEIGHTS
    assert all(STANDARD.items[key].weight == 0 for key in CONTEXT | CLOSING)


def test_the_settings_are_those_of_the_model() -> None:
    scoring = STANDARD.scoring
    assert scoring.method == "weighted"
    assert (scoring.coverage_floor, scoring.pass_mark) == (Decimal(85), Decimal(80))
    assert dict(scoring.bands) == {"A": 90, "B": 80, "C": 70, "D": 0}


def test_counts_and_times_are_valued_as_in_the_model() -> None:
    counts = {i.key: i.of or i.steps for i in STANDARD.items.values() if isinstance(i, CountItem)}
    one_half = Decimal("0.5")
    assert counts == {
        "A1": 10,
        "A2": ((0, 1), (2, one_half)),
        "D1": 20,
        "D3": ((0, 1), (1, one_half)),
        "E1": 3,
        "E6": 4,
        "F4": "asked",
        "F8": ((0, 1), (1, one_half)),
        "G1": "asked",
    }
    times = [item for item in STANDARD.items.values() if isinstance(item, SecondsItem)]
    assert {item.key: (item.target, item.limit) for item in times} == {
        "B1": (Decimal(120), Decimal(300)),
        "B8": (Decimal(60), Decimal(180)),
        "G2": (Decimal(30), Decimal(120)),
    }
    assert {item.counted_as for item in times} == {"stopwatch"}
    assert {item.key: item.between for item in times} == {
        "B1": ("queue", "served"),
        "B8": ("served", "receipt"),
        "G2": ("arrived", "acknowledged"),
    }
    choices = [STANDARD.items[key] for key in ("A6", "E3")]
    assert all(
        isinstance(item, ChoiceItem) and [o.points for o in item.options] == [1, one_half, 0]
        for item in choices
    )


def test_the_stories_have_a_least_length_in_each_language() -> None:
    story = STANDARD.items["H3"]
    assert isinstance(story, TextItem)
    assert story.min_length == {"en": 250, "ko": 120, "zh-Hant": 80}


def test_receipt_amount_and_story_are_for_head_office_only() -> None:
    closed = {key for key, item in STANDARD.items.items() if item.audience == "head_office"}
    assert closed == {"H1", "H2", "H3"} | CLOSING


@pytest.mark.parametrize("key", [key for key, i in STANDARD.items.items() if i.weight > 0])
def test_a_bad_answer_needs_a_comment(key: str) -> None:
    item = STANDARD.items[key]
    (when,) = [rule.when for rule in item.evidence if rule.needs == "comment"]
    expected = {
        "yes_no": "no",
        "scale": AtMost(at_most=2),
        "count": Below(below=1),
        "seconds": Below(below=0.5),
        "choice": Below(below=0.5),
    }
    assert when == expected[item.kind]


def test_every_critical_item_but_the_spoken_word_asks_for_a_photo_when_it_fails() -> None:
    critical = {key: item for key, item in STANDARD.items.items() if item.critical is not None}
    with_photo = {
        key for key, item in critical.items() if any(r.needs == "photo" for r in item.evidence)
    }
    assert critical.keys() - with_photo == {"E2"}


@pytest.mark.parametrize(
    ("visit", "store", "expected"),
    [
        (
            assignment("mystery_shop", scenario="gentle", purchase=True),
            FULL_STORE,
            EVERY_VISIT | COVERT | COVERT_WITH_PURCHASE | COVERT_IN_ASSISTED_STORES | {"E6", "A5"},
        ),
        (
            assignment("mystery_shop", scenario="angry"),
            {"assisted_service": True, "dated_goods": False},
            EVERY_VISIT | COVERT | COVERT_IN_ASSISTED_STORES | {"E6"},
        ),
        (
            assignment("mystery_shop", scenario="opening", purchase=True),
            {"assisted_service": False, "dated_goods": True},
            EVERY_VISIT | COVERT | COVERT_WITH_PURCHASE | {"A5", "F3"},
        ),
        (
            assignment("mystery_shop", scenario="closing"),
            FULL_STORE,
            EVERY_VISIT | COVERT | COVERT_IN_ASSISTED_STORES | {"A5", "F3"},
        ),
        (assignment("mystery_shop"), {}, EVERY_VISIT | COVERT),
        (assignment("staff_observation"), FULL_STORE, EVERY_VISIT | CLOSING | {"V2", "A5"}),
        (
            assignment("announced_audit", purchase=True),
            FULL_STORE,
            EVERY_VISIT | ANNOUNCED | CLOSING | {"A5"},
        ),
        (assignment("self_check"), FULL_STORE, EVERY_VISIT | ANNOUNCED | {"A5"}),
        (assignment("self_check"), {}, EVERY_VISIT | ANNOUNCED),
    ],
)
def test_a_visit_is_asked_what_belongs_to_it(
    visit: Attributes, store: Attributes, expected: set[str]
) -> None:
    assert shown_items(STANDARD, {}, store, visit) == expected


@pytest.mark.parametrize("visit", FULLEST, ids=lambda visit: str(visit["kind"]))
@pytest.mark.parametrize(("key", "cap"), [("A5", 60), ("E2", 60), ("F1", 70)])
def test_a_failed_critical_item_caps_the_result(key: str, cap: int, visit: Attributes) -> None:
    given = answers(STANDARD, FULL_STORE, visit, best=True)
    asked = key in given
    if asked:
        given[key] = {"value": "no", "note": "Two packs of milk, a week over."}
    scored = score(STANDARD, given, FULL_STORE, visit)
    assert scored.percentage == (cap if asked else 100)
    assert scored.outcome == ("fail" if asked else "pass")


@pytest.mark.parametrize("visit", FULLEST, ids=lambda visit: str(visit["kind"]))
def test_a_blocked_exit_fails_any_visit(visit: Attributes) -> None:
    given = answers(STANDARD, FULL_STORE, visit, best=True)
    given["F6"] = {"value": "no", "note": "Pallets before the exit by the dairy."}
    scored = score(STANDARD, given, FULL_STORE, visit)
    assert scored.outcome == "fail"
    assert scored.percentage is not None
    assert scored.percentage > 80
