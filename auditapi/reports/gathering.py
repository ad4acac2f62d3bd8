"""From rows to the plain data a report is made from (reads only)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, select, tuple_

from auditapi.audits import proof
from auditapi.audits.audience import signed_names
from auditapi.audits.intake import completion, document
from auditapi.audits.models import Audit, AuditPhoto, Document, Revision
from auditapi.audits.score_models import ItemResult, ScoreRow, SectionResult
from auditapi.audits.states import PhotoState, Release
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.scoring import printed
from auditapi.core import settings
from auditapi.core.db import organisation_id, session
from auditapi.people import queries as people
from auditapi.people.models import Person
from auditapi.photos import queries as photos
from auditapi.photos.models import Derivative
from auditapi.reports import view
from auditapi.reports.appearance import queries as looks
from auditapi.reports.appearance.models import Appearance
from auditapi.reports.evidence import manifest
from auditapi.reports.evidence import queries as evidence
from auditapi.reports.trust import FEWEST_VISITS, YEARS, Spread, trust
from auditapi.stores import queries as stores
from auditapi.stores.models import Region, Store

MOST_HISTORY = 6


@dataclass(frozen=True)
class Wanted:
    """Which report of an audit: revision, reader and form."""

    audit_id: UUID
    revision: int
    audience: view.Audience
    language: view.Language
    variant: view.Form
    paper: view.Paper


@dataclass(frozen=True)
class Gathered:
    """The input, the object keys of the pictures by the digest of what is printed, and the
    number of the look that was asked for."""

    report: view.ReportInput
    pictures: dict[str, str]
    appearance: int


def gather(wanted: Wanted) -> Gathered:
    """Everything one report is made of, as it stands now. The audit must be complete."""
    audit = _required(session().get(Audit, (organisation_id(), wanted.audit_id)))
    version = _required(
        session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id))
    )
    store = _required(session().get(Store, (organisation_id(), audit.store_id)))
    score = _required(session().get(ScoreRow, (organisation_id(), audit.id, wanted.revision)))
    organisation = people.organisation()
    auditor = people.person(audit.auditor_id)
    body = _body(audit)
    sealed = document.read(body)
    revisions = _revisions(audit, wanted.revision)
    shown, pictures = _photos(audit, version.document, wanted.revision)
    past = _past(audit, version.key)
    look = looks.appearance()
    report = view.ReportInput(
        organisation=view.Organisation(
            name=organisation.name, accent=organisation.accent_colour, logo=_logo(look, pictures)
        ),
        store=_store(store),
        auditor=view.Auditor(code=auditor.code, name=auditor.name),
        audit=_audit(audit, body, revisions, wanted.revision),
        checklist=version.document,
        checklist_sha256=version.sha256,
        checklist_version=version.number,
        score=proof.as_it_stands(audit, score.explained),
        provisional=proof.unproven(audit, score.explained),
        answers=completion.answers_of(audit, sealed, until=wanted.revision),
        signers=_signers(audit, sealed, wanted.revision),
        evidence=_evidence(audit, wanted.revision),
        photos=tuple(shown),
        history=_history(past),
        repeated=_repeated(audit, wanted.revision, past),
        trust=trust(spread(audit, version.key)),
        language=wanted.language,
        audience=wanted.audience,
        variant="full" if wanted.variant == "archive" else wanted.variant,
        conformance="archive" if wanted.variant == "archive" else "ua",
        paper=wanted.paper,
        blocks=tuple(look.blocks) if look.blocks and wanted.variant == "full" else None,
        photo_size=cast("view.PhotoSize", look.photo_size),
        photo_order=cast("view.PhotoOrder", look.photo_order),
    )
    return Gathered(report, pictures, look.number)


def _logo(look: Appearance, pictures: dict[str, str]) -> view.Logo | None:
    """The logo, with its bytes put among `pictures`."""
    if look.logo_key is None or look.logo_sha256 is None:
        return None
    pictures[look.logo_sha256] = look.logo_key
    return view.Logo(
        sha256=look.logo_sha256, width=look.logo_width or 1, height=look.logo_height or 1
    )


def _required(found: Any) -> Any:
    if found is None:
        raise LookupError("a complete audit lacks what its report is made of")
    return found


def _body(audit: Audit) -> bytes:
    found = session().get(Document, (organisation_id(), audit.id, audit.document_sha256))
    return cast("Document", _required(found)).body


def _store(store: Store) -> view.Store:
    region = session().get(Region, (organisation_id(), store.region_id))
    return view.Store(
        code=store.code,
        name=store.name,
        address=store.address,
        region=region.name if region else "",
        time_zone=store.time_zone,
        managers=tuple(stores.manager_names(store.id)),
    )


def _revisions(audit: Audit, until: int) -> Sequence[tuple[Revision, str]]:
    rows = session().execute(
        select(Revision, Person.name)
        .join(Person, Person.id == Revision.author_id)
        .where(Revision.audit_id == audit.id, Revision.number.between(2, until))
        .order_by(Revision.number)
    )
    return [(revision, name) for revision, name in rows]


def _signers(audit: Audit, sealed: document.SealedAudit, until: int) -> tuple[str, ...]:
    """The first revision counts too: a reviewer may have accepted the audit with changes."""
    changes = session().scalars(
        select(Revision.changes)
        .where(Revision.audit_id == audit.id, Revision.number <= until)
        .order_by(Revision.number)
    )
    return tuple(signed_names(sealed.answers, changes))


def _audit(
    audit: Audit, body: bytes, revisions: Sequence[tuple[Revision, str]], number: int
) -> view.Audit:
    raw = document.raw(body)
    # Of covert work the visit counts, not the hour in which the form was filled in.
    began, ended = audit.visited_from or audit.started_at, audit.visited_until or audit.finished_at
    return view.Audit(
        id=str(audit.id),
        kind=audit.kind.value if audit.kind else "",
        language=audit.language or "en",
        started_at=began.isoformat() if began else None,
        finished_at=ended.isoformat() if ended else None,
        scenario=audit.context["assignment"].get("scenario"),
        revision=number,
        revisions=tuple(
            view.Revision(
                number=revision.number,
                at=revision.made_at.isoformat(),
                author=name,
                reason=revision.reason,
                items=tuple(change["item"] for change in revision.changes),
            )
            for revision, name in revisions
        ),
        positions=tuple(_positions(raw.get("positions"))),
        position_missing=_text(raw.get("position_missing")),
        released_at=audit.released_at.isoformat() if audit.released_at else None,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _positions(given: Any) -> list[view.Position]:
    """Those of the document's positions that make sense; it is the phone's claim, no more."""
    found = []
    for entry in given if isinstance(given, list) else []:
        if not isinstance(entry, dict) or not _is_place(entry):
            continue
        accuracy: Any = entry.get("accuracy")
        found.append(
            view.Position(
                at=str(entry.get("at", "")),
                what=str(entry.get("what", "")),
                latitude=float(entry["latitude"]),
                longitude=float(entry["longitude"]),
                accuracy=float(accuracy) if _is_within(accuracy, 1_000_000) else None,
            )
        )
    return found


def _is_place(entry: Mapping[str, Any]) -> bool:
    return _is_within(entry.get("latitude"), 90) and _is_within(entry.get("longitude"), 180)


def _is_within(value: object, most: int) -> bool:
    """A number that can be, and be printed."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and -most <= cast("float", value) <= most


def _photos(
    audit: Audit, checklist: Mapping[str, Any], revision: int
) -> tuple[list[view.Photo], dict[str, str]]:
    rows = (
        session()
        .scalars(
            select(AuditPhoto)
            .where(AuditPhoto.audit_id == audit.id, AuditPhoto.revision <= revision)
            .order_by(AuditPhoto.position)
        )
        .all()
    )
    made = photos.derivatives({row.sha256 for row in rows})
    audiences = {
        item["key"]: item.get("audience", "store")
        for section in checklist["sections"]
        for item in section["items"]
    }
    shown, pictures = [], {}
    for row in rows:
        derivative = made.get((row.sha256, row.redactions))
        if derivative is not None:
            pictures[derivative.print_sha256] = derivative.print_key
        shown.append(_photo(row, derivative, audiences.get(row.item or "", "store")))
    return shown, pictures


def _photo(row: AuditPhoto, derivative: Derivative | None, audience: str) -> view.Photo:
    place = row.location if row.location and _is_place(row.location) else {}
    return view.Photo(
        sha256=row.sha256,
        print_sha256=derivative.print_sha256 if derivative else None,
        width=derivative.print_width if derivative else 0,
        height=derivative.print_height if derivative else 0,
        item=row.item,
        caption=row.caption,
        marks=tuple(row.marks),
        taken_at=row.taken_at.isoformat() if row.taken_at else None,
        source=row.source or "camera",
        latitude=place.get("latitude"),
        longitude=place.get("longitude"),
        audience="head_office" if audience == "head_office" else "store",
        missing=_why_missing(row, derivative),
    )


def _why_missing(row: AuditPhoto, derivative: Derivative | None) -> str | None:
    if row.state is PhotoState.LOST:
        return "lost"
    if row.state is PhotoState.REFUSED:
        return "refused"
    return None if derivative else "erased"


def _past(audit: Audit, checklist_key: str) -> Sequence[tuple[Audit, ScoreRow]]:
    """The store's last released audits of the same kind and checklist, newest first."""
    rows = session().execute(
        select(Audit, ScoreRow)
        .join(ScoreRow, (ScoreRow.audit_id == Audit.id) & (ScoreRow.revision == Audit.revision))
        .join(ChecklistVersion, ChecklistVersion.id == Audit.checklist_version_id)
        .where(
            Audit.store_id == audit.store_id,
            Audit.kind == audit.kind,
            Audit.release == Release.RELEASED,
            ChecklistVersion.key == checklist_key,
            Audit.started_at < audit.started_at,
        )
        .order_by(Audit.started_at.desc(), Audit.id.desc())
        .limit(MOST_HISTORY)
    )
    return [(past, score) for past, score in rows]


def spread(audit: Audit, checklist_key: str) -> Spread:
    """How visits of this kind, released by now, differ within each store of the chain.

    Only visits up to this one count, so that a report made again later says the same.
    """
    since = audit.visited_on - timedelta(days=YEARS * 365) if audit.visited_on else None
    stores = (
        select(func.count().label("visits"), func.var_samp(ScoreRow.percentage).label("variance"))
        .join(Audit, (ScoreRow.audit_id == Audit.id) & (ScoreRow.revision == Audit.revision))
        .join(ChecklistVersion, ChecklistVersion.id == Audit.checklist_version_id)
        .where(
            Audit.kind == audit.kind,
            Audit.release == Release.RELEASED,
            ChecklistVersion.key == checklist_key,
            Audit.visited_on.between(since, audit.visited_on),
            ScoreRow.outcome != "not_rated",
        )
        .group_by(Audit.store_id)
        .having(func.count() >= FEWEST_VISITS)
        .subquery()
    )
    apart = stores.c.visits - 1
    found = session().execute(
        select(func.count(), func.sum(apart), func.sum(stores.c.variance * apart))
    )
    count, freedom, squares = found.one()
    return Spread(count, int(freedom or 0), Decimal(squares or 0))


def _history(past: Sequence[tuple[Audit, ScoreRow]]) -> tuple[view.PastAudit, ...]:
    sections: dict[UUID, dict[str, str]] = {audit.id: {} for audit, _ in past}
    numbers = {audit.id: audit.revision for audit, _ in past}
    rows = session().scalars(select(SectionResult).where(SectionResult.audit_id.in_(sections)))
    for row in rows:
        if row.revision == numbers[row.audit_id] and row.percentage is not None:
            sections[row.audit_id][row.section] = _printed(row.percentage)
    return tuple(
        view.PastAudit(
            day=audit.visited_on.isoformat() if audit.visited_on else "",
            percentage=_printed(score.percentage) if score.percentage is not None else None,
            outcome=score.outcome,
            band=score.band,
            sections=sections[audit.id],
        )
        for audit, score in reversed(past)
    )


def _printed(value: Any) -> str:
    return str(printed(Fraction(value)))


def _repeated(
    audit: Audit, revision: int, past: Sequence[tuple[Audit, ScoreRow]]
) -> dict[str, int]:
    """In how many audits in a row before this one each item failed that fails now."""
    numbers = {before.id: before.revision for before, _ in past} | {audit.id: revision}
    rows = session().execute(
        select(ItemResult.audit_id, ItemResult.item).where(
            tuple_(ItemResult.audit_id, ItemResult.revision).in_(list(numbers.items())),
            ItemResult.result < 1,
        )
    )
    failed: dict[UUID, set[str]] = {audit_id: set() for audit_id in numbers}
    for audit_id, item in rows:
        failed[audit_id].add(item)
    counts = {}
    for item in failed[audit.id]:
        run = 0
        while run < len(past) and item in failed[past[run][0].id]:
            run += 1
        if run:
            counts[item] = run
    return counts


def _evidence(audit: Audit, revision: int) -> view.Evidence:
    """What is signed; it is signed before (see `jobs`)."""
    signed = _required(evidence.signed(audit.id, revision))
    proof = manifest.read(signed.body)
    code = manifest.printed_code(signed.code)
    return view.Evidence(
        document_sha256=proof.document,
        score_sha256=proof.score,
        received_at=proof.received_at,
        code=code,
        verify_url=f"{settings.current().public_url}/verify?code={code}",
        key_id=proof.key,
    )
