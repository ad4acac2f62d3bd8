"""How far one visit can be trusted, from how much visits of the same store differ (pure).

The within-subject standard deviation of Bland and Altman (Measurement error, BMJ 1996;313:744):
with n visits of a store, x̄ their mean,

    s_within² = Σ over stores Σ (x − x̄)² / Σ over stores (n − 1)

and for 95 % of visits the result lies within 1.96 · s_within of the store's own mean. Visits of
one store differ because the store does, the day does and the auditor does; this is all of it
together, which is what the reader of one visit has to reckon with.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from auditapi.reports.view import Trust

FEWEST_STORES = 20
FEWEST_VISITS = 2
YEARS = 2
"""Visits longer ago say little of today's stores and auditors."""
_FACTOR = Decimal("1.96")
_PRINTED = Decimal("0.1")


@dataclass(frozen=True)
class Spread:
    """Of the stores with `FEWEST_VISITS` or more: how many stores, Σ (n − 1), Σ Σ (x − x̄)²."""

    stores: int
    freedom: int
    squares: Decimal


def trust(spread: Spread) -> Trust | None:
    """The ± in percentage points, one decimal, half up; None while there are too few stores."""
    if spread.stores < FEWEST_STORES or spread.freedom < 1:
        return None
    with localcontext() as context:
        context.prec = 40
        within = (spread.squares / spread.freedom).sqrt()
        plus_minus = (_FACTOR * within).quantize(_PRINTED, ROUND_HALF_UP)
    return Trust(plus_minus=str(plus_minus), stores=spread.stores)
