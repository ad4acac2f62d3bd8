"""New photos in the reply to a return: read, checked, and put behind those that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditapi.audits.intake import document
from auditapi.audits.intake import service as intake
from auditapi.audits.intake.document import DeclaredPhoto
from auditapi.audits.models import Audit
from auditapi.audits.review import queries
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.core.db import organisation_id, session
from auditapi.core.problems import INVALID, Place, Problem


def read(entries: Sequence[Mapping[str, Any]]) -> list[DeclaredPhoto]:
    """The photos that a reply lists. Raises `Problem(INVALID)`: unlike a visit, a reply can be
    put right and sent again."""
    listed, reasons = document.read_photos(entries)
    if reasons:
        places = [Place(f"json.{reason.place}", reason.message) for reason in reasons]
        raise Problem(INVALID, "These photos can't be added.", places=places)
    return listed


def add(audit: Audit, listed: Sequence[DeclaredPhoto]) -> None:
    """Put them behind the photos of a locked audit; they belong to its next revision.

    Raises `Problem(INVALID)` for photos that it has, or of items that it doesn't have.
    """
    rows = queries.photos(audit.id)
    faults = list(_faults(audit, listed, {row.sha256 for row in rows}))
    if len(rows) + len(listed) > document.MOST_PHOTOS:
        faults.append(Place("json.photos", f"are more than {document.MOST_PHOTOS} in all"))
    if faults:
        raise Problem(INVALID, "These photos can't be added.", places=faults)
    intake.declare(audit, audit.auditor_id, listed, first=len(rows), revision=audit.revision + 1)


def _faults(audit: Audit, listed: Sequence[DeclaredPhoto], known: set[str]) -> Iterator[Place]:
    version = session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id))
    items = parsed(version).items if version is not None else {}
    for index, photo in enumerate(listed):
        if photo.sha256 in known:
            yield Place(f"json.photos[{index}].sha256", "is a photo of this audit already")
        if photo.item is not None and photo.item not in items:
            yield Place(f"json.photos[{index}].item", "is not an item of the audit's checklist")
        known.add(photo.sha256)
