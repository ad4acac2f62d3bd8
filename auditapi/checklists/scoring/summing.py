"""From item results to percentages: sections, shares, the overall result, the three figures.

The three methods differ only in the share that an applicable item has in the overall result
``P = 100 · Σ share · r / Σ share``:

- ``weighted``: ``W_s · w / Σw designed``. It depends on nothing that was answered, so an N/A
  makes nothing beside it heavier; a section's shares add up to ``W_s · C_s``.
- ``sections``: ``W_s · w / Σw applicable``. A section's shares add up to ``W_s``.
- ``pooled``: ``w``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

from auditapi.checklists.scoring.parts import (
    CriticalFired,
    Figures,
    ItemScore,
    Overall,
    SectionScore,
)
from auditapi.checklists.structure import Checklist, Method, Scoring


def section_scores(
    checklist: Checklist, items: Sequence[ItemScore], criticals: Sequence[CriticalFired]
) -> tuple[SectionScore, ...]:
    """The sums of every section, in order."""
    return tuple(
        SectionScore(
            key=section.key,
            weight=section.exact_weight,
            earned=_total(item.weight * item.r for item in own if item.r is not None),
            possible=_total(item.weight for item in own if item.r is not None),
            designed=_total(item.weight for item in own),
            pass_mark=None if section.pass_mark is None else Fraction(section.pass_mark),
            failed_by=tuple(
                critical.item
                for critical in criticals
                if critical.action == "fail_section" and critical.section == section.key
            ),
        )
        for section in checklist.sections
        for own in [[item for item in items if item.section == section.key and item.designed]]
    )


def with_shares(
    items: Iterable[ItemScore], sections: Sequence[SectionScore], method: Method
) -> tuple[ItemScore, ...]:
    """The items, those that are applicable and no bonus with their shares."""
    factors = {section.key: _factor(section, method) for section in sections}
    return tuple(
        replace(item, share=item.weight * factors[item.section])
        if item.r is not None and not item.bonus
        else item
        for item in items
    )


def _factor(section: SectionScore, method: Method) -> Fraction:
    """What a section's item weights are multiplied with to become shares."""
    if method == "pooled":
        return Fraction(1)
    divisor = section.designed if method == "weighted" else section.possible
    return section.weight / divisor if divisor else Fraction(0)


def overall(
    items: Sequence[ItemScore],
    sections: Sequence[SectionScore],
    criticals: Sequence[CriticalFired],
    scoring: Scoring,
) -> Overall:
    """The overall result, in the order: raw, failed sections, bonus, caps."""
    failed = {section.key for section in sections if section.failed_by}
    earned, possible = _weighed(items)
    standing, _ = _weighed(item for item in items if item.section not in failed)
    raw = 100 * earned / possible if possible else None
    after_sections = 100 * standing / possible if possible else None
    bonus = _total(item.weight * item.r for item in items if item.bonus and item.r is not None)
    with_bonus = _capped_bonus(after_sections, bonus, scoring)
    cap = min((c.cap for c in criticals if c.cap is not None), default=None)
    return Overall(
        earned=earned,
        possible=possible,
        raw=raw,
        after_sections=after_sections,
        bonus=bonus,
        with_bonus=with_bonus,
        cap=cap,
        percentage=with_bonus if with_bonus is None or cap is None else min(with_bonus, cap),
        covered=_total(s.weight * s.possible / s.designed for s in sections if s.designed),
        coverable=_total(s.weight for s in sections if s.designed),
    )


def _capped_bonus(
    percentage: Fraction | None, bonus: Fraction, scoring: Scoring
) -> Fraction | None:
    if percentage is None or scoring.bonus_cap == "none":
        return None if percentage is None else percentage + bonus
    return min(percentage + bonus, Fraction(scoring.bonus_cap))


def figures(items: Sequence[ItemScore]) -> Figures:
    """Must-be items failed, the result of what must be and what is better the more there is,
    and delights met. Failed sections, bonus and caps don't touch them."""
    results: Mapping[str | None, list[bool]] = {"must_be": [], "linear": [], "delight": []}
    for item in items:
        if item.r is not None and item.tag is not None:
            results[item.tag].append(item.r >= item.met_at)
    earned, possible = _weighed(item for item in items if item.tag in ("must_be", "linear"))
    return Figures(
        must_be_failed=results["must_be"].count(False),
        must_be_applicable=len(results["must_be"]),
        core=100 * earned / possible if possible else None,
        delight_met=results["delight"].count(True),
        delight_applicable=len(results["delight"]),
    )


def _weighed(items: Iterable[ItemScore]) -> tuple[Fraction, Fraction]:
    """Σ share · r and Σ share."""
    parts = [(i.share * i.r, i.share) for i in items if i.share is not None and i.r is not None]
    return _total(earned for earned, _ in parts), _total(share for _, share in parts)


def _total(values: Iterable[Fraction]) -> Fraction:
    # Over one common denominator: many times faster than adding fraction by fraction.
    parts = list(values)
    denominator = lcm(*(part.denominator for part in parts))
    return Fraction(
        sum(part.numerator * (denominator // part.denominator) for part in parts), denominator
    )
