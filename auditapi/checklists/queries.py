"""Reads of stored checklist versions. `readable` is the one answer to «who may read which»."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, not_, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on

from auditapi.checklists.models import ChecklistVersion
from auditapi.core.db import session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor, Role

#: Where a document says something that a store may not know before a mystery shop: an item for
#: head office alone, or a condition by which one kind of covert visit differs from another.
_HEAD_OFFICES = """$.** ? (
    @.audience == "head_office"
    || @.assignment == "covert" || @.assignment == "scenario" || @.assignment == "purchase"
    || (@.assignment == "kind" && (@.is == "mystery_shop" || @.in[*] == "mystery_shop"))
)"""
STORE_PEOPLE = frozenset({Role.STORE_MANAGER, Role.REGIONAL_MANAGER})


def for_stores() -> ColumnElement[bool]:
    """Whether stores may read a version whole: it prepares no mystery shop.

    Digests name whole documents, so there is no version with parts left out; who may not read
    all of it reads nothing. Only such versions can be given to store people to work with.
    """
    prepares: ColumnElement[bool] = ChecklistVersion.document.path_exists(_HEAD_OFFICES)
    return not_(prepares)


def readable(actor: Actor) -> Select[ChecklistVersion]:
    """Head office and auditors read everything, store and regional managers what is for them."""
    allowed = for_stores() if actor.role in STORE_PEOPLE else true()
    return select(ChecklistVersion).where(allowed)


def is_available(at: datetime) -> ColumnElement[bool]:
    """Handed out at this moment: its time had come, and it was not withdrawn."""
    withdrawn = ChecklistVersion.withdrawn_at
    return (ChecklistVersion.available_from <= at) & or_(withdrawn.is_(None), withdrawn > at)


def newest_of_each(actor: Actor, at: datetime) -> Select[ChecklistVersion]:
    """Of every checklist the newest version that is available at a moment."""
    return (
        readable(actor)
        .where(is_available(at))
        .ext(distinct_on(ChecklistVersion.key))
        .order_by(ChecklistVersion.key, ChecklistVersion.number.desc())
    )


def newest(actor: Actor, key: str, at: datetime) -> ChecklistVersion:
    """Raises `Problem(NOT_FOUND)`."""
    statement = newest_of_each(actor, at).where(ChecklistVersion.key == key)
    return _found(session().scalar(statement))


def versions(actor: Actor, key: str) -> Select[ChecklistVersion]:
    """All versions of a checklist, withdrawn and future ones too. Without an order."""
    return readable(actor).where(ChecklistVersion.key == key)


def version(actor: Actor, key: str, number: int) -> ChecklistVersion:
    """Raises `Problem(NOT_FOUND)`, also for what this person may not read."""
    statement = versions(actor, key).where(ChecklistVersion.number == number)
    return _found(session().scalar(statement))


def _found(row: ChecklistVersion | None) -> ChecklistVersion:
    if row is None:
        raise Problem(NOT_FOUND, "There is no such checklist version.")
    return row


def find_version(key: str, number: int) -> ChecklistVersion | None:
    """For the service itself: whoever asks."""
    return session().scalar(
        select(ChecklistVersion).where(
            ChecklistVersion.key == key, ChecklistVersion.number == number
        )
    )


def published(key: str) -> list[ChecklistVersion]:
    """Every version of a checklist, the newest first; whoever asks."""
    statement = select(ChecklistVersion).where(ChecklistVersion.key == key)
    return list(session().scalars(statement.order_by(ChecklistVersion.number.desc())))
