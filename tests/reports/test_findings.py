"""What went wrong, worst first: critical, then missed before, then by points lost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditapi.reports import findings
from auditapi.reports.result import ItemResult


def item(key: str, r: str | None, share: int = 5, **changes: Any) -> ItemResult:
    plain = ItemResult(
        key=key,
        tag="linear",
        r=None if r is None else Fraction(r),
        earned=Fraction(0),
        possible=Fraction(1),
        share=Fraction(share),
        left_out=None,
        critical_fired=False,
    )
    return replace(plain, **changes)


def keys(items: list[ItemResult], repeated: dict[str, int] | None = None) -> list[str]:
    return [found.item.key for found in findings.rank(items, repeated or {})]


def test_a_critical_item_comes_before_one_that_lost_more_points() -> None:
    assert keys([item("A", "0", 30), item("B", "0", 1, critical_fired=True)]) == ["B", "A"]


def test_what_was_missed_before_comes_before_what_lost_more_points() -> None:
    assert keys([item("A", "0", 30), item("B", "0", 1)], {"B": 1}) == ["B", "A"]


def test_among_equals_the_one_that_lost_most_points_comes_first() -> None:
    assert keys([item("A", "1/2", 10), item("B", "0", 6), item("C", "0", 5)]) == ["B", "A", "C"]


def test_equals_keep_the_order_of_the_checklist() -> None:
    assert keys([item("B", "0"), item("A", "0"), item("C", "0")]) == ["B", "A", "C"]


def test_what_was_met_left_out_or_only_a_bonus_is_no_finding() -> None:
    kept = [
        item("met", "1"),
        item("left_out", None, left_out="not_applicable"),
        item("bonus", "0", bonus=True),
    ]
    assert keys(kept) == []


def test_praise_goes_to_delights_first_and_never_to_more_than_three() -> None:
    delights = [item(f"D{n}", "1", n, tag="delight") for n in range(5)]
    praised = findings.praise([item("L", "1", 90), *delights, item("half", "1/2", 99)])
    assert [one.key for one in praised] == ["D4", "D3", "D2"]


def test_without_delights_the_weightiest_full_results_are_praised() -> None:
    items = [item("A", "1", 2), item("B", "1", 9), item("M", "1", 50, tag="must_be")]
    assert [one.key for one in findings.praise(items)] == ["B", "A"]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.fractions(0, 1), st.integers(1, 40), st.booleans(), st.integers(0, 3)),
        max_size=12,
    )
)
def test_no_finding_stands_before_a_worse_one(
    drawn: list[tuple[Fraction, int, bool, int]],
) -> None:
    items = [
        item(str(n), str(r), share, critical_fired=critical)
        for n, (r, share, critical, _) in enumerate(drawn)
    ]
    repeated = {str(n): times for n, (*_, times) in enumerate(drawn)}
    ranked = findings.rank(items, repeated)
    badness = [(f.critical, f.repeated > 0, f.item.lost) for f in ranked]
    assert badness == sorted(badness, reverse=True)
    assert {f.item.key for f in ranked} == {i.key for i in items if i.r is not None and i.r < 1}
