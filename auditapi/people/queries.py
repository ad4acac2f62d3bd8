"""Reads of organisations, people and tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, text

from auditapi.core import tokens
from auditapi.core.db import organisation_id, session, table_of
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor, Organisation, Person, Token


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


def people() -> Select[Person]:
    return select(Person).order_by(Person.name, Person.id)


def holder_of(token: str) -> Any:
    """A row of the columns below, or None; within the organisation that the token names. No
    more than is needed: every request asks."""
    found = session().execute(_HOLDER, {"fingerprint": tokens.fingerprint(token)})
    return found.one_or_none()


_TOKENS, _PEOPLE = table_of(Token), table_of(Person)
_HOLDER = (
    select(
        _TOKENS.c.id.label("token_id"),
        _TOKENS.c.expires_at,
        _TOKENS.c.revoked_at,
        _TOKENS.c.last_used_at,
        _PEOPLE.c.id.label("person_id"),
        _PEOPLE.c.role,
        _PEOPLE.c.name,
        _PEOPLE.c.language,
        _PEOPLE.c.disabled_at,
    )
    .join(_PEOPLE, _PEOPLE.c.id == _TOKENS.c.person_id)
    .where(_TOKENS.c.fingerprint == bindparam("fingerprint"))
)


def device_of(actor: Actor) -> str:
    """What the device that the actor works with is called."""
    found = session().get(Token, (organisation_id(), actor.token_id))
    return found.device if found else ""


def tokens_of(person_id: UUID) -> Select[Token]:
    return (
        select(Token)
        .where(Token.person_id == person_id, Token.revoked_at.is_(None))
        .order_by(Token.created_at.desc(), Token.id)
    )
