"""Waiting after failures, so that nobody can go on guessing. Counted in the database: every web
process knows it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import case, delete, text
from sqlalchemy.dialects.postgresql import insert

from auditapi.core.db import now, session
from auditapi.core.problems import TOO_MANY, Problem
from auditapi.people import rules
from auditapi.people.models import FailedSignIns

LONGEST_KEY = 400
Keys = Mapping[str, str]
"""Kind of counter (see `rules.FREE_TRIES`) → whose counter it is."""


def hold(keys: Keys) -> None:
    """Until the end of the transaction nobody else gets past here with one of these: of many
    tries at once, none may look at a counter before the others have counted."""
    for number in sorted(map(_number, keys.values())):
        session().execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


def must_wait(keys: Keys) -> Problem | None:
    """The refusal while one of these has to wait; returned, so that nothing rolls back."""
    waits = [timedelta(0)]
    for kind, key in keys.items():
        row = session().get(FailedSignIns, key[:LONGEST_KEY])
        if row is not None:
            waits.append(rules.wait_before(kind, row.failures, row.since, now()))
    if max(waits) <= timedelta(0):
        return None
    seconds = str(int(max(waits).total_seconds()) + 1)
    return Problem(TOO_MANY, f"Try again in {seconds} seconds.", headers={"Retry-After": seconds})


def count_failure(keys: Keys) -> None:
    """In key order: two failing requests must not wait for each other."""
    # What failed long ago is forgiven, or a whole office would wait for its sum of typing errors.
    recent = FailedSignIns.since > now() - rules.FORGIVEN_AFTER
    counted = case((recent, FailedSignIns.failures + 1), else_=1)
    for key in sorted(keys.values()):
        row = insert(FailedSignIns).values(key=key[:LONGEST_KEY], failures=1, since=now())
        session().execute(
            row.on_conflict_do_update(
                index_elements=["key"],
                set_={"failures": counted, "since": now()},
            )
        )


def forgive(key: str) -> None:
    session().execute(delete(FailedSignIns).where(FailedSignIns.key == key[:LONGEST_KEY]))


def forget_old() -> None:
    """What is forgiven need not be known any more; it names accounts and addresses."""
    long_ago = FailedSignIns.since < now() - rules.FORGIVEN_AFTER
    session().execute(delete(FailedSignIns).where(long_ago))
