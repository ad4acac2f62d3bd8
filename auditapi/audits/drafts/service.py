"""Keeping and dropping drafts.

Saving one is not in the activity log: phones save every few taps, and the row itself says who
and when. Dropping one by hand is.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select

from auditapi.audits.drafts import queries
from auditapi.audits.drafts.models import Draft
from auditapi.audits.drafts.rules import KEPT, Content, may_replace
from auditapi.audits.locks import lock_id
from auditapi.audits.models import Audit
from auditapi.audits.states import Release
from auditapi.core import activity
from auditapi.core.db import execute, now, session
from auditapi.core.problems import AUDIT_COMPLETE, STALE, Problem
from auditapi.people.models import Actor


def save(
    actor: Actor, draft_id: UUID, content: Content, expected: str | None, device: str
) -> tuple[Draft, bool]:
    """Keep a draft in place of the `expected` one (see `rules.may_replace`). Returns it, and
    whether it is new. The same bytes again are fine whatever is expected: an answer was lost.

    Raises `Problem`: AUDIT_COMPLETE; STALE, with who saved what is there, and when.
    """
    lock_id(draft_id)
    _refuse_when_complete(actor, draft_id)
    draft = queries.find(actor.person_id, draft_id, for_update=True)
    if draft is not None and draft.sha256 == content.sha256:
        return draft, False
    if not may_replace(draft.sha256 if draft else None, expected):
        raise _stale(draft)
    new = draft is None
    if draft is None:
        draft = Draft(person_id=actor.person_id, id=draft_id)
        session().add(draft)
    draft.body, draft.bytes, draft.sha256 = content.body, len(content.body), content.sha256
    draft.assignment_id, draft.store_id = content.assignment_id, content.store_id
    draft.device, draft.saved_at = device, now()
    session().flush()
    return draft, new


def _refuse_when_complete(actor: Actor, draft_id: UUID) -> None:
    """A late copy must not bring work back that is done; what was returned is at work again. The
    audit's row stays locked, so that a completion that runs now sees this draft and takes it
    along."""
    done = session().scalar(
        select(Audit.completed_at.is_not(None) & (Audit.release != Release.RETURNED))
        .where(Audit.id == draft_id, Audit.auditor_id == actor.person_id)
        .with_for_update(read=True)
    )
    if done:
        raise Problem(AUDIT_COMPLETE, "The audit of this draft is complete.")


def _stale(draft: Draft | None) -> Problem:
    if draft is None:
        return Problem(STALE, "There is no such draft any more; save it as a new one.", etag=None)
    return Problem(
        STALE,
        "It has been saved from elsewhere since: keep mine, theirs, or both.",
        headers={"ETag": draft.etag},
        etag=draft.etag,
        device=draft.device,
        saved_at=draft.saved_at.isoformat(),
    )


def drop(actor: Actor, draft_id: UUID, expected: str) -> None:
    """Raises `Problem`: NOT_FOUND, STALE."""
    draft = queries.own(actor, draft_id, for_update=True)
    if not may_replace(draft.sha256, expected):
        raise _stale(draft)
    activity.record("draft.dropped", draft, sha256=draft.sha256)
    session().delete(draft)


def drop_of_delivered(person_id: UUID, audit_id: UUID) -> None:
    """The sealed audit is here with all its photos: its draft has done its duty."""
    execute(
        "DELETE FROM drafts WHERE person_id = %(person)s AND id = %(audit)s",
        {"person": person_id, "audit": audit_id},
    )


def drop_old() -> int:
    """Drafts that nobody went on with for 180 days. Returns how many."""
    done = session().execute(delete(Draft).where(Draft.saved_at < now() - KEPT))
    return int(done.rowcount)  # type: ignore[attr-defined]
