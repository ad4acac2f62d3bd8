"""Whether a sealed audit makes sense here: each reason against it, and nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from auditapi.audits import context
from auditapi.audits.intake.document import Reason, SealedAudit, told
from auditapi.audits.models import Assignment
from auditapi.audits.states import AssignmentState
from auditapi.audits.visitors import may_come_unasked
from auditapi.checklists import queries as checklists
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.checklists.validation import check_answers
from auditapi.core.db import organisation_id, session
from auditapi.people.models import Actor
from auditapi.stores.models import Store
from auditapi.stores.queries import visible_stores

EARLY_OR_LATE = timedelta(hours=24)
_OPEN = frozenset({AssignmentState.OFFERED, AssignmentState.ACCEPTED})


@dataclass(frozen=True)
class Judged:
    """The rows that the document points to, where they exist, and every reason against it."""

    assignment: Assignment | None
    store: Store | None
    version: ChecklistVersion | None
    context: dict[str, dict[str, object]]
    reasons: tuple[Reason, ...]


def judge(sealed: SealedAudit, audit_id: UUID, actor: Actor) -> Judged:
    """What speaks against the visit comes first: it is a handful, and a reviewer decides by it."""
    reasons: list[Reason] = []
    if sealed.id is not None and sealed.id != audit_id:
        reasons.append(Reason("id", "other_id", "The document names another audit."))
    if actor.submit_only:
        reasons.append(Reason("", "person_disabled", "Its auditor has been disabled."))
    assignment = _assignment(sealed, actor, reasons)
    store = _store(sealed, reasons)
    version = _version(sealed, assignment, reasons)
    if assignment is None and store and not _may_come_unasked(sealed, store, version, actor):
        message = "Nobody asked this person for this visit."
        reasons.append(Reason("assignment_id", "no_assignment", message))
    visit = _visit(sealed, assignment, store)
    reasons += sealed.reasons
    if version is not None:
        reasons += _answers(sealed, version, visit)
    return Judged(assignment, store, version, visit, tuple(told(reasons)))


def _assignment(sealed: SealedAudit, actor: Actor, reasons: list[Reason]) -> Assignment | None:
    if sealed.assignment_id is None:
        return None
    found = session().get(
        Assignment, (organisation_id(), sealed.assignment_id), with_for_update=True
    )
    if found is None or found.auditor_id != actor.person_id:
        message = "There is no such assignment of this person."
        reasons.append(Reason("assignment_id", "unknown_assignment", message))
        return None
    reasons += _against_assignment(sealed, found)
    return found


def ended(assignment: Assignment) -> Reason:
    """It asks for no visit, or for none any more."""
    message = f"The assignment is {assignment.state.value}."
    return Reason("assignment_id", "assignment_ended", message)


def _against_assignment(sealed: SealedAudit, assignment: Assignment) -> Iterator[Reason]:
    if assignment.state not in _OPEN:
        yield ended(assignment)
    if sealed.kind not in (None, assignment.kind):
        yield Reason("kind", "other_kind", f"The assignment asks for {assignment.kind.value}.")
    if sealed.store_id not in (None, assignment.store_id):
        yield Reason("store_id", "other_store", "The assignment is for another store.")
    if sealed.started_at is not None and not (
        assignment.not_before - EARLY_OR_LATE
        <= sealed.started_at
        <= assignment.not_after + EARLY_OR_LATE
    ):
        yield Reason(
            "started_at", "outside_window", "The visit was more than a day outside its window."
        )


def _store(sealed: SealedAudit, reasons: list[Reason]) -> Store | None:
    if sealed.store_id is None:
        return None
    found = session().get(Store, (organisation_id(), sealed.store_id))
    if found is None:
        reasons.append(Reason("store_id", "unknown_store", "There is no such store."))
    return found


def _may_come_unasked(
    sealed: SealedAudit, store: Store, version: ChecklistVersion | None, actor: Actor
) -> bool:
    """Any visit that planning could have given to this person, in a store that they see anyway;
    of a store manager self-checks alone."""
    if sealed.assignment_id is not None or not may_come_unasked(actor.role, sealed.kind):
        return False
    if version is not None and not checklists.may_read(actor, version):
        return False
    mine = visible_stores(actor).subquery()
    return session().query(mine).filter(mine.c[0] == store.id).first() is not None


def _version(
    sealed: SealedAudit, assignment: Assignment | None, reasons: list[Reason]
) -> ChecklistVersion | None:
    if sealed.checklist_key is None or sealed.checklist_version is None:
        return None
    found = checklists.find_version(sealed.checklist_key, sealed.checklist_version)
    if found is None:
        message = "There is no such checklist version."
        reasons.append(Reason("checklist.version", "unknown_checklist", message))
        return None
    if sealed.checklist_sha256 not in (None, found.sha256):
        message = "The checklist on the phone was not this version's text."
        reasons.append(Reason("checklist.sha256", "other_checklist", message))
    if (
        found.withdrawn_at is not None
        and sealed.started_at
        and (sealed.started_at > found.withdrawn_at)
    ):
        message = "The version was withdrawn before the visit."
        reasons.append(Reason("checklist.version", "withdrawn_checklist", message))
    if assignment is not None and assignment.checklist_version_id != found.id:
        message = "The assignment asks for another version."
        reasons.append(Reason("checklist.version", "old_checklist", message))
    return found


def _visit(
    sealed: SealedAudit, assignment: Assignment | None, store: Store | None
) -> dict[str, dict[str, object]]:
    """What `show_if` may read, frozen with the audit."""
    kind = assignment.kind if assignment else sealed.kind
    asked = {}
    if kind is not None:
        asked = context.of_assignment(
            kind,
            assignment.scenario if assignment else None,
            purchase=assignment.purchase if assignment else False,
        )
    return {"store": context.of_store(store.attributes) if store else {}, "assignment": asked}


def _answers(
    sealed: SealedAudit, version: ChecklistVersion, visit: dict[str, dict[str, object]]
) -> Iterator[Reason]:
    checklist = parsed(version)
    faults = check_answers(
        checklist,
        sealed.answers,
        sealed.photos_by_item,
        visit["store"],
        visit["assignment"],
        sealed.language,
    )
    for fault in faults:
        yield Reason(f"answers.{fault.item}", fault.code, fault.message)
    for index, photo in enumerate(sealed.photos):
        if photo.item is not None and photo.item not in checklist.items:
            yield Reason(f"photos[{index}].item", "unknown_item", "The checklist has no such item.")
