"""Writes of evidence: keys, signed manifests, issued PDFs."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from auditapi.audits.models import Audit
from auditapi.core import activity, settings
from auditapi.core.db import now, organisation_id, session
from auditapi.core.logs import log
from auditapi.people import queries as people
from auditapi.reports.evidence import keys, manifest, queries
from auditapi.reports.evidence.models import IssuedPdf, SignedManifest, SigningKey


def sign(audit: Audit, revision: int) -> SignedManifest:
    """The signed manifest of this revision: made once, at the first call, and kept."""
    found = queries.signed(audit.id, revision)
    if found is not None:
        return found
    key, private = _key()
    body = manifest.as_bytes(queries.as_it_stands(audit, revision, keys.name_of(key.public)))
    signature = keys.sign(private, body)
    row = insert(SignedManifest).values(
        organisation_id=organisation_id(),
        audit_id=audit.id,
        revision=revision,
        key_id=key.id,
        body=body,
        signature=signature,
        code=manifest.code_of(body, signature),
        signed_at=now(),
    )
    added = session().execute(row.on_conflict_do_nothing().returning(SignedManifest.code)).first()
    if added is not None:
        activity.record("audit.signed", audit, revision=revision, code=added.code)
    return cast("SignedManifest", queries.signed(audit.id, revision))


def _key() -> tuple[SigningKey, bytes]:
    """The key in use with its private half. One that does not open any more, because SECRET_KEY
    was changed, gives way to a new one: what it signed still verifies."""
    found = queries.key_in_use()
    if found is not None:
        try:
            secret = settings.current().secret_key
            return found, keys.unseal(found.sealed, found.public, found.organisation_id, secret)
        except keys.SealBroken:
            log.warning("signing_key_does_not_open", key=keys.name_of(found.public))
    return rotate_key()


def rotate_key() -> tuple[SigningKey, bytes]:
    """Retire the organisation's key and make a new one. Returns it with its private half."""
    before = queries.key_in_use()
    if before is not None:
        before.retired_at = now()
        session().flush()
    private, public = keys.new_key()
    organisation = people.organisation()
    key = SigningKey(
        public=public,
        sealed=keys.seal(private, public, organisation.id, settings.current().secret_key),
    )
    session().add(key)
    session().flush()
    activity.record(
        "organisation.signing_key_made",
        organisation,
        key=keys.name_of(public),
        before=keys.name_of(before.public) if before else None,
    )
    return key, private


def note_issued(
    audit_id: UUID, revision: int, form: dict[str, Any], sha256: str, size: int
) -> None:
    """Never forget that this report was made here. Repeatable."""
    _note(sha256, size, audit_id=audit_id, revision=revision, form=form)


def note_issued_book(book_id: UUID, sha256: str, size: int) -> None:
    """The same for a book."""
    _note(sha256, size, book_id=book_id, form={})


def _note(sha256: str, size: int, **of_what: Any) -> None:
    row = insert(IssuedPdf).values(
        organisation_id=organisation_id(), sha256=sha256, bytes=size, issued_at=now(), **of_what
    )
    session().execute(row.on_conflict_do_nothing())
