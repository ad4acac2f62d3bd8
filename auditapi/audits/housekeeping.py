"""What the worker does by the clock, for each organisation: late completions, sweeping, erasing.

Each organisation has its own transactions; what goes wrong in one is tried again, and does not
keep another from its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, delete, exists, select

from auditapi.audits.drafts import service as drafts
from auditapi.audits.intake import stragglers
from auditapi.audits.models import AuditPhoto
from auditapi.core import db, idempotency, jobs, metrics, settings
from auditapi.core.db import now, session
from auditapi.core.logs import log
from auditapi.people import queries as people
from auditapi.people import throttle
from auditapi.photos import jobs as photo_jobs
from auditapi.photos import service as photos
from auditapi.photos.models import Blob, Holder

QUEUE = "housekeeping"
AT_ONCE = 200


def for_each_organisation(work: Callable[[UUID], int]) -> int:
    """The sum of what `work` did. Raises the last error when all have had their turn."""
    with db.transaction():
        organisations = people.organisation_ids()
    done, failed = 0, None
    for organisation in organisations:
        try:
            done += work(organisation)
        except Exception as error:
            log.error("housekeeping_failed", organisation=str(organisation), exc_info=error)
            failed = error
    if failed is not None:
        raise failed
    return done


@jobs.queue.periodic(cron="*/5 * * * *")
@jobs.queue.task(name="housekeeping.stragglers", queue=QUEUE, queueing_lock="stragglers")
def complete_stragglers(timestamp: int) -> None:  # noqa: ARG001 - the clock names it
    """Audits that have all they need and are not complete. The right number is 0."""
    for_each_organisation(_complete_stragglers)


def _complete_stragglers(organisation: UUID) -> int:
    """Counts them here, for those before and after one that raises are done all the same."""
    with db.transaction(organisation):
        waiting = stragglers.find()
    found, failed = 0, None
    for audit_id in waiting:
        try:
            found += _complete_straggler(organisation, audit_id)
        except Exception as error:
            log.error("straggler_failed", audit=str(audit_id), exc_info=error)
            failed = error
    metrics.stragglers.inc(found)
    if found:
        log.warning("stragglers", organisation=str(organisation), found=found)
    if failed is not None:
        raise failed
    return found


def _complete_straggler(organisation: UUID, audit_id: UUID) -> bool:
    with db.transaction(organisation):
        return stragglers.complete(audit_id)


@jobs.queue.periodic(cron="20 * * * *")
@jobs.queue.task(name="housekeeping.forget", queue=QUEUE, queueing_lock="forget")
def forget_old(timestamp: int) -> None:  # noqa: ARG001 - the clock names it
    """Kept answers of repeated requests, uploads and drafts that nobody went on with, and who
    failed to sign in."""
    with db.transaction():
        throttle.forget_old()
    for_each_organisation(_forget_old)


def _forget_old(organisation: UUID) -> int:
    with db.transaction(organisation):
        photo_jobs.drop_old_pieces()
        drafts.drop_old()
        return idempotency.forget_old()


@jobs.queue.periodic(cron="40 2 * * *")
@jobs.queue.task(name="housekeeping.photos", queue=QUEUE, queueing_lock="photos")
def sweep_photos(timestamp: int) -> None:  # noqa: ARG001 - the clock names it
    """Photos that no audit claims, photos whose term is over, objects that no row names."""
    term = timedelta(days=settings.read().photo_original_days)
    for_each_organisation(drop_unclaimed)
    for_each_organisation(lambda organisation: erase_after(organisation, term))
    for_each_organisation(photo_jobs.drop_unknown_objects)


def drop_unclaimed(organisation: UUID) -> int:
    """Photos that after 90 days no audit names: nothing of them is kept. Returns how many."""
    return _in_batches(organisation, _drop_some_unclaimed)


def erase_after(organisation: UUID, term: timedelta) -> int:
    """Erase the bytes of photos that were stored longer ago; digests stay. Returns how many."""
    return _in_batches(organisation, lambda: _erase_some(term))


def _in_batches(organisation: UUID, work: Callable[[], int]) -> int:
    done = 0
    while True:
        with db.transaction(organisation):
            some = work()
        done += some
        if not some:
            return done


def _drop_some_unclaimed() -> int:
    old = Blob.stored_at < now() - photo_jobs.UNCLAIMED
    claimed = exists().where(AuditPhoto.sha256 == Blob.sha256)
    digests = _some(select(Blob.sha256).where(old, ~claimed))
    # Again under the digests' locks: a document may have claimed one meanwhile.
    blobs = session().scalars(select(Blob).where(Blob.sha256.in_(digests), old, ~claimed)).all()
    _erase(blobs)
    for blob in blobs:
        session().delete(blob)
    session().flush()
    return len(blobs)


def _erase_some(term: timedelta) -> int:
    due = (Blob.erased_at.is_(None)) & (Blob.stored_at < now() - term)
    digests = _some(select(Blob.sha256).where(due))
    blobs = session().scalars(select(Blob).where(Blob.sha256.in_(digests), due)).all()
    _erase(blobs)
    return len(blobs)


def _some(statement: Select[str]) -> Sequence[str]:
    """A batch of digests, locked as writers of photos lock them."""
    digests = session().scalars(statement.order_by(Blob.sha256).limit(AT_ONCE)).all()
    photos.lock(digests)
    return digests


def _erase(blobs: Sequence[Blob]) -> None:
    """Also forgets who delivered them: a later document that names one asks for its bytes."""
    for blob in blobs:
        photo_jobs.erase(blob)
    digests = [blob.sha256 for blob in blobs]
    session().execute(delete(Holder).where(Holder.sha256.in_(digests)))
