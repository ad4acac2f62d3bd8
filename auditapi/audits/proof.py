"""Whether failed critical items are proven: by photos that are here, until head office decides.

A failed critical item without the evidence that its rules ask for is provisional until the audit
is released: whoever releases it was asked whether every failed critical item is evidenced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from auditapi.audits.models import Audit, AuditPhoto
from auditapi.audits.states import PhotoState, Release
from auditapi.checklists.document import Checklist
from auditapi.checklists.evidence import missing_evidence
from auditapi.checklists.models import ChecklistVersion
from auditapi.checklists.parsed import parsed
from auditapi.core.db import organisation_id, session


def pictured(
    audit_id: UUID, checklist: Checklist, named: Collection[str | None]
) -> Mapping[str, int]:
    """How many photos that are here show each item whose failure they may have to prove. Asks
    nothing when none of the items `named` by photos is such a one: few audits have any."""
    critical = {key for key, item in checklist.items.items() if item.critical and item.evidence}
    return _here(audit_id) if not critical.isdisjoint(named) else {}


def _here(audit_id: UUID) -> Counter[str]:
    items = session().scalars(
        select(AuditPhoto.item).where(
            AuditPhoto.audit_id == audit_id,
            AuditPhoto.item.is_not(None),
            AuditPhoto.state == PhotoState.STORED,
        )
    )
    return Counter(item for item in items if item is not None)


def unproven(audit: Audit, explained: Mapping[str, Any]) -> tuple[str, ...]:
    """The failed critical items whose evidence is still to be confirmed; none after the release.

    A photo that came after the score was made (with a reply, or sent once more) proves as well.
    """
    missing = {c["item"]: set(c["missing_evidence"]) for c in explained["criticals"]}
    if audit.release is Release.RELEASED or not any(missing.values()):
        return ()
    here = _here(audit.id)
    values = {scored["key"]: scored["answer"] for scored in explained["items"]}
    return tuple(
        item
        for item, needs in missing.items()
        if needs and (not here[item] or needs & _asked_beside(audit, item, values.get(item)))
    )


def _asked_beside(audit: Audit, item: str, value: Any) -> frozenset[str]:
    """What the item's rules ask for beside a photo that is here: a comment that was asked for in
    its place, on covert work, is not."""
    version = session().get(ChecklistVersion, (organisation_id(), audit.checklist_version_id))
    found = parsed(version).items.get(item) if version is not None else None
    if found is None:
        return frozenset({"comment"})
    return frozenset(missing_evidence(found, {"value": value}, photos=1, covert=True))


def as_it_stands(audit: Audit, explained: Mapping[str, Any]) -> dict[str, Any]:
    """The explained score with `provisional` as it is now; all else stays as it was made."""
    return {**explained, "provisional": bool(unproven(audit, explained))}
