"""Reads of organisations, people and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select, text

from auditapi.core import tokens
from auditapi.core.db import ask, now, organisation_id, session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor, Organisation, Person, Role, Token


def organisation_id_of(slug: str) -> UUID | None:
    """The only look-up across organisations; a function of the database's owner does it."""
    found: UUID | None = session().scalar(text("SELECT organisation_id_of(:slug)"), {"slug": slug})
    return found


def organisation_ids() -> list[UUID]:
    """Every organisation of this installation, for periodic jobs."""
    return list(session().scalars(text("SELECT organisation_ids()")))


def organisation() -> Organisation:
    found = session().get(Organisation, organisation_id())
    if found is None:
        raise Problem(NOT_FOUND, "There is no such organisation.")
    return found


def person_by_email(email: str) -> Person | None:
    return session().scalar(select(Person).where(Person.email == email.strip().lower()))


def person(person_id: UUID) -> Person:
    """Raises `Problem(NOT_FOUND)`."""
    found = session().get(Person, (organisation_id(), person_id))
    if found is None:
        raise Problem(NOT_FOUND, "There is no such person.")
    return found


def administrators_locked() -> list[UUID]:
    """Those who can sign in. They stay what they are until the end of the transaction: who asks
    meanwhile waits, and then learns of what this one has changed."""
    found = (
        select(Person.id)
        .where(Person.role == Role.ADMINISTRATOR, Person.disabled_at.is_(None))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )
    return list(session().scalars(found))


def people() -> Select[Person]:
    return select(Person).order_by(Person.name, Person.id)


class Held(NamedTuple):
    """A token and who holds it; no more than is needed, for every request asks."""

    token_id: UUID
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime
    person_id: UUID
    role: str
    name: str
    language: str
    disabled_at: datetime | None


_HELD = "SELECT * FROM holder_of(%(organisation)s, %(fingerprint)s)"


def holder_of(token: str, organisation_id: UUID) -> Held | None:
    """Within the organisation that the token names; no transaction need be open."""
    given = {"organisation": organisation_id, "fingerprint": tokens.fingerprint(token)}
    found = ask(_HELD, given)
    return Held(*found[0]) if found else None


def device_of(actor: Actor) -> str:
    """What the device that the actor works with is called."""
    found = session().get(Token, (organisation_id(), actor.token_id))
    return found.device if found else ""


def tokens_of(person_id: UUID) -> Select[Token]:
    """The devices that are signed in."""
    good = Token.revoked_at.is_(None) & (Token.expires_at > now())
    return (
        select(Token)
        .where(Token.person_id == person_id, good)
        .order_by(Token.created_at.desc(), Token.id)
    )
