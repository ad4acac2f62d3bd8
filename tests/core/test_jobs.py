"""A job exists if and only if the fact that caused it was committed."""

from __future__ import annotations

import pytest
from procrastinate.exceptions import TaskNotFound
from sqlalchemy import text

from auditapi.core import db, jobs
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
COUNT = text("SELECT count(*) FROM procrastinate_jobs WHERE args->>'key' = :key")


def waiting(chain: Chain, key: str) -> int:
    with db.transaction(chain.organisation.id) as session:
        return session.scalar(COUNT, {"key": key}) or 0


def test_a_committed_fact_has_its_job(chain: Chain) -> None:
    with db.transaction(chain.organisation.id):
        jobs.defer("objects.delete", key="tests/committed")
    assert waiting(chain, "tests/committed") == 1


def test_what_is_rolled_back_has_none(chain: Chain) -> None:
    def fail_after_deferring() -> None:
        with db.transaction(chain.organisation.id):
            jobs.defer("objects.delete", key="tests/rolled-back")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_deferring()
    assert waiting(chain, "tests/rolled-back") == 0


def test_a_job_that_should_wait_only_once_does_and_the_fact_stays(chain: Chain) -> None:
    with db.transaction(chain.organisation.id):
        assert jobs.defer("objects.delete", once="tests/once", key="tests/once")
        assert not jobs.defer("objects.delete", once="tests/once", key="tests/once")
        jobs.defer("objects.delete", key="tests/after")
    assert waiting(chain, "tests/once") == 1
    assert waiting(chain, "tests/after") == 1


def test_a_task_of_an_unknown_name_is_refused(chain: Chain) -> None:
    with db.transaction(chain.organisation.id), pytest.raises(TaskNotFound):
        jobs.defer("nobody.does_this", key="x")
