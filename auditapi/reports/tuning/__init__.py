"""What WeasyPrint does more often than it has to, done once. The pages stay the same."""

from __future__ import annotations

from auditapi.reports.tuning import painting, places, shaping, styles


def install() -> None:
    """Teach WeasyPrint. Once in a process, before `korean` teaches it more."""
    for room in (styles, shaping, places, painting):
        room.install()
