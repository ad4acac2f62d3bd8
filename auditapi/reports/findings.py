"""What went wrong, worst first; and what deserves praise. Pure decisions on the score.

Worst first means: critical before the rest, then what was missed before as well, then by the
points it cost the overall result; equals stand in the checklist's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from auditapi.reports.result import ItemResult

ON_FIRST_PAGE = 5
MOST_PRAISE = 3


@dataclass(frozen=True)
class Ranked:
    """A finding: the item, whether its critical rule fired, and how often before in a row."""

    item: ItemResult
    critical: bool
    repeated: int


def rank(items: Iterable[ItemResult], repeated: Mapping[str, int]) -> list[Ranked]:
    """All scored items with a result below 1, worst first."""
    found = [
        Ranked(item, item.critical_fired, max(repeated.get(item.key, 0), 0))
        for item in items
        if item.missed
    ]
    return sorted(found, key=_badness)


def praise(items: Iterable[ItemResult]) -> list[ItemResult]:
    """The delight items that were met in full, most weighty first; at most three.

    Only where there are none do full results on other items stand in, weightiest first.
    """
    met = [item for item in items if item.r == 1 and item.left_out is None]
    delights = [item for item in met if item.tag == "delight"]
    chosen = delights or [item for item in met if item.tag == "linear"]
    return sorted(chosen, key=lambda item: -item.share)[:MOST_PRAISE]


def _badness(finding: Ranked) -> tuple[bool, bool, Fraction]:
    return (not finding.critical, finding.repeated == 0, -finding.item.lost)
