"""A worker in the test's own process."""

from __future__ import annotations

from threading import Thread

from auditapi.core import jobs
from auditapi.core.settings import Settings


def work_off(settings: Settings) -> None:
    """Run the jobs that wait, with what they ask for, until none is left to begin now.

    In a thread of its own: where a browser was driven before, the test's thread is left with an
    event loop, and has no room for a second one.
    """
    failures: list[BaseException] = []

    def work() -> None:
        try:
            jobs.work(settings.database_url, 2, until_empty=True)
        except BaseException as failure:
            failures.append(failure)

    thread = Thread(target=work, name="worker")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
