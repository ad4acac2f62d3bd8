"""The log of who did what to which thing, and the hook by which jobs follow from it.

Every service function that writes calls `record` in its own body. `reactions.py` fills the
table of what follows; the row and the jobs are in the transaction of the fact itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, Scoped, now, session


class Activity(Scoped, Base):
    __tablename__ = "activity"
    at: Mapped[datetime] = mapped_column(default=now)
    person_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    request_id: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index("ix_activity_subject", "organisation_id", "subject_id", "id"),
        Index("ix_activity_action", "organisation_id", "action", "id"),
    )


@dataclass(frozen=True)
class Fact:
    """What just happened, handed to each reaction."""

    action: str
    organisation_id: UUID
    subject_id: UUID
    details: Mapping[str, Any]


Reaction = Callable[[Fact], None]
_reactions: dict[str, tuple[Reaction, ...]] = {}
acting_person: ContextVar[UUID | None] = ContextVar("acting_person", default=None)
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def react_by(table: Mapping[str, tuple[Reaction, ...]]) -> None:
    """Install the table of what follows from what; `app.py` and the worker do it once."""
    _reactions.clear()
    _reactions.update(table)


def record(action: str, subject: Any, **details: Any) -> None:
    """Write down that the acting person did `action` to `subject` (a scoped row)."""
    session().add(
        Activity(
            organisation_id=subject.organisation_id,
            person_id=acting_person.get(),
            action=action,
            subject_type=subject.__tablename__,
            subject_id=subject.id,
            details=details,
            request_id=request_id.get(),
        )
    )
    for reaction in _reactions.get(action, ()):
        reaction(Fact(action, subject.organisation_id, subject.id, details))
