"""When the visit was and when it was written up (pure): two things, where work is covert.

All times are as the phone's clock had them. Where the phone knew that its clock was wrong, times
are put right for showing only; what is sealed stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

LATE_AFTER = timedelta(hours=24)
_MOST_OFFSET = timedelta(days=3660).total_seconds()


def hours_after(visited_until: datetime | None, sealed_at: datetime | None) -> float | None:
    """How long after the visit it was written up, hours with one decimal; None when unknown."""
    if visited_until is None or sealed_at is None:
        return None
    return round((sealed_at - visited_until) / timedelta(hours=1), 1)


def is_late(visited_until: datetime | None, sealed_at: datetime | None) -> bool:
    """Answers sealed more than a day after the visit are written from memory."""
    if visited_until is None or sealed_at is None:
        return False
    return sealed_at - visited_until > LATE_AFTER


def clock_offset(device: object) -> float | None:
    """Seconds by which the phone's clock was behind the server's (negative: ahead), if the phone
    found that it was wrong."""
    said = device.get("clock_offset") if isinstance(device, Mapping) else None
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return float(said) if 0 < abs(said) <= _MOST_OFFSET else None


def put_right(times: Mapping[str, Any], offset: float) -> dict[str, datetime]:
    """The times among these by a right clock."""
    shift = timedelta(seconds=offset)
    return {name: at + shift for name, at in times.items() if isinstance(at, datetime)}
