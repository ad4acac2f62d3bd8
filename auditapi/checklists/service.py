"""Writes: publishing checklists, and taking versions out of use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from auditapi.checklists import queries
from auditapi.checklists.difference import meaning_changes
from auditapi.checklists.document import Checklist, InvalidChecklist, as_json, digest, parse
from auditapi.checklists.document import Problem as Fault
from auditapi.checklists.document import read_yaml as read_yaml_text
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.checklists.raw import from_json
from auditapi.core import activity
from auditapi.core.db import now, session
from auditapi.core.moments import YEARS, is_kept
from auditapi.core.problems import INVALID, INVALID_CHECKLIST, Place, Problem


@dataclass(frozen=True)
class PlaceInText(Place):
    """A place in a text whose lines are known."""

    line: int


def read_yaml(text: str) -> Checklist:
    """A checklist from YAML text. Raises `Problem(INVALID_CHECKLIST)`, with every place and
    line."""
    try:
        return read_yaml_text(text, "checklist")
    except InvalidChecklist as error:
        raise refusal(error.problems) from None


def read_json(text: str) -> Checklist:
    """As `read_yaml`, for JSON text; without lines."""
    try:
        return parse(from_json(text))
    except InvalidChecklist as error:
        raise refusal(error.problems) from None
    except (ValueError, RecursionError) as error:
        raise refusal([Fault("", f"is not JSON: {error}")]) from None


def refusal(faults: Iterable[Fault]) -> Problem:
    """The faults of a checklist, as an answer can tell them."""
    places = [
        Place(fault.path, fault.message)
        if fault.line is None
        else PlaceInText(fault.path, fault.message, fault.line)
        for fault in faults
    ]
    return Problem(INVALID_CHECKLIST, "The checklist can't be published as it is.", places=places)


def next_number(checklist: Checklist) -> int:
    """What number this checklist would get. Raises `Problem(INVALID_CHECKLIST)` when an item
    means something else than under the same key of any earlier version."""
    earlier = queries.published(checklist.key)
    # Of every version, not of the last one only: a key that was gone may have come back.
    changed = {
        fault.path: fault for old in earlier for fault in meaning_changes(parsed(old), checklist)
    }
    if changed:
        raise refusal(changed.values())
    return earlier[0].number + 1 if earlier else 1


def publish(checklist: Checklist, *, available_from: datetime | None = None) -> ChecklistVersion:
    """Freeze a checklist as the next version of its key, handed out from a moment on (now).

    That no text is published twice, and no number given twice, the database sees to. Raises
    `Problem(INVALID)` for a moment that could not be read back.
    """
    if available_from is not None and not is_kept(available_from):
        place = Place("available_from", YEARS)
        raise Problem(INVALID, "The checklist can't be handed out from then on.", places=[place])
    version = ChecklistVersion(
        key=checklist.key,
        number=next_number(checklist),
        sha256=digest(checklist),
        title=dict(checklist.title),
        document=as_json(checklist),
        published_by=activity.acting_person.get(),
        available_from=available_from or now(),
    )
    session().add(version)
    session().flush()
    activity.record(
        "checklist.published",
        version,
        key=version.key,
        version=version.number,
        sha256=version.sha256,
    )
    return version


def withdraw(version: ChecklistVersion) -> ChecklistVersion:
    """It is not handed out any more; what was made with it stays valid. May be repeated."""
    if version.withdrawn_at is None:
        version.withdrawn_at = now()
        activity.record("checklist.withdrawn", version, key=version.key, version=version.number)
    return version


def reinstate(version: ChecklistVersion) -> ChecklistVersion:
    """Undo a withdrawal: the same text could not be published again. May be repeated."""
    if version.withdrawn_at is not None:
        version.withdrawn_at = None
        activity.record("checklist.reinstated", version, key=version.key, version=version.number)
    return version
