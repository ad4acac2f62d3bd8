"""Writes of reviewers on completed audits: release, return, the reply to it, revisions, flags.

Each locks the audit's row first, so that two reviewers go one after the other; `revision` says
which revision the person has looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from auditapi.audits.drafts import service as drafts
from auditapi.audits.models import Audit, Flag
from auditapi.audits.review import queries, replying, revising, rules
from auditapi.audits.review.revising import Changes
from auditapi.audits.states import Delivery, PhotoState, Release
from auditapi.core import activity
from auditapi.core.db import now
from auditapi.core.problems import INVALID, NOT_FOUND, STALE, WRONG_STATE, Place, Problem
from auditapi.people.models import Actor
from auditapi.photos import service as photo_service


def release(
    audit_id: UUID, *, revision: int, answers: Mapping[str, bool], note: str | None
) -> Audit:
    """Let stores and regions read it. `answers`: to each of `rules.QUESTIONS`.

    Raises `Problem`: WRONG_STATE, STALE, or INVALID with every question answered no.
    """
    audit = _completed(audit_id, revision)
    if not rules.may_release(audit.release, audit.returned_until, now()):
        raise _wrong_state(audit)
    _check_photos_are_here(audit)
    denied = rules.denied(answers)
    if denied:
        places = [Place(f"json.{name}", what) for name, what in denied.items()]
        raise Problem(INVALID, "The audit is not fit to be released.", places=places)
    audit.release, audit.released_at, audit.returned_until = Release.RELEASED, now(), None
    activity.record(
        "audit.released", audit, revision=audit.revision, answers=dict(answers), note=note
    )
    return audit


def give_back(audit_id: UUID, *, revision: int, reason: str, until: datetime) -> Audit:
    """Return it to its auditor, who may answer until then."""
    audit = _completed(audit_id, revision)
    if not rules.may_return(audit.release, audit.returned_until, now()):
        raise _wrong_state(audit)
    if until <= now():
        raise Problem(
            INVALID, "The deadline is over already.", places=[Place("json.until", "must be ahead")]
        )
    audit.release, audit.returned_until, audit.review_note = Release.RETURNED, until, reason
    activity.record("audit.returned", audit, reason=reason, until=until.isoformat())
    return audit


def reply(
    actor: Actor,
    audit_id: UUID,
    *,
    revision: int,
    reason: str,
    changes: Changes,
    photos: Sequence[Mapping[str, Any]],
) -> Audit:
    """Its auditor's answer to a return, as a revision: it waits for its release again. New
    `photos` may arrive later; it is not released before they are here, or declared lost."""
    added = replying.read(photos)
    # The digests' locks first, then the row's, as everywhere.
    photo_service.lock(photo.sha256 for photo in added)
    audit = queries.locked(audit_id)
    if audit.auditor_id != actor.person_id:
        raise Problem(NOT_FOUND, "There is no such audit.")
    if not rules.may_reply(audit.release, audit.returned_until, now()):
        raise _wrong_state(audit)
    _check_revision(audit, revision)
    replying.add(audit, added)
    number = revising.revise(audit, actor.person_id, reason, changes)
    audit.release, audit.returned_until = Release.WAITING, None
    drafts.drop_of_delivered(actor.person_id, audit_id)
    activity.record(
        "audit.replied",
        audit,
        revision=number,
        reason=reason,
        items=_items_of(changes),
        photos=[photo.sha256 for photo in added],
    )
    return audit


def revise(
    actor: Actor,
    audit_id: UUID,
    *,
    revision: int,
    reason: str,
    changes: Changes,
    cover: Sequence[Mapping[str, Any]],
) -> Audit:
    """A reviewer's revision: other answers, covered photos, or both. The sealed document stays
    as it is, and what is released stays released."""
    audit = _completed(audit_id, revision)
    if not changes and not cover:
        places = [Place("json.changes", "must change something")]
        raise Problem(INVALID, "This revision changes nothing.", places=places)
    covered = revising.cover(audit, cover)
    number = revising.revise(audit, actor.person_id, reason, changes)
    activity.record(
        "audit.revised",
        audit,
        revision=number,
        reason=reason,
        items=_items_of(changes),
        covered=covered,
    )
    return audit


def _items_of(changes: Changes) -> list[str]:
    return [change["item"] for change in changes]


def settle_flag(actor: Actor, flag_id: UUID, note: str | None) -> Flag:
    """Somebody has looked at it and decided."""
    flag = queries.flag_locked(flag_id)
    if flag.settled_at is not None:
        raise Problem(WRONG_STATE, "The flag is settled already.", state="settled")
    flag.settled_at, flag.settled_by = now(), actor.person_id
    activity.record(
        "flag.settled", queries.locked(flag.audit_id), flag=str(flag.id), kind=flag.kind.value,
        note=note,
    )  # fmt: skip
    return flag


def _completed(audit_id: UUID, revision: int) -> Audit:
    audit = queries.locked(audit_id)
    if audit.completed_at is None:
        raise _wrong_state(audit)
    _check_revision(audit, revision)
    return audit


def _check_photos_are_here(audit: Audit) -> None:
    """Those of a reply may still be on their way."""
    missing = sum(row.state is PhotoState.MISSING for row in queries.photos(audit.id))
    if missing:
        detail = f"{missing} photos of the auditor's reply are not here yet."
        raise Problem(WRONG_STATE, detail, state=Delivery.AWAITING_PHOTOS.value)


def _check_revision(audit: Audit, revision: int) -> None:
    if revision != audit.revision:
        detail = f"The audit is at revision {audit.revision} by now; look at it again."
        raise Problem(STALE, detail, revision=audit.revision)


def _wrong_state(audit: Audit) -> Problem:
    """Names the state that the audit is in."""
    if audit.completed_at is None:
        state = f"{audit.delivery.value} and {audit.acceptance.value}"
        return Problem(WRONG_STATE, f"The audit is not complete: it is {state}.", state=state)
    state = audit.release.value
    over = audit.returned_until is not None and audit.returned_until <= now()
    detail = f"The audit is {state}{', and its deadline is over' if over else ''}."
    return Problem(WRONG_STATE, detail, state=state)
