"""A score as JSON that explains every digit.

Exact values are fractions written as text ("125/2"); a percentage has its printed decimal
beside it. ``recomputing`` is the reader's side of this form.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from auditapi.checklists.scoring.rounding import printed
from auditapi.checklists.scoring.version import RULES_VERSION

if TYPE_CHECKING:
    from auditapi.checklists.scoring.parts import (
        CriticalFired,
        CriticalRule,
        Figures,
        ItemScore,
        Overall,
        Score,
        SectionScore,
    )
    from auditapi.checklists.structure import Scoring


def explained(score: Score) -> dict[str, Any]:
    """The whole score; see docs/scoring.md for every name."""
    return {
        "rules": RULES_VERSION,
        "checklist": {"key": score.checklist_key, "sha256": score.checklist_sha256},
        "settings": _settings(score.scoring),
        "outcome": score.outcome,
        "why": [{"cause": why.cause, "key": why.key} for why in score.why],
        "band": score.band,
        "provisional": score.provisional,
        "overall": _overall(score.overall),
        "figures": _figures(score.figures),
        "criticals": [_critical(critical) for critical in score.criticals],
        "sections": [_section(section) for section in score.sections],
        "items": [_item(item, score.overall.possible) for item in score.items],
    }


def _settings(scoring: Scoring) -> dict[str, Any]:
    return {
        "method": scoring.method,
        "coverage_floor": str(Fraction(scoring.coverage_floor)),
        "pass_mark": None if scoring.pass_mark is None else str(Fraction(scoring.pass_mark)),
        "bands": {name: str(Fraction(low)) for name, low in scoring.bands.items()},
        "bonus_cap": None if scoring.bonus_cap == "none" else str(scoring.bonus_cap),
    }


def _overall(overall: Overall) -> dict[str, Any]:
    return {
        "earned": str(overall.earned),
        "possible": str(overall.possible),
        "raw": _percentage(overall.raw),
        "after_sections": _percentage(overall.after_sections),
        "bonus": _percentage(overall.bonus),
        "with_bonus": _percentage(overall.with_bonus),
        "cap": _exact(overall.cap),
        "percentage": _percentage(overall.percentage),
        "covered": str(overall.covered),
        "coverable": str(overall.coverable),
        "coverage": _percentage(overall.coverage),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "must_be": {"failed": figures.must_be_failed, "applicable": figures.must_be_applicable},
        "core": _percentage(figures.core),
        "delight": {"met": figures.delight_met, "applicable": figures.delight_applicable},
    }


def _critical(critical: CriticalFired) -> dict[str, Any]:
    return {
        "item": critical.item,
        "section": critical.section,
        "action": critical.action,
        "cap": _exact(critical.cap),
        "r": str(critical.r),
        "below": str(critical.below),
        "missing_evidence": list(critical.missing_evidence),
    }


def _rule(critical: CriticalRule | None) -> dict[str, Any] | None:
    if critical is None:
        return None
    return {
        "action": critical.action,
        "cap": _exact(critical.cap),
        "below": str(critical.below),
    }


def _section(section: SectionScore) -> dict[str, Any]:
    return {
        "key": section.key,
        "weight": str(section.weight),
        "earned": str(section.earned),
        "possible": str(section.possible),
        "designed": str(section.designed),
        "raw": _percentage(section.raw),
        "percentage": _percentage(section.percentage),
        "coverage": _percentage(section.coverage),
        "pass_mark": _exact(section.pass_mark),
        "failed_by": list(section.failed_by),
    }


def _item(item: ItemScore, shares: Fraction) -> dict[str, Any]:
    """One item. ``points`` is what it is worth in the overall result, of 100."""
    return {
        "key": item.key,
        "section": item.section,
        "kind": item.kind,
        "tag": item.tag,
        "bonus": item.bonus,
        "designed": item.designed,
        "answer": item.answer,
        "rule": item.rule,
        "left_out": item.left_out,
        "r": _exact(item.r),
        "weight": str(item.weight),
        "earned": _exact(item.earned),
        "possible": None if item.r is None else str(item.weight),
        "met_at": str(item.met_at),
        "critical": _rule(item.critical),
        "share": _exact(item.share),
        "points": _percentage(None if item.share is None else 100 * item.share / shares),
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _percentage(value: Fraction | None) -> dict[str, str] | None:
    return None if value is None else {"exact": str(value), "printed": str(printed(value))}
