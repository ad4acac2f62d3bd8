"""What each section and item counts for, before anybody has answered anything.

For whoever writes weights: numbers such as 3 and 15 say little, shares of the whole do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from auditapi.checklists.scoring.itemising import is_scored
from auditapi.checklists.structure import Checklist, Section
from auditapi.checklists.values import COVERT_KIND
from auditapi.checklists.visibility import Attributes, visibility


@dataclass(frozen=True, slots=True)
class ItemShare:
    """`share` is in percent of the overall result when nothing is N/A; for a bonus item, the
    percentage points that it can add. `asked`: whether it belongs to this visit."""

    key: str
    share: Fraction
    bonus: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class SectionShare:
    """`share` is the sum of its items' shares, without bonus items."""

    key: str
    share: Fraction
    items: tuple[ItemShare, ...]


def visit_of(kind: str, scenario: str | None = None, purchase: bool = False) -> dict[str, Any]:
    """What `show_if` reads of an assignment of this kind."""
    return {
        "kind": kind,
        "scenario": scenario,
        "purchase": purchase,
        "covert": kind == COVERT_KIND,
    }


def shares(
    checklist: Checklist, visit: Attributes | None = None, store: Attributes | None = None
) -> tuple[SectionShare, ...]:
    """The shares at a visit; without one, as if everything was asked at once.

    What an earlier answer may hide counts as asked. Without a store, what needs an attribute
    of the store counts as not asked.
    """
    asked = _asked(checklist, visit, store or {})
    weighed = {section.key: _weighed(section, asked) for section in checklist.sections}
    factors = _factors(checklist, weighed)
    return tuple(
        _section_share(section, asked, factors[section.key]) for section in checklist.sections
    )


def _asked(
    checklist: Checklist, visit: Attributes | None, store: Attributes
) -> Callable[[str], bool]:
    if visit is None:
        return lambda _key: True
    return visibility(checklist, {}, store, visit).is_designed


def _weighed(section: Section, asked: Callable[[str], bool]) -> Fraction:
    """The weights of all that counts in a section, together."""
    return sum(
        (
            item.exact_weight
            for item in section.items
            if is_scored(section, item) and not item.bonus and asked(item.key)
        ),
        Fraction(0),
    )


def _factors(checklist: Checklist, weighed: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """By section: what an item's weight is multiplied with to become percent of the whole."""
    pooled = checklist.scoring.method == "pooled"
    worth = {
        section.key: weighed[section.key] if pooled else section.exact_weight
        for section in checklist.sections
        if weighed[section.key]
    }
    whole = sum(worth.values(), Fraction(0))
    return {
        key: 100 * worth[key] / (whole * total) if key in worth else Fraction(0)
        for key, total in weighed.items()
    }


def _section_share(
    section: Section, asked: Callable[[str], bool], factor: Fraction
) -> SectionShare:
    items = []
    for item in section.items:
        counts = is_scored(section, item) and asked(item.key)
        share = item.exact_weight * (1 if item.bonus else factor) if counts else Fraction(0)
        items.append(ItemShare(item.key, share, item.bonus, asked(item.key)))
    whole = sum((item.share for item in items if not item.bonus), Fraction(0))
    return SectionShare(section.key, whole, tuple(items))
