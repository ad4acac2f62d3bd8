"""Decisions about signing in, on plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from auditapi.core.texts import is_storable

FREE_TRIES = {"account": 5, "address": 30, "verifying": 20}
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGIVEN_AFTER = timedelta(hours=1)
SUBMIT_ONLY = timedelta(days=30)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
CODE_MINUTES = 60


def account_key(organisation: str, email: str) -> str:
    """By which failures to sign in to an account are counted. `organisation`: its slug."""
    return f"account:{organisation}:{email.strip().lower()}"


def password_fault(password: str) -> str | None:
    """Why this can't be a password, if so."""
    if len(password) < SHORTEST_PASSWORD:
        return f"at least {SHORTEST_PASSWORD} characters"
    if len(password) > LONGEST_PASSWORD:
        return f"at most {LONGEST_PASSWORD} characters"
    if not is_storable(password):
        return "must not contain NUL or half a character"
    return None


def wait_before(kind: str, failures: int, last_failure: datetime, at: datetime) -> timedelta:
    """How long this account or address must still wait: nothing for the first tries, then
    doubling from half a minute to a quarter of an hour."""
    over = failures - FREE_TRIES[kind]
    if over < 0:
        return timedelta(0)
    wait = min(FIRST_WAIT * (1 << min(over, 10)), LONGEST_WAIT)
    return max(last_failure + wait - at, timedelta(0))


@dataclass(frozen=True)
class Standing:
    """Whether a token still opens anything: everything, submitting only, or nothing."""

    good: bool
    submit_only: bool = False


def standing(
    *, expires_at: datetime, revoked: bool, disabled_at: datetime | None, at: datetime
) -> Standing:
    """A revoked token (a lost device) is dead at once. A disabled person's stays good for
    sending work done before, for 30 days. An expired one asks for signing in anew."""
    if revoked or at >= expires_at:
        return Standing(False)
    if disabled_at is None:
        return Standing(True)
    return Standing(at < disabled_at + SUBMIT_ONLY, submit_only=True)
