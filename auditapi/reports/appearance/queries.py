"""Reads of how reports are to look."""

from __future__ import annotations

from auditapi.core.db import organisation_id, session
from auditapi.reports.appearance.models import Appearance


def appearance() -> Appearance:
    """The organisation's; the usual one, which is not stored, while it has no wishes."""
    found = session().get(Appearance, organisation_id())
    return found or Appearance(number=0, paper="A4", photo_size="medium", photo_order="item")


def locked() -> Appearance | None:
    return session().get(
        Appearance, organisation_id(), with_for_update=True, populate_existing=True
    )
