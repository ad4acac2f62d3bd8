"""Writes: organisations, people, signing in and out."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from uuid_utils.compat import uuid7

from auditapi.core import activity, db, tokens
from auditapi.core.db import now, session
from auditapi.core.problems import (
    INVALID,
    LAST_ADMINISTRATOR,
    NOT_FOUND,
    SIGN_IN_FAILED,
    WRONG_STATE,
    Place,
    Problem,
)
from auditapi.people import queries, rules, throttle
from auditapi.people.models import (
    Actor,
    Organisation,
    Person,
    Role,
    SignInCode,
    Token,
)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's least
# Checked when the account does not exist, so that the time taken tells nothing.
_NOBODY = _hasher.hash("nobody has this password")
USED_AT_STEP = timedelta(hours=1)


def create_organisation(
    slug: str, name: str, administrator: dict[str, str], **settings: str
) -> tuple[Organisation, Person]:
    """A new chain with its first administrator {"name", "email", "password"}."""
    organisation = Organisation(id=uuid7(), slug=slug, name=name, **settings)
    db.enter(organisation.id)
    session().add(organisation)
    session().flush()
    activity.record("organisation.created", organisation, name=name)
    return organisation, add_person(role=Role.ADMINISTRATOR, code="ADMIN", **administrator)


def change_organisation(changes: dict[str, Any]) -> bool:
    """`changes`: name, language, accent_colour, photo_originals, photo_long_side. Returns whether
    something is another now."""
    organisation = queries.organisation()
    fresh = {name: new for name, new in changes.items() if getattr(organisation, name) != new}
    for name, value in fresh.items():
        setattr(organisation, name, value)
    if fresh:
        activity.record("organisation.changed", organisation, fields=sorted(fresh))
    return bool(fresh)


def rename_organisation(slug: str) -> None:
    """The name by which people sign in to the open transaction's organisation."""
    organisation = queries.organisation()
    before, organisation.slug = organisation.slug, slug
    activity.record("organisation.renamed", organisation, before=before, after=slug)


def close_organisation() -> None:
    """Nobody signs in to the open transaction's organisation any more, and no device stays so."""
    mine, at = db.organisation_id(), now()
    people = update(Person).where(Person.organisation_id == mine, Person.disabled_at.is_(None))
    devices = update(Token).where(Token.organisation_id == mine, Token.revoked_at.is_(None))
    session().execute(people.values(disabled_at=at))
    session().execute(devices.values(revoked_at=at))
    activity.record("organisation.closed", queries.organisation())


def add_person(
    *,
    name: str,
    email: str,
    role: Role,
    code: str,
    password: str | None = None,
    language: str | None = None,
) -> Person:
    """Without a password the person signs in by a code that an administrator hands out."""
    person = Person(
        name=name,
        email=email.strip().lower(),
        role=role,
        code=code,
        language=language or queries.organisation().language,
        password_hash=_hash(password) if password is not None else None,
    )
    session().add(person)
    session().flush()
    activity.record("person.added", person, role=role.value)
    return person


def change_person(person: Person, changes: dict[str, Any]) -> Person:
    """`changes`: name, email, code, role, language, disabled (bool).

    Raises `Problem(LAST_ADMINISTRATOR)` when nobody would be left to undo it.
    """
    disabled = changes.pop("disabled", None)
    goes = disabled or changes.get("role", Role.ADMINISTRATOR) is not Role.ADMINISTRATOR
    if goes and _is_administrator(person):
        _require_another_administrator(person)
    for name, value in changes.items():
        setattr(person, name, value.strip().lower() if name == "email" else value)
    if disabled is not None:
        person.disabled_at = (person.disabled_at or now()) if disabled else None
    activity.record("person.changed", person, fields=sorted(changes), disabled=disabled)
    return person


def _is_administrator(person: Person) -> bool:
    """Who is none is locked alone, and so not made one meanwhile. To lock all administrators for
    somebody else would be to lock people in another order than assigning audits does."""
    if person.role is not Role.ADMINISTRATOR:
        session().refresh(person, with_for_update={"key_share": True})
    return person.role is Role.ADMINISTRATOR


def _require_another_administrator(person: Person) -> None:
    if queries.administrators_locked() == [person.id]:
        raise Problem(LAST_ADMINISTRATOR, "Make somebody else an administrator first.")


def set_password(person: Person, password: str) -> None:
    """Nothing of before counts any more: every device is signed out, no code that was handed out
    works, and failures to sign in are forgiven."""
    person.password_hash = _hash(password)
    tokens_left = Token.person_id == person.id, Token.revoked_at.is_(None)
    session().execute(update(Token).where(*tokens_left).values(revoked_at=now()))
    codes_left = SignInCode.person_id == person.id, SignInCode.used_at.is_(None)
    session().execute(update(SignInCode).where(*codes_left).values(used_at=now()))
    throttle.forgive(rules.account_key(queries.organisation().slug, person.email))
    activity.record("person.password_set", person)


def _hash(password: str) -> str:
    fault = rules.password_fault(password)
    if fault is not None:
        raise Problem(INVALID, "The password can't be used.", places=[Place("password", fault)])
    return _hasher.hash(password)


@dataclass(frozen=True)
class SignedIn:
    token: str
    row: Token
    person: Person
    organisation: Organisation


def sign_in(
    *, organisation: str, email: str, password: str, device: str, address: str, days: int
) -> SignedIn | Problem:
    """A wrong password is returned, not raised: that it was counted must be committed.

    Tries on one account or from one address come one after the other, so that each knows how
    those before it ended, however many are sent at once.
    """
    account = rules.account_key(organisation, email)
    keys = {"account": account, "address": f"address:{address}"}
    throttle.hold(keys)
    refusal = throttle.must_wait(keys)
    if refusal is not None:
        return refusal
    organisation_id = queries.organisation_id_of(organisation)
    db.enter(organisation_id)
    person = queries.person_by_email(email) if organisation_id else None
    if not _matches(person, password) or person is None or person.disabled_at:
        throttle.count_failure(keys)
        return Problem(SIGN_IN_FAILED, "Organisation, e-mail or password is wrong.")
    throttle.forgive(account)
    return _hand_out_token(person, device, days)


def _matches(person: Person | None, password: str) -> bool:
    known = person.password_hash if person is not None else None
    try:
        return _hasher.verify(known or _NOBODY, password) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def _hand_out_token(person: Person, device: str, days: int) -> SignedIn:
    token = tokens.new_token(person.organisation_id)
    row = Token(
        person_id=person.id,
        fingerprint=tokens.fingerprint(token),
        device=device,
        expires_at=now() + timedelta(days=days),
    )
    session().add(row)
    session().flush()
    activity.acting_person.set(person.id)
    activity.record("person.signed_in", person, device=device)
    return SignedIn(token, row, person, queries.organisation())


def hand_out_code(person: Person, minutes: int) -> str:
    """A code for signing in once without a password. Its text is not kept.

    Raises `Problem(WRONG_STATE)` for somebody disabled, whom no code lets in.
    """
    if person.disabled_at is not None:
        raise Problem(WRONG_STATE, "The person is disabled.", state="disabled")
    code = tokens.new_token(person.organisation_id)
    session().add(
        SignInCode(
            person_id=person.id,
            fingerprint=tokens.fingerprint(code),
            expires_at=now() + timedelta(minutes=minutes),
        )
    )
    activity.record("person.code_handed_out", person, minutes=minutes)
    return code


def sign_in_by_code(*, code: str, device: str, days: int) -> SignedIn | Problem:
    db.enter(tokens.organisation_of(code))
    row = session().scalar(
        select(SignInCode)
        .where(SignInCode.fingerprint == tokens.fingerprint(code))
        .with_for_update()
    )
    usable = row is not None and row.used_at is None and row.expires_at > now()
    if row is None or not usable:
        return Problem(SIGN_IN_FAILED, "The code is unknown, used or too old.")
    person = queries.person(row.person_id)
    if person.disabled_at is not None:
        return Problem(SIGN_IN_FAILED, "The code is unknown, used or too old.")
    row.used_at = now()
    return _hand_out_token(person, device, days)


def authenticate(token: str) -> Actor | None:
    """Whose token it is; None if it is not good any more. An open transaction enters that
    organisation, and none need be open."""
    organisation_id = tokens.organisation_of(token)
    if organisation_id is None:
        return None
    if db.in_transaction():
        db.enter(organisation_id)
    holder = queries.holder_of(token, organisation_id)
    if holder is None:
        return None
    standing = rules.standing(
        expires_at=holder.expires_at,
        revoked=holder.revoked_at is not None,
        disabled_at=holder.disabled_at,
        at=now(),
    )
    if not standing.good:
        return None
    if now() - holder.last_used_at > USED_AT_STEP:
        _note_use(holder.token_id, organisation_id)
    return Actor(
        person_id=holder.person_id,
        organisation_id=organisation_id,
        role=Role(holder.role),
        name=holder.name,
        language=holder.language,
        token_id=holder.token_id,
        submit_only=standing.submit_only,
    )


def _note_use(token_id: UUID, organisation_id: UUID) -> None:
    open_already = db.in_transaction()
    with nullcontext() if open_already else db.transaction(organisation_id):
        session().execute(update(Token).where(Token.id == token_id).values(last_used_at=now()))


def revoke(token_id: UUID | None, *, of: UUID | None) -> None:
    """`of`: only if it is this person's; None for administrators."""
    token = session().get(Token, (db.organisation_id(), token_id))
    if token is None or (of is not None and token.person_id != of):
        raise Problem(NOT_FOUND, "There is no such device.")
    token.revoked_at = token.revoked_at or now()
    activity.record("token.revoked", token, device=token.device)
