"""What holds for the score of any audit whatever."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auditapi.checklists.results import result_of
from auditapi.checklists.scoring import Score, recompute
from auditapi.checklists.scoring.recomputing import stated
from tests.checklists.builders import Data, na, scored
from tests.checklists.strategies import Visit, values, visits

NUMBER = re.compile(r"-?\d+(/\d+|\.\d+)?")
#: What is worked out from nothing: the checklist's digest and the sealed answers vouch for it.
GIVEN = {
    "sections": {"key", "weight", "pass_mark", "failed_by"},
    "items": {"key", "section", "answer", "rule", "weight", "met_at", "critical"},
    "criticals": {"item", "section"},
}

thorough = settings(max_examples=100, deadline=None)


def scored_of(visit: Visit, answers: Data | None = None) -> Score:
    return scored(visit.checklist, answers or visit.answers, visit.store, visit.assignment)


@thorough
@given(visits(), st.data())
def test_the_order_of_the_answers_does_not_matter(visit: Visit, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(sorted(visit.answers.items())))
    one, other = scored_of(visit), scored_of(visit, dict(shuffled))
    assert json.dumps(one.as_json()) == json.dumps(other.as_json())


@thorough
@given(visits(method="weighted"), st.data())
def test_an_na_never_changes_what_another_item_weighs(visit: Visit, data: st.DataObject) -> None:
    dropped = data.draw(st.sampled_from(sorted(visit.checklist.items)))
    before = scored_of(visit)
    after = scored_of(visit, {**visit.answers, dropped: na()})
    for one, other in zip(before.items, after.items, strict=True):
        # What the answer decided about may be hidden or shown by it.
        if one.key != dropped and None not in (one.share, other.share):
            assert one.share == other.share


@thorough
@given(visits(hidden=False), st.data())
def test_a_better_answer_never_lowers_the_result(visit: Visit, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(visit.checklist.items)))
    item = visit.checklist.items[key]
    one, other = ({"value": data.draw(values(item))} for _ in range(2))
    results = [result_of(item, answer).r for answer in (one, other)]
    assume(None not in results)
    worse, better = sorted((one, other), key=lambda answer: result_of(item, answer).r or 0)
    low = scored_of(visit, {**visit.answers, key: worse})
    high = scored_of(visit, {**visit.answers, key: better})
    for figure in ("raw", "percentage"):
        assert (getattr(high, figure) or 0) >= (getattr(low, figure) or 0)


@thorough
@given(visits())
def test_the_explanation_recomputes_to_the_same_digits(visit: Visit) -> None:
    explained = json.loads(json.dumps(scored_of(visit).as_json()))
    assert recompute(explained) == stated(explained)


def derived(explained: Data) -> Iterator[tuple[Data, str]]:
    """Where each number stands that is worked out from what is given."""
    places = [
        (part, name)
        for name in ("overall", "figures", "criticals", "sections", "items")
        for part in (explained[name] if isinstance(explained[name], list) else [explained[name]])
    ]
    for part, of in places:
        names = set(part) - GIVEN.get(of, set())
        for name in sorted(names):
            yield from numbers(part, name)


def numbers(within: Data, name: str) -> Iterator[tuple[Data, str]]:
    value = within[name]
    if isinstance(value, dict):
        for inner in value:
            yield from numbers(value, inner)
    elif type(value) is int or (isinstance(value, str) and NUMBER.fullmatch(value)):
        yield within, name


@settings(max_examples=60, deadline=None)
@given(visits(), st.data())
def test_any_number_that_is_changed_is_found_out(visit: Visit, data: st.DataObject) -> None:
    explained = json.loads(json.dumps(scored_of(visit).as_json()))
    places = list(derived(explained))
    within, name = places[data.draw(st.integers(0, len(places) - 1))]
    old = within[name]
    within[name] = old + 1 if isinstance(old, int) else str(Fraction(old) + Fraction(1, 7))
    assert recompute(explained) != stated(explained), (name, old)
    within[name] = old
    assert recompute(explained) == stated(explained)


@thorough
@given(visits())
def test_points_of_the_items_add_up_to_the_raw_result(visit: Visit) -> None:
    score = scored_of(visit)
    assume(score.raw is not None)
    rated = [item for item in score.as_json()["items"] if item["points"]]
    parts = [Fraction(item["points"]["exact"]) for item in rated]
    assert sum(parts) == 100
    earned = [part * Fraction(i["r"]) for part, i in zip(parts, rated, strict=True)]
    assert sum(earned) == score.raw


@thorough
@given(visits())
def test_percentages_stay_in_their_range(visit: Visit) -> None:
    score = scored_of(visit)
    for section in score.sections:
        for figure in (section.raw, section.percentage, section.coverage):
            assert figure is None or 0 <= figure <= 100
    assert score.raw is None or 0 <= score.raw <= 100
    if visit.checklist.scoring.bonus_cap == 100:
        assert score.percentage is None or 0 <= score.percentage <= 100
