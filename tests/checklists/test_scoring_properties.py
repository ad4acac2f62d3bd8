"""What holds for the score of any audit whatever."""

from __future__ import annotations

import json
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auditapi.checklists.results import result_of
from auditapi.checklists.scoring import recompute
from auditapi.checklists.scoring.recomputing import stated
from tests.checklists.builders import na, scored
from tests.checklists.strategies import Visit, values, visits

thorough = settings(max_examples=100, deadline=None)


@thorough
@given(visits(), st.data())
def test_the_order_of_the_answers_does_not_matter(visit: Visit, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(sorted(visit.answers.items())))
    one, other = scored(visit.checklist, visit.answers), scored(visit.checklist, dict(shuffled))
    assert json.dumps(one.as_json()) == json.dumps(other.as_json())


@thorough
@given(visits(method="weighted"), st.data())
def test_an_na_never_changes_what_another_item_weighs(visit: Visit, data: st.DataObject) -> None:
    dropped = data.draw(st.sampled_from(sorted(visit.checklist.items)))
    before = scored(visit.checklist, visit.answers)
    after = scored(visit.checklist, {**visit.answers, dropped: na()})
    for one, other in zip(before.items, after.items, strict=True):
        if one.key != dropped:
            assert one.share == other.share


@thorough
@given(visits(), st.data())
def test_a_better_answer_never_lowers_the_result(visit: Visit, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(visit.checklist.items)))
    item = visit.checklist.items[key]
    one, other = ({"value": data.draw(values(item))} for _ in range(2))
    results = [result_of(item, answer).r for answer in (one, other)]
    assume(None not in results)
    worse, better = sorted((one, other), key=lambda answer: result_of(item, answer).r or 0)
    low = scored(visit.checklist, {**visit.answers, key: worse})
    high = scored(visit.checklist, {**visit.answers, key: better})
    for figure in ("raw", "percentage"):
        assert (getattr(high, figure) or 0) >= (getattr(low, figure) or 0)


@thorough
@given(visits())
def test_the_explanation_recomputes_to_the_same_digits(visit: Visit) -> None:
    explained = json.loads(json.dumps(scored(visit.checklist, visit.answers).as_json()))
    assert recompute(explained) == stated(explained)


@thorough
@given(visits())
def test_points_of_the_items_add_up_to_the_raw_result(visit: Visit) -> None:
    score = scored(visit.checklist, visit.answers)
    assume(score.raw is not None)
    rated = [item for item in score.as_json()["items"] if item["points"]]
    parts = [Fraction(item["points"]["exact"]) for item in rated]
    assert sum(parts) == 100
    earned = [part * Fraction(i["r"]) for part, i in zip(parts, rated, strict=True)]
    assert sum(earned) == score.raw


@thorough
@given(visits())
def test_percentages_stay_in_their_range(visit: Visit) -> None:
    score = scored(visit.checklist, visit.answers)
    for section in score.sections:
        for figure in (section.raw, section.percentage, section.coverage):
            assert figure is None or 0 <= figure <= 100
    assert score.raw is None or 0 <= score.raw <= 100
    if visit.checklist.scoring.bonus_cap == 100:
        assert score.percentage is None or 0 <= score.percentage <= 100
