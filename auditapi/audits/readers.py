"""Which audits a person may read, and by which name; every read of audits joins to this.

Head office reads all. Regional and store managers read released audits of the stores they see,
and of those only what the store's view shows. Auditors have the phone's own way in (intake).

The id of an audit was made by a phone, and a UUIDv7 tells the millisecond it was made in. So only
head office and whoever made the audit know it; all others know its alias, which is random.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from auditapi.audits.models import Audit
from auditapi.audits.states import Release
from auditapi.core.db import session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor, Role
from auditapi.stores.queries import visible_stores


def known_as(actor: Actor, audit: Audit) -> UUID:
    """The name that this person knows the audit by. `called` is its other direction."""
    knows_id = actor.is_head_office or audit.auditor_id == actor.person_id
    return audit.id if knows_id else audit.alias


def called(actor: Actor, name: UUID) -> ColumnElement[bool]:
    """The audit that this person knows by `name`; whether it may be read is not said."""
    if actor.is_head_office:
        return Audit.id == name
    own = Audit.auditor_id == actor.person_id
    return or_(and_(own, Audit.id == name), and_(~own, Audit.alias == name))


def listing_order(actor: Actor) -> tuple[InstrumentedAttribute[Any], ...]:
    """By which columns a list of audits goes on for this person, the newest first. They stand in
    the list's cursors, so there is nothing among them that the person may not know.

    By when an audit came in, not by its id: that is of the phone's clock, which may be wrong, and
    of the visit, which may be days ago when there was no network.
    """
    if actor.is_head_office or actor.role is Role.AUDITOR:
        return Audit.received_at, Audit.id
    return Audit.listed_on, Audit.alias


def readable_audits(actor: Actor) -> Select[Audit]:
    found = select(Audit)
    if actor.is_head_office:
        return found
    if actor.role is Role.AUDITOR:
        return found.where(Audit.auditor_id == actor.person_id)
    return found.where(Audit.store_id.in_(visible_stores(actor)), Audit.release == Release.RELEASED)


def readable_audit(actor: Actor, name: UUID) -> Audit:
    """By the name this person knows it by. Raises `Problem(NOT_FOUND)` for what this person may
    not see."""
    return _one(readable_audits(actor).where(called(actor, name)))


def check_readable(actor: Actor, audit_id: UUID) -> None:
    """Of an id that a row of ours names, not a person. Raises as `readable_audit`."""
    _one(readable_audits(actor).where(Audit.id == audit_id))


def _one(statement: Select[Audit]) -> Audit:
    audit = session().scalar(statement)
    if audit is None:
        raise Problem(NOT_FOUND, "There is no such audit.")
    return audit
