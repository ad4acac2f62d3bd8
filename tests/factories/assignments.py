"""An assignment straight into the database; planning itself is tested elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from auditapi.audits.models import Assignment, Round
from auditapi.audits.states import ByObject, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from tests.factories.chain import Chain


def assign(
    chain: Chain,
    version: ChecklistVersion,
    auditor: str = "cleo",
    store: str = "N1",
    kind: VisitKind = VisitKind.ANNOUNCED_AUDIT,
    **fields: Any,
) -> Assignment:
    """One visit, from yesterday until in a week, in a round of its own."""
    at = datetime.now(UTC)
    with db.transaction(chain.organisation.id):
        round_ = Round(
            name="Autumn",
            period_from=date(2026, 1, 1),
            period_until=date(2030, 1, 1),
            checklist_version_id=version.id,
            kind=kind,
            sampling=ByObject.ALL,
        )
        db.session().add(round_)
        db.session().flush()
        values: dict[str, Any] = {
            "not_before": at - timedelta(days=1),
            "not_after": at + timedelta(days=7),
            **fields,
        }
        assignment = Assignment(
            round_id=round_.id,
            auditor_id=chain.people[auditor].id,
            store_id=chain.stores[store].id,
            checklist_version_id=version.id,
            kind=kind,
            **values,
        )
        db.session().add(assignment)
    return assignment
