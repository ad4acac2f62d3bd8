"""What each section and item counts for, before anybody has answered."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from auditapi.checklists.document import Checklist, read_yaml
from auditapi.checklists.schemas import percent
from auditapi.checklists.weights import shares, visit_of
from tests.checklists.builders import checklist, item, section

SHIPPED = sorted((Path(__file__).parents[2] / "checklists").glob("*.yaml"))
SUPER = {"format": "super", "assisted_service": True, "dated_goods": True}


def by_item(parsed: Checklist, *visit: Any) -> dict[str, Fraction]:
    return {row.key: row.share for part in shares(parsed, *visit) for row in part.items}


def test_an_item_counts_for_its_part_of_its_sections_part() -> None:
    parsed = checklist(
        section("A", item("A1", weight=3), item("A2", weight=1), weight=30),
        section("B", item("B1", weight=7), weight=10),
    )
    assert by_item(parsed) == {"A1": Fraction(225, 4), "A2": Fraction(75, 4), "B1": 25}
    assert [part.share for part in shares(parsed)] == [75, 25]


def test_pooled_weights_know_no_sections() -> None:
    parsed = checklist(
        section("A", item("A1", weight=3), weight=30),
        section("B", item("B1", weight=1), weight=10),
        method="pooled",
    )
    assert by_item(parsed) == {"A1": 75, "B1": 25}


def test_what_is_not_scored_counts_for_nothing() -> None:
    parsed = checklist(
        section("A", item("A1", weight=1), item("A2", "text")),
        section("H", item("H1", "photo"), weight=0),
    )
    assert by_item(parsed) == {"A1": 100, "A2": 0, "H1": 0}


def test_a_bonus_item_says_what_it_can_add() -> None:
    parsed = checklist(section("A", item("A1", weight=1), item("A2", weight=3, bonus=True)))
    assert by_item(parsed) == {"A1": 100, "A2": 3}
    assert shares(parsed)[0].share == 100


def test_a_kind_of_visit_shares_out_among_what_it_asks() -> None:
    covert = {"assignment": "covert", "is": True}
    parsed = checklist(
        section("A", item("A1", weight=1), item("A2", weight=1, show_if=covert)),
        section("B", item("B1", weight=1), show_if=covert),
    )
    assert by_item(parsed, visit_of("mystery_shop")) == {"A1": 25, "A2": 25, "B1": 50}
    assert by_item(parsed, visit_of("self_check")) == {"A1": 100, "A2": 0, "B1": 0}
    asked = [row.asked for part in shares(parsed, visit_of("self_check")) for row in part.items]
    assert asked == [True, False, False]


def test_what_only_an_answer_may_hide_counts_as_asked() -> None:
    depends = {"item": "A1", "is": "yes"}
    parsed = checklist(section("A", item("A1", weight=1), item("A2", weight=1, show_if=depends)))
    assert by_item(parsed, visit_of("self_check")) == {"A1": 50, "A2": 50}


def test_what_needs_an_attribute_of_the_store_waits_for_a_store() -> None:
    large = {"store": "format", "is": "super"}
    parsed = checklist(section("A", item("A1", weight=1), item("A2", weight=1, show_if=large)))
    assert by_item(parsed, visit_of("self_check")) == {"A1": 100, "A2": 0}
    assert by_item(parsed, visit_of("self_check"), SUPER) == {"A1": 50, "A2": 50}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", [None, "mystery_shop", "announced_audit", "self_check"])
def test_the_shares_of_a_shipped_checklist_are_the_whole(path: Path, kind: str | None) -> None:
    parsed = read_yaml(path.read_text(encoding="utf-8"), path.name)
    visit = None if kind is None else visit_of(kind, "gentle", purchase=True)
    assert sum(part.share for part in shares(parsed, visit, SUPER)) == 100


@pytest.mark.parametrize(
    ("share", "shown"), [(Fraction(100, 3), 33.33), (Fraction(1, 200), 0.01), (Fraction(0), 0)]
)
def test_shares_are_shown_with_two_decimals_half_up(share: Fraction, shown: float) -> None:
    assert percent(share) == shown
