"""Signing in and verifying many times at once: guessing in parallel is no way round waiting, and
whoever knows the password waits no longer for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, delete

from auditapi.core import db
from auditapi.people.models import FailedSignIns
from tests.factories.chain import PASSWORD, Chain, make_chain

pytestmark = pytest.mark.database
AT_ONCE = 8
SignIn = Callable[[str, str], int]


@pytest.fixture
def chain(engine: Engine) -> Chain:
    """Committed, so that each thread sees it."""
    return make_chain()


@pytest.fixture
def address() -> str:
    """That nobody else signs in from."""
    return f"2001:db8::{uuid4().hex[:4]}"


@pytest.fixture
def sign_in(app: Flask, chain: Chain, address: str) -> Iterator[SignIn]:
    """Forgotten afterwards: who failed is known to all chains of an installation."""

    def signing_in(email: str, password: str) -> int:
        given = {"organisation": chain.organisation.slug, "email": email, "password": password}
        client = app.test_client()
        answer = client.post(
            "/api/v1/sessions", json=given, environ_overrides={"REMOTE_ADDR": address}
        )
        return answer.status_code

    yield signing_in
    accounts = FailedSignIns.key.startswith(f"account:{chain.organisation.slug}:")
    with db.transaction() as session:
        here = accounts | FailedSignIns.key.in_([f"address:{address}", f"verifying:{address}"])
        session.execute(delete(FailedSignIns).where(here))


def failed_already(key: str, failures: int) -> None:
    with db.transaction() as session:
        session.add(FailedSignIns(key=key, failures=failures, since=db.now()))


def at_once(tries: Sequence[Callable[[], int]]) -> Counter[int]:
    start = Barrier(len(tries))

    def one(attempt: Callable[[], int]) -> int:
        start.wait(30)
        return attempt()

    with ThreadPoolExecutor(len(tries)) as threads:
        return Counter(threads.map(one, tries))


def test_guesses_at_one_account_at_once_are_five_and_no_more(sign_in: SignIn) -> None:
    guesses = [partial(sign_in, "ada@chain.example", f"guess {n}") for n in range(AT_ONCE)]
    assert at_once(guesses) == {401: 5, 429: AT_ONCE - 5}


def test_guesses_from_one_address_at_once_are_thirty_and_no_more(
    sign_in: SignIn, address: str
) -> None:
    failed_already(f"address:{address}", 26)
    guesses = [partial(sign_in, f"{n}@chain.example", "a guess") for n in range(AT_ONCE)]
    assert at_once(guesses) == {401: 4, 429: AT_ONCE - 4}


def test_an_office_signs_in_at_once_after_the_last_free_failure(
    sign_in: SignIn, chain: Chain, address: str
) -> None:
    failed_already(f"address:{address}", 29)
    failed_already(f"account:{chain.organisation.slug}:ada@chain.example", 4)
    assert at_once([partial(sign_in, "ada@chain.example", PASSWORD)] * AT_ONCE) == {201: AT_ONCE}


@pytest.mark.usefixtures("sign_in")  # which forgets what was counted
def test_codes_guessed_from_one_address_at_once_are_twenty_and_no_more(
    app: Flask, address: str
) -> None:
    failed_already(f"verifying:{address}", 16)
    here = {"REMOTE_ADDR": address}

    def guess(code: str) -> int:
        given = {"code": code}
        answer = app.test_client().get("/verify", query_string=given, environ_overrides=here)
        return answer.status_code

    guesses = [partial(guess, str(n) * 20) for n in range(AT_ONCE)]
    assert at_once(guesses) == {404: 4, 429: AT_ONCE - 4}
