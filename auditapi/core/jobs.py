"""Work that happens after the answer: a queue in PostgreSQL (procrastinate).

`defer` writes the job in the caller's transaction, so it exists if and only if the fact that
caused it was committed. Each domain lists its tasks in its `jobs.py` on `queue`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer

from auditapi.core import db

queue = App(connector=PsycopgConnector())
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


def defer(task: str, *, once: str | None = None, **arguments: Any) -> bool:
    """Defer the task of that name within the open transaction. Named, not imported: whoever
    asks for work need not know how it is done.

    With `once`, at most one waiting job has that name. Returns whether the job was added.
    """
    if once is None:
        _configure(task).defer(**arguments)
        return True
    try:
        # A refused lock aborts the transaction: the savepoint keeps the fact.
        with db.session().begin_nested():
            _configure(task, queueing_lock=once).defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def _configure(task: str, **options: Any) -> JobDeferrer:
    """On the caller's connection; asking for it also makes a savepoint begin that was only
    announced so far."""
    connection = db.driver_connection()
    return queue.configure_task(task, allow_unknown=False, connection=connection, **options)
