"""Jobs whose worker is gone: killed, or its machine lost. The next worker does them.

A worker says every ten seconds that it lives. What one that has been silent for half a minute
was doing goes back into the queue, so every job has to be repeatable.
"""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.jobs import Status

from auditapi.core.jobs import queue
from auditapi.core.logs import log

MOST_DEATHS = 8
"""A job that has been begun so often is likely what its workers die of."""


@queue.periodic(cron="* * * * *")
@queue.task(name="queue.take_up", queue="housekeeping", queueing_lock="take_up", pass_context=True)
async def take_up(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - the clock names it
    """Put jobs of dead workers back; give those up that were begun too often."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.attempts < MOST_DEATHS:
            await manager.retry_job(job)
            log.warning("job_taken_up", task=job.task_name, job=job.id, attempts=job.attempts)
        elif job.id is not None:
            await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)
            log.error("job_given_up", task=job.task_name, job=job.id, attempts=job.attempts)
