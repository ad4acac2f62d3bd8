"""Deleting objects: only ever by a job, so that a transaction rolled back has lost nothing."""

from __future__ import annotations

from auditapi.core import jobs
from auditapi.core.objects import objects


@jobs.queue.task(name="objects.delete", queue="objects", retry=jobs.PATIENT)
def _delete(key: str) -> None:
    objects().delete(key)


def delete_later(key: str) -> None:
    jobs.defer("objects.delete", key=key)
