"""One revision written: its changes checked, photos covered, the whole scored anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from auditapi.audits.intake import completion, marking
from auditapi.audits.models import Audit, AuditPhoto, Revision
from auditapi.audits.review import queries, rules
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.checklists.scoring import NotScorable
from auditapi.core.db import organisation_id, session
from auditapi.core.problems import INVALID, Place, Problem
from auditapi.photos.marks import InvalidMarks, parse_marks

Changes = Sequence[Mapping[str, Any]]


def write(audit: Audit, number: int, author_id: UUID, reason: str, changes: Changes) -> None:
    """Add revision `number` with `changes` = [{"item", "answer" (None: taken away), "reason"}].

    Raises `Problem(INVALID)` with the place of each change that changes nothing sensible.
    """
    version = session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id))
    standing = completion.answers_of(audit, completion.sealed_document(audit))
    items = parsed(version).items if version is not None else {}
    faults = [
        Place(f"json.changes{place}", message)
        for place, message in rules.change_faults(changes, items, standing)
    ]
    if faults:
        raise Problem(INVALID, "These changes can't be made.", places=faults)
    session().add(
        Revision(
            audit_id=audit.id,
            number=number,
            author_id=author_id,
            reason=reason,
            changes=[
                {
                    "item": change["item"],
                    "answer": change["answer"],
                    "before": standing.get(change["item"]),
                    "reason": change.get("reason", ""),
                }
                for change in changes
            ],
        )
    )
    session().flush()


def revise(audit: Audit, author_id: UUID, reason: str, changes: Changes) -> int:
    """Lay a new revision over a completed, locked audit and score it. Returns its number.

    Raises `Problem(INVALID)` when the answers would not make a score any more.
    """
    number = audit.revision + 1
    write(audit, number, author_id, reason, changes)
    audit.revision = number
    try:
        completion.score_revision(audit, number)
    except NotScorable as error:
        raise Problem(
            INVALID, "With these changes the audit can't be scored.", places=_places(error, changes)
        ) from None
    return number


def _places(error: NotScorable, changes: Changes) -> list[Place]:
    numbers = {change["item"]: number for number, change in enumerate(changes)}
    return [
        Place(
            f"json.changes[{numbers[reason.item]}].answer"
            if reason.item in numbers
            else f"answers.{reason.item}",
            reason.message,
        )
        for reason in error.reasons
    ]


def cover(audit: Audit, areas: Sequence[Mapping[str, Any]]) -> list[int]:
    """Lay redactions over photos: [{"position", "at", "size"}], 0…1 of the upright picture.

    What was drawn before stays. Returns the positions of the photos that were covered; their
    pictures are made anew by the job that follows, and nothing is shown of them until then.
    """
    rows = {row.position: row for row in queries.photos(audit.id)}
    faults: list[Place] = []
    for number, area in enumerate(areas):
        row = rows.get(area["position"])
        if row is None:
            faults.append(Place(f"json.cover[{number}].position", "is no photo of this audit"))
        else:
            faults += _cover(row, area, f"json.cover[{number}]")
    if faults:
        raise Problem(INVALID, "The photos can't be covered so.", places=faults)
    return sorted({area["position"] for area in areas})


def _cover(row: AuditPhoto, area: Mapping[str, Any], path: str) -> list[Place]:
    redaction = {"kind": "redact", "at": area["at"], "size": area["size"]}
    try:
        parse_marks([redaction])
    except InvalidMarks as invalid:
        return [Place(path, str(problem)) for problem in invalid.problems]
    row.marks = [*row.marks, redaction]
    row.redactions = marking.redactions_name(marking.redactions_of(row.marks))
    return []
