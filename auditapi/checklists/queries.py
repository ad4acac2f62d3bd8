"""Reads of stored checklist versions."""

from __future__ import annotations

from sqlalchemy import select

from auditapi.checklists.models import ChecklistVersion
from auditapi.core.db import session


def find_version(key: str, number: int) -> ChecklistVersion | None:
    return session().scalar(
        select(ChecklistVersion).where(
            ChecklistVersion.key == key, ChecklistVersion.number == number
        )
    )
