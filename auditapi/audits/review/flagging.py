"""Flags raised on a completed audit: what a reviewer should look at. Nothing is refused by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from uuid import UUID

from sqlalchemy import select

from auditapi.audits.intake import document
from auditapi.audits.models import Audit, AuditPhoto, Document, Flag
from auditapi.audits.review import queries, rules
from auditapi.audits.review.queries import Seen
from auditapi.audits.review.rules import Finding, Fix
from auditapi.audits.score_models import ScoreRow
from auditapi.audits.states import FlagKind, PhotoState
from auditapi.core import activity
from auditapi.core.db import organisation_id, session
from auditapi.photos import queries as photos
from auditapi.photos.duplicates import Fingerprint, Likeness, find_duplicates
from auditapi.photos.models import Blob
from auditapi.stores.models import Store

MOST_OTHERS = 5


def raise_flags(audit_id: UUID) -> int:
    """Look at one audit; repeatable, each finding is raised once. Returns how many are new."""
    audit = queries.locked(audit_id)
    if audit.completed_at is None:
        return 0
    known = {(flag.kind, flag.details.get("about")) for flag in queries.flags_of(audit_id)}
    fresh = [finding for finding in _findings(audit) if (finding.kind, finding.about) not in known]
    session().add_all(
        Flag(
            audit_id=audit_id,
            kind=finding.kind,
            details={"about": finding.about, **finding.details},
        )
        for finding in fresh
    )
    if fresh:
        raised = [{"kind": finding.kind.value, "about": finding.about} for finding in fresh]
        activity.record("audit.flagged", audit, flags=raised)
    return len(fresh)


def _findings(audit: Audit) -> Iterator[Finding]:
    rows = queries.photos(audit.id)
    here = [row for row in rows if row.state is PhotoState.STORED]
    blobs = photos.blobs({row.sha256 for row in here})
    return chain(
        _same_photos(audit, here),
        _similar_photos(audit, here, blobs),
        _without_evidence(audit, rows),
        _far_away(audit, here, blobs),
        rules.late(audit.visited_until or audit.finished_at, audit.sealed_at),
    )


def _same_photos(audit: Audit, here: Sequence[AuditPhoto]) -> Iterator[Finding]:
    others: dict[str, list[Seen]] = {}
    for seen in queries.same_photos(audit.id, {row.sha256 for row in here}):
        others.setdefault(seen.sha256, []).append(seen)
    for row in here:
        if row.sha256 in others:
            yield _resembling(FlagKind.SAME_PHOTO, row, [(s, 0) for s in others[row.sha256]])


def _similar_photos(
    audit: Audit, here: Sequence[AuditPhoto], blobs: dict[str, Blob]
) -> Iterator[Finding]:
    candidates = queries.recent_photos(audit) if here else []
    seen_as = {
        Fingerprint(str(seen.audit_id), seen.sha256, seen.perceptual_hash): seen
        for seen in candidates
    }
    for row in here:
        blob = blobs.get(row.sha256)
        mine = Fingerprint(str(audit.id), row.sha256, blob.perceptual_hash if blob else None)
        near = [
            (seen_as[found.of], found.distance)
            for found in find_duplicates(mine, seen_as)
            if found.likeness is Likeness.NEAR
        ]
        if near:
            yield _resembling(FlagKind.SIMILAR_PHOTO, row, near)


def _resembling(kind: FlagKind, row: AuditPhoto, others: list[tuple[Seen, int]]) -> Finding:
    """`others`: the first few, with how many bits of 64 the pictures' hashes differ in."""
    told = [
        {"audit_id": str(seen.audit_id), "position": seen.position, "distance": distance}
        for seen, distance in others[:MOST_OTHERS]
    ]
    details = {"position": row.position, "others": told, "in_all": len(others)}
    return Finding(kind, f"photos[{row.position}]", details)


def _without_evidence(audit: Audit, rows: Sequence[AuditPhoto]) -> Iterator[Finding]:
    explained = session().scalar(
        select(ScoreRow.explained).where(
            ScoreRow.audit_id == audit.id, ScoreRow.revision == audit.revision
        )
    )
    named = {row.item for row in rows if row.item}
    here = {row.item for row in rows if row.state is PhotoState.STORED}
    return rules.without_evidence(explained or {"criticals": []}, named - here)


def _far_away(
    audit: Audit, here: Sequence[AuditPhoto], blobs: dict[str, Blob]
) -> Iterator[Finding]:
    store = session().get(Store, (organisation_id(), audit.store_id))
    itself = {"latitude": store.latitude, "longitude": store.longitude} if store else None
    taken = {row.position: _where(row, blobs.get(row.sha256)) for row in here}
    return rules.far_away(
        rules.fix_of(itself),
        _positions(audit),
        {n: fix for n, fix in taken.items() if fix},
        {row.position for row in here if row.elsewhere and not taken[row.position]},
    )


def _where(row: AuditPhoto, blob: Blob | None) -> Fix | None:
    """As the phone says, else as the picture itself says."""
    itself = {"latitude": blob.latitude, "longitude": blob.longitude} if blob else None
    return rules.fix_of(row.location) or rules.fix_of(itself)


def _positions(audit: Audit) -> list[Fix]:
    body = session().scalar(
        select(Document.body).where(
            Document.audit_id == audit.id, Document.sha256 == audit.document_sha256
        )
    )
    given = document.raw(body or b"{}").get("positions")
    fixes = (rules.fix_of(entry) for entry in (given if isinstance(given, list) else ()))
    return [fix for fix in fixes if fix is not None]
