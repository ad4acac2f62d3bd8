"""What the phone is told: how an audit stands, what is missing, and the receipt."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from auditapi.audits.intake import document
from auditapi.audits.models import Audit
from auditapi.audits.states import Acceptance, Delivery, PhotoState
from auditapi.core.db import fetch, organisation_id, session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor
from auditapi.photos import queries as photos


def own_audit(actor: Actor, audit_id: UUID) -> Audit:
    """Only who made an audit; for others it does not exist."""
    found = session().get(Audit, (organisation_id(), audit_id))
    if found is None or found.auditor_id != actor.person_id:
        raise Problem(NOT_FOUND, "There is no such audit; send it again.")
    return found


class Standing(NamedTuple):
    """How one photo stands."""

    sha256: str
    state: str
    reason: str | None


_STANDING = """
SELECT sha256, state, reason FROM audit_photos WHERE audit_id = %(audit)s ORDER BY position
"""


def status(audit: Audit) -> dict[str, Any]:
    """The answer to PUT and GET: the same body every time it is asked for."""
    session().flush()
    rows = [Standing(*row) for row in fetch(_STANDING, {"audit": audit.id})]
    by_digest = {row.sha256: row for row in rows}
    missing = [row for row in by_digest.values() if row.state == PhotoState.MISSING.value]
    beyond = _beyond(audit, len(rows))
    offsets = photos.offsets(audit.auditor_id, [row.sha256 for row in missing])
    body: dict[str, Any] = {
        "id": audit.id,
        "delivery": audit.delivery,
        "acceptance": audit.acceptance,
        "document_sha256": audit.document_sha256,
        "missing": [
            {"sha256": row.sha256, "offset": offsets.get(row.sha256, 0)} for row in missing
        ],
        "refused": [
            {"sha256": row.sha256, "reason": row.reason or ""}
            for row in by_digest.values()
            if row.state == PhotoState.REFUSED.value
        ]
        + [{"sha256": sha256, "reason": "too_many"} for sha256 in beyond],
    }
    if audit.acceptance is not Acceptance.ACCEPTED:
        body["reasons"] = audit.reasons
    if audit.delivery is Delivery.DELIVERED:
        body["receipt"] = _receipt(audit, list(by_digest.values()), beyond)
    return body


_BODY = "SELECT body FROM audit_documents WHERE audit_id = %(audit)s AND sha256 = %(sha256)s"


def _beyond(audit: Audit, listed: int) -> list[str]:
    """Digests of photos that are more than one audit may have. They are no rows, nobody waits for
    them and nobody takes their locks; but a phone has to be told of every photo it declared."""
    if listed < document.MOST_PHOTOS:
        return []
    found = fetch(_BODY, {"audit": audit.id, "sha256": audit.document_sha256})
    return document.read(found[0][0]).too_many if found else []


def _receipt(audit: Audit, photos_: list[Standing], beyond: list[str]) -> dict[str, Any]:
    """Names every digest that is safe here; only then may the phone forget the bytes. Of those
    that are refused it keeps them."""
    return {
        "audit_id": audit.id,
        "document_sha256": audit.document_sha256,
        "delivered_at": audit.delivered_at,
        "photos": [
            {"sha256": photo.sha256, "state": PhotoState(photo.state)}
            for photo in photos_
            if photo.state != PhotoState.MISSING.value  # of a reply, and on its way
        ]
        + [{"sha256": sha256, "state": PhotoState.REFUSED} for sha256 in beyond],
    }
