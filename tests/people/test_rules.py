"""How long to wait after failures, and what a token still opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.people import rules

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@given(st.integers(0, 4))
def test_the_first_tries_are_free(failures: int) -> None:
    assert rules.wait_before("account", failures, NOON, NOON) == timedelta(0)


@given(st.integers(5, 10_000))
def test_waiting_grows_and_has_an_end(failures: int) -> None:
    wait = rules.wait_before("account", failures, NOON, NOON)
    assert timedelta(seconds=30) <= wait <= timedelta(minutes=15)
    assert wait <= rules.wait_before("account", failures + 1, NOON, NOON)
    assert rules.wait_before("account", failures, NOON, NOON + wait) == timedelta(0)


@pytest.mark.parametrize(
    ("revoked", "disabled_days_ago", "expires_in_days", "good", "submit_only"),
    [
        (False, None, 1, True, False),
        (True, None, 1, False, False),
        (False, None, -1, False, False),
        (False, 29, 1, True, True),
        (False, 31, 1, False, True),
        (True, 1, 1, False, False),
    ],
)
def test_what_a_token_still_opens(
    revoked: bool,
    disabled_days_ago: int | None,
    expires_in_days: int,
    good: bool,
    submit_only: bool,
) -> None:
    disabled = None if disabled_days_ago is None else NOON - timedelta(days=disabled_days_ago)
    found = rules.standing(
        expires_at=NOON + timedelta(days=expires_in_days),
        revoked=revoked,
        disabled_at=disabled,
        at=NOON,
    )
    assert (found.good, found.good and found.submit_only) == (good, good and submit_only)
