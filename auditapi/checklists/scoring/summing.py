"""From item results to percentages: sections, shares, the overall result, the three figures.

The three methods differ only in the share that an applicable item has in the overall result
``P = 100 · Σ share · r / Σ share``:

- ``weighted``: ``W_s · w / Σw designed``. It depends on nothing that was answered, so an N/A
  makes nothing beside it heavier; a section's shares add up to ``W_s · C_s``.
- ``sections``: ``W_s · w / Σw applicable``. A section's shares add up to ``W_s``.
- ``pooled``: ``w``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    items: Iterable[ItemScore],
    sections: Sequence[SectionScore],
    criticals: Iterable[CriticalFired],
    scoring: Scoring,
) -> Overall:
    """The overall result, in the order: raw, failed sections, bonus, caps."""
    factors = {section.key: _factor(section, scoring.method) for section in sections}
    possible = _total(factors[s.key] * s.possible for s in sections)
    earned = _total(factors[s.key] * s.earned for s in sections)
    standing = _total(factors[s.key] * s.earned for s in sections if not s.failed_by)
    after_sections = 100 * standing / possible if possible else None
    bonus = _total(item.weight * item.r for item in items if item.bonus and item.r is not None)
    with_bonus = _capped_bonus(after_sections, bonus, scoring)
    cap = min((c.cap for c in criticals if c.cap is not None), default=None)
    return Overall(
        earned=earned,
        possible=possible,
        raw=100 * earned / possible if possible else None,
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
    rated = [item for item in items if item.r is not None]
    met = {
        tag: [item.r >= item.met_at for item in rated if item.tag == tag and item.r is not None]
        for tag in ("must_be", "delight")
    }
    core = [
        (item.share, item.r)
        for item in rated
        if item.tag in ("must_be", "linear") and item.share is not None and item.r is not None
    ]
    possible = _total(share for share, _ in core)
    earned = _total(share * r for share, r in core)
    return Figures(
        must_be_failed=met["must_be"].count(False),
        must_be_applicable=len(met["must_be"]),
        core=100 * earned / possible if possible else None,
        delight_met=met["delight"].count(True),
        delight_applicable=len(met["delight"]),
    )


def _total(values: Iterable[Fraction]) -> Fraction:
    # Over one common denominator: many times faster than adding fraction by fraction.
    parts = list(values)
    denominator = lcm(*(part.denominator for part in parts))
    return Fraction(
        sum(part.numerator * (denominator // part.denominator) for part in parts), denominator
    )
