"""Each item of a checklist with its result, or why it is left out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from auditapi.checklists.answers import Answers, answer_to
from auditapi.checklists.items import SCORED_KINDS, AnyItem, Cap
from auditapi.checklists.results import Result, result_of
from auditapi.checklists.scoring.parts import CriticalRule, ItemScore, LeftOut
from auditapi.checklists.structure import Checklist, Section
from auditapi.checklists.visibility import Visibility

#: Where a yes/no item and any other counts as met, unless it sets ``met_at``.
MET_YES_NO = Fraction(1)
MET_OTHERS = Fraction(3, 4)


def item_scores(checklist: Checklist, answers: Answers, visible: Visibility) -> Iterator[ItemScore]:
    """Every item, in the order of the checklist, without its share."""
    for section in checklist.sections:
        for item in section.items:
            yield _item_score(section, item, answers, visible)


def _item_score(
    section: Section, item: AnyItem, answers: Answers, visible: Visibility
) -> ItemScore:
    scored = is_scored(section, item)
    answer = answer_to(answers, item.key) if item.key in visible.shown else {}
    result = result_of(item, answer) if scored else Result(None)
    left_out = _left_out(item, scored, visible, result)
    return ItemScore(
        key=item.key,
        section=section.key,
        kind=item.kind,
        tag=item.tag,
        bonus=item.bonus,
        weight=item.exact_weight,
        designed=scored and not item.bonus and visible.is_designed(item.key),
        answer=answer.get("value") if scored else None,
        r=result.r if left_out is None else None,
        rule=result.rule,
        left_out=left_out,
        met_at=_met_at(item),
        critical=_critical(item),
    )


def is_scored(section: Section, item: AnyItem) -> bool:
    """Whether the item takes part in scores at all. A bonus item does so in any section."""
    weighs = item.kind in SCORED_KINDS and item.weight > 0
    return weighs and (item.bonus or section.weight > 0)


def _left_out(item: AnyItem, scored: bool, visible: Visibility, result: Result) -> LeftOut | None:
    if not scored:
        return "unscored"
    if item.key not in visible.shown:
        return "hidden_by_visit" if visible.hidden[item.key].by == "visit" else "hidden_by_answer"
    return result.missing


def _critical(item: AnyItem) -> CriticalRule | None:
    if item.critical is None:
        return None
    return CriticalRule(
        action="cap" if isinstance(item.critical, Cap) else item.critical,
        cap=Fraction(item.critical.cap) if isinstance(item.critical, Cap) else None,
        below=Fraction(1) if item.critical_below is None else Fraction(item.critical_below),
    )


def _met_at(item: AnyItem) -> Fraction:
    if item.met_at is not None:
        return Fraction(item.met_at)
    return MET_YES_NO if item.kind == "yes_no" else MET_OTHERS
