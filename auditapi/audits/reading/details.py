"""One audit whole, as plain data: answers, score, photos, revisions, flags, positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from auditapi.audits import proof, writing_up
from auditapi.audits.answers import with_changes
from auditapi.audits.audience import View
from auditapi.audits.intake import document
from auditapi.audits.models import Audit, AuditPhoto, Document, Flag, Revision
from auditapi.audits.readers import known_as
from auditapi.audits.reading import queries, rules, telling
from auditapi.audits.reading.rules import Told
from auditapi.checklists.document import Checklist
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.core.db import organisation_id, session
from auditapi.people.models import Actor
from auditapi.photos import queries as photos
from auditapi.photos.models import Blob, Derivative
from auditapi.stores import queries as stores

LONGEST_MEMO = 10_000
_TIMES = ("started_at", "finished_at", "visited_from", "visited_until", "sealed_at")


def details(actor: Actor, audit: Audit, view: View) -> Told:
    """What this person sees of the audit, in the view that is theirs (`queries.audit`). The same
    number of queries however much it holds."""
    checklist = _checklist(audit)
    full = {**_full(audit, checklist), "id": known_as(actor, audit)}
    return rules.details_for(view, full, _public(checklist))


def score_in(actor: Actor, audit: Audit, view: View, revision: int | None) -> Told:
    """The explained score as this view may read it; an earlier revision's for head office only.

    Raises `Problem(NOT_FOUND)`.
    """
    if view is View.STORE:
        told: Told = details(actor, audit, view)["score"]
        return told
    return proof.as_it_stands(audit, queries.score(audit, revision).explained)


def _checklist(audit: Audit) -> Checklist | None:
    version = session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id))
    return parsed(version) if version is not None else None


def _public(checklist: Checklist | None) -> frozenset[str]:
    """Items that a store may see. An answer to what the checklist does not have is not shown."""
    items = checklist.items if checklist is not None else {}
    return frozenset(key for key, item in items.items() if item.audience == "store")


def _full(audit: Audit, checklist: Checklist | None) -> Told:
    body = _body(audit)
    revisions = _revisions(audit)
    raw = document.raw(body)
    flags = session().scalars(select(Flag).where(Flag.audit_id == audit.id).order_by(Flag.id))
    return {
        **telling.summaries([audit])[0],
        "answers": _answers(document.read(body).answers, revisions, checklist),
        "score": _score(audit) if audit.revision else None,
        "photos": _photos(audit),
        "revisions": revisions,
        "managers": stores.manager_names(audit.store_id),
        "flags": telling.flags(flags.all()),
        "positions": raw.get("positions") or [],
        "position_missing": raw.get("position_missing"),
        "device": raw.get("device"),
        "memo": _memo(raw),
        **_by_right_clock(raw, audit),
    }


def _score(audit: Audit) -> Told:
    return proof.as_it_stands(audit, queries.score(audit).explained)


def _memo(raw: Mapping[str, Any]) -> str | None:
    """What the auditor wrote on the note pad inside the shop."""
    memo = raw.get("memo")
    return memo[:LONGEST_MEMO] if isinstance(memo, str) and memo.strip() else None


def _by_right_clock(raw: Mapping[str, Any], audit: Audit) -> Told:
    offset = writing_up.clock_offset(raw.get("device"))
    if offset is None:
        return {"clock_offset": None, "by_right_clock": {}}
    times = {name: getattr(audit, name) for name in _TIMES}
    return {"clock_offset": offset, "by_right_clock": writing_up.put_right(times, offset)}


def _body(audit: Audit) -> bytes:
    found = session().scalar(
        select(Document.body).where(
            Document.audit_id == audit.id, Document.sha256 == audit.document_sha256
        )
    )
    return found or b"{}"


def _revisions(audit: Audit) -> list[Told]:
    rows = (
        session()
        .scalars(select(Revision).where(Revision.audit_id == audit.id).order_by(Revision.number))
        .all()
    )
    people = telling.people_by_id({row.author_id for row in rows})
    return [
        {
            "number": row.number,
            "made_at": row.made_at,
            "author": people.get(row.author_id),
            "reason": row.reason,
            "changes": row.changes,
        }
        for row in rows
    ]


def _answers(
    sealed: Mapping[str, Any], revisions: Sequence[Told], checklist: Checklist | None
) -> list[Told]:
    """In the order of the checklist. Where a revision says otherwise, with the original."""
    standing = with_changes(sealed, [revision["changes"] for revision in revisions])
    asked = list(checklist.items) if checklist is not None else []
    keys = dict.fromkeys([*asked, *sealed, *standing])
    told = []
    for key in keys:
        entry = {"item": key, "answer": standing.get(key)}
        if sealed.get(key) != standing.get(key):
            entry["original"] = sealed.get(key)
        if entry["answer"] is not None or "original" in entry:
            told.append(entry)
    return told


def _photos(audit: Audit) -> list[Told]:
    rows = (
        session()
        .scalars(
            select(AuditPhoto).where(AuditPhoto.audit_id == audit.id).order_by(AuditPhoto.position)
        )
        .all()
    )
    digests = {row.sha256 for row in rows}
    blobs, made = photos.blobs(digests), photos.derivatives(digests)
    return [
        _photo(row, blobs.get(row.sha256), made.get((row.sha256, row.redactions))) for row in rows
    ]


_OF_PHOTO = (
    "position", "item", "sha256", "bytes", "media_type", "taken_at", "source", "location",
    "elsewhere", "caption", "marks", "state", "reason", "revision",
)  # fmt: skip


def _photo(row: AuditPhoto, blob: Blob | None, made: Derivative | None) -> Told:
    """`print` and `thumbnail` are (object key, file name): whoever dumps it signs addresses."""
    told: Told = {name: getattr(row, name) for name in _OF_PHOTO}
    told |= {"print": None, "thumbnail": None, "width": None, "height": None, "erased": False}
    if made is not None:
        told |= {
            "print": (made.print_key, f"photo-{row.position + 1}.jpg"),
            "thumbnail": (made.thumbnail_key, f"photo-{row.position + 1}-small.jpg"),
            "width": made.print_width,
            "height": made.print_height,
        }
    if blob is not None:
        told |= {"erased": blob.erased_at is not None, "itself": _itself(blob)}
    return told


def _itself(blob: Blob) -> Told:
    """What the picture says of itself."""
    names = ("taken_at", "camera", "latitude", "longitude")
    return {name: getattr(blob, name) for name in names}
