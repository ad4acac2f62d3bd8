"""Writes of reviewers on audits that are not complete, or whose reply is not: accept, reject,
photos declared lost.

These may complete an audit, so they take the locks that intake takes: the digests' first, then
the audit's row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from auditapi.audits.intake import completion
from auditapi.audits.models import Audit, AuditPhoto
from auditapi.audits.review import queries, revising, rules
from auditapi.audits.review.facts import supply
from auditapi.audits.review.revising import Changes
from auditapi.audits.states import Acceptance, Delivery, PhotoState, VisitKind
from auditapi.core import activity
from auditapi.core.problems import INVALID, WRONG_STATE, Place, Problem
from auditapi.people.models import Actor
from auditapi.photos import service as photo_service


def accept(
    actor: Actor, audit_id: UUID, *, reason: str, changes: Changes, facts: Mapping[str, Any]
) -> Audit:
    """Let it count, whatever spoke against it; with `changes`, in the reviewer's reading, and
    with `facts` that its document lacks.

    What is delivered is completed by this. When another audit of its assignment counts already
    and its reasons don't say so, they do now and it stays in quarantine: the next acceptance
    knows. Raises `Problem`: WRONG_STATE, or INVALID when it can't be scored as it stands.
    """
    audit = _locked_with_photos(audit_id)
    if audit.acceptance not in rules.ACCEPT_FROM:
        raise _wrong_state(audit)
    if completion.told_of_another(audit):
        return audit
    supply(audit, facts)
    if changes:
        if audit.delivery is not Delivery.DELIVERED:
            raise _wrong_state(audit)
        revising.write(audit, 1, actor.person_id, reason, changes)
    audit.acceptance = Acceptance.ACCEPTED
    _take_kind_of_assignment(audit)
    activity.record(
        "audit.accepted",
        audit,
        reason=reason,
        reasons=audit.reasons,
        items=[change["item"] for change in changes],
        facts=sorted(facts),
    )
    if not completion.settle(audit, decided=True) and audit.delivery is Delivery.DELIVERED:
        places = [Place(found["place"], found["message"]) for found in audit.reasons]
        raise Problem(INVALID, "As it stands the audit can't be scored.", places=places)
    return audit


def _take_kind_of_assignment(audit: Audit) -> None:
    """Its answers were judged by the assignment's kind; so it must not pass for another, least
    of all a mystery shop for one that goes to the store at once."""
    asked = audit.context.get("assignment", {}).get("kind")
    if asked is not None:
        audit.kind = VisitKind(asked)


def reject(audit_id: UUID, *, reason: str) -> Audit:
    """It will not count. Bytes and receipt stay; it can still be accepted, or corrected."""
    audit = queries.locked(audit_id)
    if audit.acceptance not in rules.REJECT_FROM:
        raise _wrong_state(audit)
    audit.acceptance, audit.review_note = Acceptance.REJECTED, reason
    activity.record("audit.rejected", audit, reason=reason, reasons=audit.reasons)
    return audit


def declare_lost(audit_id: UUID, *, positions: Sequence[int] | None, reason: str) -> Audit:
    """Nobody waits for these photos any more (none named: all that are missing)."""
    audit = _locked_with_photos(audit_id)
    rows = {row.position: row for row in queries.photos(audit_id)}
    lost = _missing(rows, positions)
    for row in lost:
        row.state, row.reason = PhotoState.LOST, reason
    activity.record(
        "audit.photos_lost", audit, positions=[row.position for row in lost], reason=reason
    )
    completion.settle(audit)
    return audit


def _missing(rows: dict[int, AuditPhoto], positions: Sequence[int] | None) -> list[AuditPhoto]:
    if positions is None:
        found = [row for row in rows.values() if row.state is PhotoState.MISSING]
        if not found:
            raise Problem(WRONG_STATE, "No photo is missing.", state="delivered")
        return found
    unknown = [
        Place(f"json.positions[{number}]", "is no photo of this audit")
        for number, position in enumerate(positions)
        if position not in rows
    ]
    if unknown:
        raise Problem(INVALID, "There are no such photos.", places=unknown)
    for position in positions:
        state = rows[position].state
        if state is not PhotoState.MISSING:
            raise Problem(
                WRONG_STATE, f"Photo {position} is {state.value}, not missing.", state=state.value
            )
    return [rows[position] for position in sorted(set(positions))]


def _locked_with_photos(audit_id: UUID) -> Audit:
    photo_service.lock(queries.digests(audit_id))
    return queries.locked(audit_id)


def _wrong_state(audit: Audit) -> Problem:
    """Names the state that the audit is in."""
    complete = "complete" if audit.completed_at is not None else audit.delivery.value
    state = f"{complete} and {audit.acceptance.value}"
    return Problem(WRONG_STATE, f"The audit is {state}.", state=state)
