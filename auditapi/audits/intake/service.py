"""Taking in: documents and photos. Each function is one write transaction's work."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from auditapi.audits.intake import completion, queries
from auditapi.audits.intake.document import DeclaredPhoto, Reason, SealedAudit
from auditapi.audits.intake.judging import judge
from auditapi.audits.locks import lock_of
from auditapi.audits.models import Audit, AuditPhoto, Document
from auditapi.audits.states import Acceptance, Delivery, PhotoState
from auditapi.core import activity
from auditapi.core.db import fetch, insert_rows, organisation_id, session
from auditapi.core.problems import (
    AUDIT_COMPLETE,
    AUDIT_EXISTS,
    NOT_FOUND,
    STALE,
    Problem,
)
from auditapi.core.spool import Spool
from auditapi.people.models import Actor
from auditapi.photos import queries as photo_queries
from auditapi.photos import service as photos


class Taken(enum.Enum):
    NEW = 201
    KNOWN = 200
    QUARANTINED = 202


@dataclass(frozen=True)
class Outcome:
    taken: Taken
    body: dict[str, Any]


def locks_of(actor: Actor, audit_id: UUID, sealed: SealedAudit) -> list[int]:
    """What a transaction that takes a document in has to lock, in this order."""
    digests = [photo.sha256 for photo in sealed.photos]
    return [lock_of(audit_id), *photos.locks_of(actor.organisation_id, digests)]


def take_audit(
    actor: Actor, audit_id: UUID, body: bytes, sealed: SealedAudit, if_match: str | None
) -> Outcome:
    """Keep a sealed document; repeatable without end. `if_match`: the SHA-256 it corrects. Under
    `locks_of`.

    Raises `Problem`: AUDIT_EXISTS, AUDIT_COMPLETE, STALE, or NOT_FOUND for somebody else's.
    """
    audit = session().get(Audit, (organisation_id(), audit_id), with_for_update=True)
    if audit is None:
        if if_match is not None:
            raise Problem(STALE, "There is no such audit to correct.")
        audit = _keep_new(actor, audit_id, body, sealed)
    elif audit.auditor_id != actor.person_id:
        raise Problem(NOT_FOUND, "There is no such audit.")
    elif _is_kept(audit_id, sealed.sha256):
        return Outcome(Taken.KNOWN, queries.status(audit))
    else:
        _correct(actor, audit, body, sealed, if_match)
    quarantined = audit.acceptance is Acceptance.QUARANTINED
    return Outcome(Taken.QUARANTINED if quarantined else Taken.NEW, queries.status(audit))


_KEPT = "SELECT FROM audit_documents WHERE audit_id = %(audit)s AND sha256 = %(sha256)s"


def _is_kept(audit_id: UUID, sha256: str) -> bool:
    return bool(fetch(_KEPT, {"audit": audit_id, "sha256": sha256}))


def _keep_new(actor: Actor, audit_id: UUID, body: bytes, sealed: SealedAudit) -> Audit:
    audit = Audit(
        id=audit_id, auditor_id=actor.person_id, delivery=Delivery.AWAITING_PHOTOS, revision=0
    )
    _fill(audit, actor, sealed)
    session().add(audit)
    session().flush()
    _keep_document(audit, body, sealed, actor)
    activity.record("audit.received", audit, document_sha256=sealed.sha256)
    _settle(audit)
    return audit


def _correct(
    actor: Actor, audit: Audit, body: bytes, sealed: SealedAudit, if_match: str | None
) -> None:
    if audit.completed_at is not None:
        raise Problem(AUDIT_COMPLETE, "The audit is complete; only reviewers change it now.")
    if if_match is None:
        raise Problem(AUDIT_EXISTS, "Other bytes are stored under this id; send If-Match.")
    if if_match != audit.document_sha256:
        raise Problem(STALE, "The stored document is not the one you correct.")
    before, stays = audit.document_sha256, _rejections(audit)
    audit.delivery, audit.delivered_at = Delivery.AWAITING_PHOTOS, None
    session().execute(delete(AuditPhoto).where(AuditPhoto.audit_id == audit.id))
    _fill(audit, actor, sealed, stays)
    _keep_document(audit, body, sealed, actor)
    activity.record(
        "audit.corrected", audit, document_sha256=sealed.sha256, corrected_sha256=before
    )
    _settle(audit)


_WAS_REJECTED = Reason("", "was_rejected", "Head office had rejected it before its correction.")


def _rejections(audit: Audit) -> list[Reason]:
    """What a reviewer rejected does not come to count by a correction: a reviewer decides anew."""
    waits = audit.acceptance is Acceptance.QUARANTINED
    again = waits and any(reason["code"] == _WAS_REJECTED.code for reason in audit.reasons)
    if audit.acceptance is not Acceptance.REJECTED and not again:
        return []
    return [_WAS_REJECTED]


def _settle(audit: Audit) -> None:
    if audit.acceptance is Acceptance.QUARANTINED:
        activity.record("audit.quarantined", audit, reasons=audit.reasons)
    completion.settle(audit)


def _fill(audit: Audit, actor: Actor, sealed: SealedAudit, stays: Sequence[Reason] = ()) -> None:
    judged = judge(sealed, audit.id, actor)
    reasons = [*stays, *judged.reasons]
    audit.document_sha256 = sealed.sha256
    audit.assignment_id = judged.assignment.id if judged.assignment else None
    audit.store_id = judged.store.id if judged.store else None
    audit.checklist_version_id = judged.version.id if judged.version else None
    audit.kind, audit.language = sealed.kind, sealed.language
    audit.started_at, audit.finished_at = sealed.started_at, sealed.finished_at
    audit.sealed_at, audit.visited_on = sealed.sealed_at, sealed.visited_on
    audit.visited_from, audit.visited_until = sealed.visited_from, sealed.visited_until
    audit.context = judged.context
    audit.reasons = [vars(reason) for reason in reasons]
    audit.acceptance = Acceptance.QUARANTINED if reasons else Acceptance.ACCEPTED


def _keep_document(audit: Audit, body: bytes, sealed: SealedAudit, actor: Actor) -> None:
    session().add(Document(audit_id=audit.id, sha256=sealed.sha256, body=body))
    declare(audit, actor.person_id, sealed.photos)


def declare(
    audit: Audit,
    person_id: UUID,
    listed: Sequence[DeclaredPhoto],
    *,
    first: int = 0,
    revision: int = 1,
) -> None:
    """Write down photos that belong to an audit, from position `first` on: those whose bytes this
    person has delivered are here, the others are waited for. Under the locks of their digests."""
    digests = {photo.sha256 for photo in listed}
    here = photo_queries.delivered_by(person_id, digests)
    reasons = photo_queries.refused_to(person_id, digests - here)
    rows = [
        _row(audit, position, photo, _state_of(photo, here, reasons), revision)
        for position, photo in enumerate(listed, first)
    ]
    if rows:
        insert_rows(AuditPhoto, rows)


def _row(
    audit: Audit,
    position: int,
    photo: DeclaredPhoto,
    standing: tuple[PhotoState, str | None],
    revision: int,
) -> dict[str, Any]:
    state, reason = standing
    return {
        "organisation_id": audit.organisation_id,
        "audit_id": audit.id,
        "position": position,
        "sha256": photo.sha256,
        "item": photo.item,
        "bytes": photo.bytes,
        "media_type": photo.media_type,
        "taken_at": photo.taken_at,
        "source": photo.source,
        "location": photo.location,
        "elsewhere": photo.elsewhere,
        "caption": photo.caption,
        "marks": photo.marks,
        "redactions": photo.redactions,
        "state": state,
        "reason": reason,
        "revision": revision,
    }


def _state_of(
    photo: DeclaredPhoto, here: set[str], refused: dict[str, str]
) -> tuple[PhotoState, str | None]:
    if photo.sha256 in here:
        return PhotoState.STORED, None
    if photo.lost is not None:
        return PhotoState.LOST, photo.lost
    if photo.sha256 in refused:
        return PhotoState.REFUSED, refused[photo.sha256]
    return PhotoState.MISSING, None


@dataclass(frozen=True)
class Kept:
    """What became of whole photo bytes."""

    new: bool
    refused: tuple[str, str] | None  # code, message


def take_photo(actor: Actor, checked: photos.Checked) -> Kept:
    """Write down bytes that have been looked into and put, and complete whoever waited. Under the
    digest's lock."""
    new = photos.keep(checked, actor.person_id)
    refusal = checked.refusal
    if refusal is None:
        completion.photo_arrived(actor.person_id, checked.sha256, PhotoState.STORED, None)
        return Kept(new, None)
    completion.photo_arrived(
        actor.person_id, checked.sha256, PhotoState.REFUSED, refusal.message[:400]
    )
    return Kept(False, (refusal.code.value, refusal.message))


@dataclass(frozen=True)
class Piecemeal:
    """An upload in pieces: where it stands. `whole`: its bytes are all sent; `here`: the photo had
    been delivered before."""

    offset: int
    whole: bool = False
    here: bool = False


def take_piece(
    actor: Actor, sha256: str, start: int, length: int, data: bytes, whole: Spool | None
) -> Piecemeal:
    """`whole`: this is the last piece, and all of them go there."""
    photos.lock([sha256])
    # Asked under the lock: a copy that races the last piece must leave nothing behind.
    if photo_queries.delivered_by(actor.person_id, [sha256]):
        return Piecemeal(length, here=True)
    offset = photos.add_piece(actor.person_id, sha256, start, length, data)
    if whole is not None:
        photo_queries.assemble(actor.person_id, sha256, whole)
    return Piecemeal(offset, whole is not None)
