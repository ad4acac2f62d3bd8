"""From exact fractions to what is printed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def printed(value: Fraction) -> Decimal:
    """One decimal, half up: 93.75 → 93.8, 89.95 → 90.0. Marks and bands compare this, so that
    what people read is what was decided."""
    tenths = (value * 20 + 1) // 2
    return Decimal(tenths).scaleb(-1)
