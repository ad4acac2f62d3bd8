"""Reads of stored checklist versions. `readable` is the one answer to «who may read which»."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on

from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.secrecy import prepares_mystery_shops
from auditapi.checklists.structure import Checklist
from auditapi.core.db import session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor, Role

#: By digest, what no query can say of a document; it never changes.
_preparing: dict[str, bool] = {}
_MOST_KEPT = 10_000
STORE_PEOPLE = frozenset({Role.STORE_MANAGER, Role.REGIONAL_MANAGER})


def for_stores() -> ColumnElement[bool]:
    """Whether stores may read a version whole: it prepares no mystery shop.

    Digests name whole documents, so there is no version with parts left out; who may not read
    all of it reads nothing. Only such versions can be given to store people to work with.
    """
    digests = set(session().scalars(select(ChecklistVersion.sha256)))
    if unknown := digests - _preparing.keys():
        if len(_preparing) > _MOST_KEPT:
            _preparing.clear()
            unknown = digests
        statement = select(ChecklistVersion.sha256, ChecklistVersion.document)
        for sha256, document in session().execute(
            statement.where(ChecklistVersion.sha256.in_(unknown))
        ):
            _preparing[sha256] = prepares_mystery_shops(Checklist.model_validate(document))
    return ChecklistVersion.sha256.in_(
        [sha256 for sha256 in digests if not _preparing.get(sha256, True)]
    )


def readable(actor: Actor) -> Select[ChecklistVersion]:
    """Head office and auditors read everything, store and regional managers what is for them."""
    allowed = for_stores() if actor.role in STORE_PEOPLE else true()
    return select(ChecklistVersion).where(allowed)


def may_read(actor: Actor, version: ChecklistVersion) -> bool:
    """Whether this version is among the `readable` ones."""
    found = readable(actor).where(ChecklistVersion.id == version.id)
    return session().scalar(found.with_only_columns(ChecklistVersion.id)) is not None


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
