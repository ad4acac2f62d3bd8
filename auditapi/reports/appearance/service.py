"""Writes of how reports are to look."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from auditapi.core import activity
from auditapi.core.db import now, organisation_id, session
from auditapi.core.object_jobs import delete_later
from auditapi.core.problems import STALE, Problem
from auditapi.people import queries as people
from auditapi.people import service as people_service
from auditapi.reports.appearance import queries
from auditapi.reports.appearance.logo import PreparedLogo
from auditapi.reports.appearance.models import Appearance

FIELDS = ("blocks", "paper", "photo_size", "photo_order")
_SUFFIX = {"image/png": "png", "image/jpeg": "jpg"}


def change(organisation: dict[str, str], report: dict[str, Any], expected: str | None) -> None:
    """`organisation`: name, language, accent_colour; `report`: `FIELDS`. `expected`: the number
    that was looked at; None: whatever there is. Raises `Problem(STALE)`."""
    row = _locked(expected)
    fresh = {name: report[name] for name in FIELDS if getattr(row, name) != report[name]}
    for name, value in fresh.items():
        setattr(row, name, value)
    if people_service.change_organisation(organisation) or fresh:
        row.number += 1
    if fresh:
        _record("organisation.reports_changed", fields=sorted(fresh))


def logo_key(logo: PreparedLogo) -> str:
    """Where a logo's bytes are put; under reports, where what no photo names is let alone."""
    name = f"logo-{uuid7().hex}.{_SUFFIX[logo.media_type]}"
    return f"{organisation_id()}/reports/{name}"


def set_logo(logo: PreparedLogo, key: str, expected: str | None) -> None:
    """The bytes lie under `key` already. Raises `Problem(STALE)`."""
    row = _locked(expected)
    _drop(row)
    row.logo_key, row.logo_type = key, logo.media_type
    row.logo_sha256 = hashlib.sha256(logo.data).hexdigest()
    row.logo_width, row.logo_height = logo.width, logo.height
    row.number += 1
    _record("organisation.logo_changed", sha256=row.logo_sha256)


def remove_logo(expected: str | None) -> None:
    """Raises `Problem(STALE)`."""
    row = _locked(expected)
    if row.logo_key is not None:
        _drop(row)
        row.number += 1
        _record("organisation.logo_removed")


def _drop(row: Appearance) -> None:
    if row.logo_key is not None:
        delete_later(row.logo_key)
    row.logo_key = row.logo_type = row.logo_sha256 = None
    row.logo_width = row.logo_height = None


def _locked(expected: str | None) -> Appearance:
    first = insert(Appearance).values(
        organisation_id=organisation_id(),
        number=0,
        paper="A4",
        photo_size="medium",
        photo_order="item",
        changed_at=now(),
    )
    session().execute(first.on_conflict_do_nothing())
    row = queries.locked()
    if row is None:
        raise LookupError("a row that was just written is not there")
    if expected is not None and expected != str(row.number):
        raise Problem(STALE, "Somebody has changed this since; look at it again.")
    return row


def _record(action: str, **details: Any) -> None:
    activity.record(action, people.organisation(), **details)
