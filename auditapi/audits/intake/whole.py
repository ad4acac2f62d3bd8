"""A whole photo, from its bytes to the audits that wait for it: looked into and put before the
transaction that writes it down, so that none is open while the storage is slow."""

from __future__ import annotations

from auditapi.audits.intake import service
from auditapi.core import db
from auditapi.core.spool import Spool
from auditapi.people.models import Actor
from auditapi.photos import queries
from auditapi.photos import service as photos


def take(actor: Actor, photo: Spool) -> service.Kept:
    """No transaction may be open. Raises `Problem(UNAVAILABLE)` while the storage does not
    answer."""
    sha256 = photo.digest.hex()
    stored = queries.is_stored(actor.organisation_id, sha256)
    checked = photos.check_and_put(actor.organisation_id, photo, stored=stored)
    with db.transaction(actor.organisation_id, photos.locks_of(actor.organisation_id, [sha256])):
        return service.take_photo(actor, checked)
