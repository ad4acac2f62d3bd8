"""Taking a file in: each photo, audit and draft goes the way it would have gone from the phone,
in the auditor's name, in transactions of its own. So a file that breaks off leaves what came
before, and taking the same file again changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from uuid import UUID

from auditapi.audits.drafts import rules as draft_rules
from auditapi.audits.drafts import service as drafts
from auditapi.audits.importing import file as unsent
from auditapi.audits.intake import document, queries, whole
from auditapi.audits.intake import service as intake
from auditapi.audits.models import Audit
from auditapi.core import activity, db
from auditapi.core.db import organisation_id, session
from auditapi.core.problems import (
    DIGEST_DIFFERS,
    INVALID,
    NOT_A_PHOTO,
    NOT_JSON,
    NOT_UNSENT_AUDITS,
    TOO_LARGE,
    Place,
    Problem,
)
from auditapi.core.spool import Spool
from auditapi.people.models import Actor, Person

DEVICE = "a file of unsent audits"


@dataclass(frozen=True)
class Refused:
    """What of the file was not taken, by its id or digest, and why."""

    name: str
    problem: Problem


@dataclass
class Imported:
    """What became of everything in the file. `audits`: how each was taken; `statuses`: how it
    stands now that all of the file is in."""

    person: Actor
    audits: dict[UUID, intake.Taken] = field(default_factory=dict)
    statuses: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    drafts: list[UUID] = field(default_factory=list)
    new_photos: int = 0
    known_photos: int = 0
    refused_photos: list[Refused] = field(default_factory=list)
    refused_audits: list[Refused] = field(default_factory=list)
    refused_drafts: list[Refused] = field(default_factory=list)
    unreadable: list[unsent.Unreadable] = field(default_factory=list)


def take(organisation: UUID, file: BinaryIO) -> Imported:
    """Take everything in the file that can be taken; no transaction may be open.

    Raises `Problem`: NOT_UNSENT_AUDITS; INVALID for a person who is not of this organisation;
    UNAVAILABLE while the storage does not answer (take the same file again later).
    """
    try:
        about, entries = unsent.read(file)
    except unsent.NotUnsentAudits as error:
        raise Problem(NOT_UNSENT_AUDITS, f"This is no file of unsent audits: {error}") from None
    with db.transaction(organisation):
        done = Imported(_in_the_name_of(about.person_id))
    for entry in entries:
        match entry:
            case unsent.PhotoLine():
                _photo(done, entry)
            case unsent.AuditLine():
                _audit(done, entry, about)
            case unsent.DraftLine():
                _draft(done, entry)
            case unsent.Unreadable():
                done.unreadable.append(entry)
    with db.transaction(organisation):
        for audit_id in done.audits:
            done.statuses[audit_id] = queries.status(queries.own_audit(done.person, audit_id))
    return done


def _in_the_name_of(person_id: UUID) -> Actor:
    """Somebody disabled meanwhile is quarantined, as if the phone had sent it."""
    person = session().get(Person, (organisation_id(), person_id))
    if person is None:
        place = Place("person.id", "must be somebody of this organisation")
        raise Problem(INVALID, "Nobody here has made these audits.", places=[place])
    return Actor(
        person_id=person.id,
        organisation_id=organisation_id(),
        role=person.role,
        name=person.name,
        language=person.language,
        token_id=None,
        submit_only=person.disabled_at is not None,
    )


def _photo(done: Imported, line: unsent.PhotoLine) -> None:
    try:
        if hashlib.sha256(line.data).hexdigest() != line.sha256:
            raise Problem(DIGEST_DIFFERS, "The photo's bytes are not those of its name.")
        if len(line.data) > document.LARGEST_PHOTO:
            raise Problem(TOO_LARGE, f"A photo has at most {document.LARGEST_PHOTO} bytes.")
        with Spool() as photo:
            photo.write(line.data)
            kept = whole.take(done.person, photo)
        if kept.refused is not None:
            raise Problem(NOT_A_PHOTO, kept.refused[1])
    except Problem as problem:
        done.refused_photos.append(_refused(line.sha256, problem))
        return
    done.new_photos += kept.new
    done.known_photos += not kept.new


def _audit(done: Imported, line: unsent.AuditLine, about: unsent.About) -> None:
    try:
        sealed = _sealed(line)
        locks = intake.locks_of(done.person, line.id, sealed)
        with db.transaction(done.person.organisation_id, locks):
            outcome = intake.take_audit(done.person, line.id, line.body, sealed, _corrects(line))
            if outcome.taken is not intake.Taken.KNOWN:
                _record(line.id, done.person, about)
    except Problem as problem:
        done.refused_audits.append(_refused(str(line.id), problem))
        return
    done.audits[line.id] = outcome.taken


def _sealed(line: unsent.AuditLine) -> document.SealedAudit:
    if len(line.body) > document.LARGEST_DOCUMENT:
        raise Problem(TOO_LARGE, f"A sealed audit has at most {document.LARGEST_DOCUMENT} bytes.")
    if hashlib.sha256(line.body).hexdigest() != line.sha256:
        raise Problem(DIGEST_DIFFERS, "The bytes are not those that the phone sealed.")
    try:
        return document.read(line.body)
    except document.Unreadable as error:
        raise Problem(NOT_JSON, str(error)) from None


def _corrects(line: unsent.AuditLine) -> str | None:
    """A correction of what never came is the first there is."""
    here = session().get(Audit, (organisation_id(), line.id))
    return line.if_match if here is not None else None


def _record(audit_id: UUID, person: Actor, about: unsent.About) -> None:
    audit = session().get(Audit, (organisation_id(), audit_id))
    saved_at = about.saved_at.isoformat()
    activity.record("audit.imported", audit, auditor_id=str(person.person_id), saved_at=saved_at)


def _draft(done: Imported, line: unsent.DraftLine) -> None:
    """Kept for the auditor's next phone, unless another version is there already."""
    try:
        if len(line.body) > draft_rules.LARGEST:
            raise Problem(TOO_LARGE, f"A draft has at most {draft_rules.LARGEST} bytes.")
        with db.transaction(done.person.organisation_id):
            drafts.save(done.person, line.id, draft_rules.read(line.body), None, DEVICE)
    except Problem as problem:
        done.refused_drafts.append(_refused(str(line.id), problem))
        return
    done.drafts.append(line.id)


def _refused(name: str, problem: Problem) -> Refused:
    """A refusal of this one thing. What may work later stops the whole: it is taken again."""
    if problem.kind.status >= 500:
        raise problem
    return Refused(name, problem)
