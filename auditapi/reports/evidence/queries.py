"""Reads for evidence: what is signed, what was signed, what was issued."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC
from fractions import Fraction
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select, text

from auditapi.audits.audience import private_items
from auditapi.audits.models import Audit, AuditPhoto, Document, Revision
from auditapi.audits.score_models import ScoreRow
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.scoring import printed
from auditapi.core.db import organisation_id, session
from auditapi.reports.evidence.manifest import Manifest, digest
from auditapi.reports.evidence.models import IssuedPdf, SignedManifest, SigningKey
from auditapi.stores.models import Store


def organisation_of_code(code: str) -> UUID | None:
    """Looks across organisations: a function of the database's owner does it, and tells no more
    than whose it is."""
    return cast(
        "UUID | None",
        session().scalar(text("SELECT organisation_of_manifest(:code)"), {"code": code}),
    )


def organisation_of_pdf(sha256: str) -> UUID | None:
    """As `organisation_of_code`, for the SHA-256 of a PDF."""
    return cast(
        "UUID | None",
        session().scalar(text("SELECT organisation_of_pdf(:sha256)"), {"sha256": sha256}),
    )


def signed(audit_id: UUID, revision: int) -> SignedManifest | None:
    return session().get(SignedManifest, (organisation_id(), audit_id, revision))


def signed_with_code(code: str) -> SignedManifest | None:
    return session().scalar(select(SignedManifest).where(SignedManifest.code == code))


def issued(sha256: str) -> IssuedPdf | None:
    return session().get(IssuedPdf, (organisation_id(), sha256))


def key(key_id: UUID) -> SigningKey:
    """A manifest's key; keys are never deleted."""
    return cast("SigningKey", session().get(SigningKey, (organisation_id(), key_id)))


def key_in_use() -> SigningKey | None:
    """Locked, so that it is not retired while somebody signs with it."""
    return session().scalar(
        select(SigningKey).where(SigningKey.retired_at.is_(None)).with_for_update()
    )


def audit(audit_id: UUID) -> Audit:
    return cast("Audit", session().get(Audit, (organisation_id(), audit_id)))


def as_it_stands(audit: Audit, revision: int, key_name: str) -> Manifest:
    """The manifest of this revision by what the database holds now; digests are worked out
    anew from the bytes. The audit must be complete."""
    version = cast(
        "ChecklistVersion",
        session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id)),
    )
    score = cast("ScoreRow", session().get(ScoreRow, (organisation_id(), audit.id, revision)))
    store = cast("Store", session().get(Store, (organisation_id(), audit.store_id)))
    document = _document(audit)
    arrived = max(filter(None, (audit.delivered_at, document.received_at)))
    return Manifest(
        organisation=str(audit.organisation_id),
        audit=str(audit.id),
        revision=revision,
        store=store.code,
        kind=audit.kind.value if audit.kind else "",
        visited_on=audit.visited_on.isoformat() if audit.visited_on else None,
        received_at=arrived.astimezone(UTC).isoformat(),
        document=hashlib.sha256(document.body).hexdigest(),
        checklist={
            "key": version.key,
            "version": version.number,
            "sha256": digest(version.document),
        },
        score=digest(score.explained),
        percentage=_printed(score.percentage),
        outcome=score.outcome,
        band=score.band,
        photos=_photos(audit.id, revision, private_items(version.document)),
        changes=digest(_changes(audit.id, revision)),
        key=key_name,
    )


def _document(audit: Audit) -> Document:
    found = session().get(Document, (organisation_id(), audit.id, audit.document_sha256))
    return cast("Document", found)


def _printed(percentage: Any) -> str | None:
    return None if percentage is None else str(printed(Fraction(percentage)))


def _photos(audit_id: UUID, revision: int, private: frozenset[str]) -> Sequence[Mapping[str, str]]:
    rows = session().execute(
        select(AuditPhoto.sha256, AuditPhoto.item)
        .where(AuditPhoto.audit_id == audit_id, AuditPhoto.revision <= revision)
        .order_by(AuditPhoto.position)
    )
    return [
        {"sha256": sha256, "audience": "head_office" if item in private else "store"}
        for sha256, item in rows
    ]


def _changes(audit_id: UUID, until: int) -> list[dict[str, Any]]:
    rows = session().scalars(
        select(Revision)
        .where(Revision.audit_id == audit_id, Revision.number <= until)
        .order_by(Revision.number)
    )
    return [
        {
            "number": row.number,
            "author": str(row.author_id),
            "reason": row.reason,
            "changes": row.changes,
            "made_at": row.made_at.astimezone(UTC).isoformat(),
        }
        for row in rows
    ]
