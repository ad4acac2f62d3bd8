"""Moments that people and programs name: which of them the service can keep and tell again."""

from __future__ import annotations

from datetime import UTC, datetime

#: PostgreSQL keeps moments that Python can't read back, where a time zone reaches over the first
#: or the last year; one such row would close every list that it stands in.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


YEARS = f"must be a moment of the years {EARLIEST.year} to {LATEST.year - 1}"


def is_kept(moment: datetime) -> bool:
    """Whether a moment that has a time zone lies in the years which the service knows."""
    return EARLIEST <= moment < LATEST
