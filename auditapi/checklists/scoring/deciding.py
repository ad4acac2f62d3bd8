"""Criticals, outcome and band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from auditapi.checklists.answers import Answers, answer_to
from auditapi.checklists.evidence import Need, missing_evidence
from auditapi.checklists.items import AnyItem
from auditapi.checklists.scoring.parts import (
    CriticalFired,
    ItemScore,
    Outcome,
    Overall,
    SectionScore,
    Why,
)
from auditapi.checklists.scoring.rounding import printed
from auditapi.checklists.structure import Checklist, Scoring


def criticals_fired(
    checklist: Checklist,
    items: Sequence[ItemScore],
    answers: Answers,
    photos_by_item: Mapping[str, int] | None,
    covert: bool,
) -> Iterator[CriticalFired]:
    """The critical items that failed. Without ``photos_by_item`` photos are not asked for."""
    for scored in items:
        rule = scored.critical
        if rule is None or scored.r is None or scored.r >= rule.below:
            continue
        item = checklist.items[scored.key]
        yield CriticalFired(
            item=scored.key,
            section=scored.section,
            action=rule.action,
            cap=rule.cap,
            r=scored.r,
            below=rule.below,
            missing_evidence=_missing(item, answers, photos_by_item, covert),
        )


def _missing(
    item: AnyItem, answers: Answers, photos_by_item: Mapping[str, int] | None, covert: bool
) -> tuple[Need, ...]:
    photos = 1 if photos_by_item is None else photos_by_item.get(item.key, 0)
    return tuple(missing_evidence(item, answer_to(answers, item.key), photos, covert))


def outcome_of(
    scoring: Scoring,
    result: Overall,
    sections: Sequence[SectionScore],
    criticals: Sequence[CriticalFired],
) -> tuple[Outcome, tuple[Why, ...]]:
    """What the visit comes out as, and all causes of the first kind that decided it."""
    visit = [Why("fail_visit", c.item) for c in criticals if c.action == "fail_visit"]
    if visit:
        return "fail", tuple(visit)
    if result.percentage is None or result.coverage is None:
        return "not_rated", (Why("no_percentage"),)
    if printed(result.coverage) < scoring.coverage_floor:
        return "not_rated", (Why("coverage"),)
    marks = [Why("section_pass_mark", s.key) for s in sections if _below(s.percentage, s.pass_mark)]
    if _below(result.percentage, scoring.pass_mark):
        marks.insert(0, Why("pass_mark"))
    return ("fail" if marks else "pass"), tuple(marks)


def _below(percentage: Fraction | None, mark: Fraction | Decimal | None) -> bool:
    return percentage is not None and mark is not None and printed(percentage) < mark


def band_of(scoring: Scoring, outcome: Outcome, percentage: Fraction | None) -> str | None:
    """The highest band whose lower bound is reached; only a pass has one."""
    if outcome != "pass" or percentage is None:
        return None
    reached = [(low, name) for name, low in scoring.bands.items() if printed(percentage) >= low]
    return max(reached)[1]
