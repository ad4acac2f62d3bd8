"""A whole photo, from its bytes to the audits that wait for it: in two transactions, with the
looking and the putting between them, so that none is open while the storage is slow."""

from __future__ import annotations

from auditapi.audits.intake import service
from auditapi.core import db
from auditapi.people.models import Actor
from auditapi.photos import queries
from auditapi.photos import service as photos


def take(actor: Actor, sha256: str, data: bytes) -> service.Kept:
    """`sha256` is the digest of `data`. No transaction may be open. Raises
    `Problem(UNAVAILABLE)` while the storage does not answer."""
    with db.transaction(actor.organisation_id):
        known = queries.blob(sha256)
        stored = known is not None and known.erased_at is None
    checked = photos.check_and_put(actor.organisation_id, data, sha256, stored=stored)
    with db.transaction(actor.organisation_id):
        return service.take_photo(actor, checked)
