"""What was wrong when a store was last visited, for those who may know it before they go.

Announced audits, self-checks and re-visits open with it. Mystery shops never do, and neither
does anybody who is still to shop that store: the auditor would look for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from auditapi.audits.answers import with_changes
from auditapi.audits.intake import document
from auditapi.audits.models import Audit, Document, Revision
from auditapi.audits.planning.queries import KNOWN_TO_STORES, Planned, versions_by_id
from auditapi.audits.planning.rules import OPEN
from auditapi.audits.readers import known_as
from auditapi.audits.score_models import ItemResult
from auditapi.audits.states import Release, VisitKind
from auditapi.checklists.document import Checklist
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.checklists.queries import STORE_PEOPLE
from auditapi.core.db import session
from auditapi.people.models import Actor

Subject = tuple[UUID, str]
Failed = dict[str, Any]


class _Last(NamedTuple):
    """A store's last released audit of one checklist."""

    audit: Audit
    checklist: Checklist


def last_failed(visits: Sequence[Planned], actor: Actor) -> dict[str, list[Failed]]:
    """store id → [{"item", "text", "answer", "note", "audit_id", "visited_on"}], in the order of
    the checklist. Four queries, however many visits."""
    subjects = subjects_of(visits)
    if not subjects:
        return {}
    of_stores = actor.role in STORE_PEOPLE
    last = _last_audits(subjects, and_shops=not of_stores)
    failed, answers = _failed_items(last), _answers([one.audit for one in last])
    told: defaultdict[str, list[Failed]] = defaultdict(list)
    for audit, checklist in last:
        for item in checklist.items.values():
            hidden = of_stores and item.audience == "head_office"
            if item.key in failed[audit.id] and not hidden:
                answer = answers.get(audit.id, {}).get(item.key) or {}
                told[str(audit.store_id)].append(
                    {
                        "item": item.key,
                        "text": dict(item.text),
                        "answer": answer.get("value"),
                        "note": answer.get("note"),
                        "audit_id": known_as(actor, audit),
                        "visited_on": audit.visited_on,
                    }
                )
    return dict(told)


def subjects_of(visits: Sequence[Planned]) -> set[Subject]:
    """(store, checklist key) of the open visits whose auditor may know what was wrong."""
    to_come = [one for one in visits if one.assignment.state in OPEN]
    shopped = {one.store.id for one in to_come if one.assignment.kind is VisitKind.MYSTERY_SHOP}
    return {
        (one.store.id, one.version.key)
        for one in to_come
        if one.store.id not in shopped
        and (one.assignment.kind in KNOWN_TO_STORES or one.assignment.brief.get("revisit_of"))
    }


def _last_audits(subjects: Collection[Subject], *, and_shops: bool) -> list[_Last]:
    """Stores don't learn from here what a mystery shopper wrote: their report tells it, with
    names and times taken out."""
    statement = (
        select(Audit)
        .join(ChecklistVersion, ChecklistVersion.id == Audit.checklist_version_id)
        .where(
            tuple_(Audit.store_id, ChecklistVersion.key).in_(subjects),
            Audit.release == Release.RELEASED,
        )
        .ext(distinct_on(Audit.store_id, ChecklistVersion.key))
        .order_by(
            Audit.store_id,
            ChecklistVersion.key,
            Audit.visited_on.desc().nulls_last(),
            Audit.id.desc(),
        )
    )
    if not and_shops:
        statement = statement.where(Audit.kind != VisitKind.MYSTERY_SHOP)
    audits = session().scalars(statement).all()
    versions = versions_by_id(
        audit.checklist_version_id for audit in audits if audit.checklist_version_id
    )
    return [
        _Last(audit, parsed(versions[audit.checklist_version_id]))
        for audit in audits
        if audit.checklist_version_id in versions
    ]


def _failed_items(last: Sequence[_Last]) -> Mapping[UUID, set[str]]:
    """audit → items below full marks, by the newest revision's score."""
    rows = session().execute(
        select(ItemResult.audit_id, ItemResult.item).where(
            tuple_(ItemResult.audit_id, ItemResult.revision).in_(
                [(one.audit.id, one.audit.revision) for one in last]
            ),
            ItemResult.left_out.is_(None),
            ItemResult.result < 1,
        )
    )
    failed: defaultdict[UUID, set[str]] = defaultdict(set)
    for audit_id, item in rows:
        failed[audit_id].add(item)
    return failed


def _answers(audits: Sequence[Audit]) -> dict[UUID, dict[str, Any]]:
    """audit → answers as they stand: the sealed ones with the reviewers' changes over them."""
    sealed = session().execute(
        select(Document.audit_id, Document.body).where(
            tuple_(Document.audit_id, Document.sha256).in_(
                [(audit.id, audit.document_sha256) for audit in audits]
            )
        )
    )
    revisions = session().execute(
        select(Revision.audit_id, Revision.changes)
        .where(Revision.audit_id.in_([audit.id for audit in audits]))
        .order_by(Revision.number)
    )
    changes: defaultdict[UUID, list[list[dict[str, Any]]]] = defaultdict(list)
    for audit_id, made in revisions:
        changes[audit_id].append(made)
    return {
        audit_id: with_changes(document.read(body).answers, changes[audit_id])
        for audit_id, body in sealed
    }
