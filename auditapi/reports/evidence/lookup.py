"""From a code, or from a PDF's digest, to what the page /verify shows (reads only).

Whoever asks holds the report or its code, and nothing else is known of them: so this tells only
what stands in a report for the store: days, never a time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from auditapi.audits.models import Audit
from auditapi.audits.states import Release
from auditapi.core import db
from auditapi.core.db import session
from auditapi.people import queries as people
from auditapi.reports.books.models import Book
from auditapi.reports.evidence import keys, manifest, queries
from auditapi.reports.evidence.models import IssuedPdf, SignedManifest
from auditapi.reports.evidence.page import BookFacts, Facts
from auditapi.reports.words import local_day
from auditapi.stores.models import Region, Store


def by_code(code: str) -> Facts | None:
    """Within an open transaction, which it enters the right organisation with."""
    organisation = queries.organisation_of_code(code)
    if organisation is None:
        return None
    db.enter(organisation)
    found = queries.signed_with_code(code)
    return _facts(found) if found is not None else None


def by_pdf(sha256: str) -> Facts | BookFacts | None:
    """As `by_code`, for the SHA-256 of a file, which may be a book too."""
    organisation = queries.organisation_of_pdf(sha256)
    if organisation is None:
        return None
    db.enter(organisation)
    issued = queries.issued(sha256)
    if issued is None:
        return None
    if issued.audit_id is None or issued.revision is None:
        return _of_book(issued)
    found = queries.signed(issued.audit_id, issued.revision)
    if found is None:
        return None
    zone = _time_zone(queries.audit(issued.audit_id))
    issued_on = local_day(issued.issued_at.isoformat(), zone)
    return replace(_facts(found), form=issued.form, issued_on=issued_on)


def _of_book(issued: IssuedPdf) -> BookFacts:
    book = cast("Book", session().get(Book, (issued.organisation_id, issued.book_id)))
    region = cast("Region", session().get(Region, (issued.organisation_id, book.region_id)))
    return BookFacts(
        organisation=people.organisation().name,
        region=region.name,
        visited_from=book.visited_from.isoformat(),
        visited_until=book.visited_until.isoformat(),
        reports=book.done - book.missing,
        issued_on=issued.issued_at.date().isoformat(),
    )


def _facts(signed: SignedManifest) -> Facts:
    then, key = manifest.read(signed.body), queries.key(signed.key_id)
    audit = queries.audit(signed.audit_id)
    now = queries.as_it_stands(audit, signed.revision, then.key)
    newer = audit.revision > signed.revision and audit.release is Release.RELEASED
    return Facts(
        organisation=people.organisation().name,
        store=then.store,
        kind=then.kind,
        visited_on=then.visited_on,
        checklist=then.checklist["key"],
        checklist_version=then.checklist["version"],
        percentage=then.percentage,
        outcome=then.outcome,
        band=then.band,
        photos=sum(photo["audience"] == "store" for photo in then.photos),
        revision=then.revision,
        newest=audit.revision if newer else None,
        received_on=local_day(then.received_at, _time_zone(audit)),
        code=manifest.printed_code(signed.code),
        key=then.key,
        signed=keys.holds(key.public, signed.body, signed.signature),
        changed=tuple(manifest.differences(then, now)),
    )


def _time_zone(audit: Audit) -> str:
    store = session().get(Store, (audit.organisation_id, audit.store_id))
    return cast("Store", store).time_zone
