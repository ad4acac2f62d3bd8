"""Work that happens after the answer: a queue in PostgreSQL (procrastinate).

`defer` writes the job in the caller's transaction, so it exists if and only if the fact that
caused it was committed. Each domain lists its tasks in its `jobs.py` on `queue`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from procrastinate import App, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

from auditapi.core import db

queue = App(connector=PsycopgConnector())
_deferring = JobManager(SyncPsycopgConnector())
PATIENT = RetryStrategy(max_attempts=8, exponential_wait=3)


def work(database_url: str, concurrency: int, *, until_empty: bool = False) -> None:
    """Run waiting jobs until a signal stops us, or, with `until_empty`, until none is left."""
    plain = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    connector = PsycopgConnector(conninfo=plain, min_size=1, max_size=concurrency + 2)

    async def run() -> None:
        # Replaced, not copied: periodic tasks defer themselves on the app they were listed on.
        with queue.replace_connector(connector) as app:
            async with app.open_async():
                await app.run_worker_async(
                    concurrency=concurrency,
                    wait=not until_empty,
                    install_signal_handlers=not until_empty,
                    delete_jobs="successful",
                )

    asyncio.run(run())


def defer(
    task: str, *, once: str | None = None, after: int = 0, priority: int = 0, **arguments: Any
) -> bool:
    """Defer the task of that name within the open transaction. Named, not imported: whoever
    asks for work need not know how it is done.

    With `once`, at most one waiting job has that name. It begins in `after` seconds at the
    earliest, and later than waiting jobs of a higher `priority`. Returns whether it was added.
    """
    when: dict[str, Any] = {"priority": priority}
    if after:
        when["schedule_in"] = {"seconds": after}
    if once is None:
        _configure(task, **when).defer(**arguments)
        return True
    try:
        # A refused lock aborts the transaction: the savepoint keeps the fact.
        with db.session().begin_nested():
            _configure(task, queueing_lock=once, **when).defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def _configure(task: str, **options: Any) -> JobDeferrer:
    """On the caller's connection; asking for it also makes a savepoint begin that was only
    announced so far."""
    connection = db.driver_connection()
    deferrer = queue.configure_task(task, allow_unknown=False, connection=connection, **options)
    # In a worker the queue's own connector is an async one, which can't use this connection.
    deferrer.job_manager = _deferring
    return deferrer
