"""What a reviewer knows of a quarantined audit and its document does not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditapi.audits import context
from auditapi.audits.models import Audit
from auditapi.checklists import queries as checklists
from auditapi.core.db import now, organisation_id, session
from auditapi.core.problems import INVALID, Place, Problem
from auditapi.stores.models import Store

NEEDED = {
    "store_id": "store_id",
    "kind": "kind",
    "started_at": "started_at",
    "checklist": "checklist_version_id",
}
"""Without these nothing is scored: the name on the wire, and that of the audit's column."""


def supply(audit: Audit, facts: Mapping[str, Any]) -> None:
    """Fill in what is lacking. What the document says stands: it is the auditor's word.

    Raises `Problem`: INVALID, naming every fact that can't be taken and every one that is lacking
    still.
    """
    faults = [Place(f"json.facts.{name}", said) for name, said in _take(audit, facts)]
    faults += [
        Place(
            f"json.facts.{name}", "is needed: the document does not say it, or names nothing here"
        )
        for name, column in NEEDED.items()
        if name not in facts and getattr(audit, column) is None
    ]
    if faults:
        raise Problem(INVALID, "These facts do not make an audit.", places=faults)


def _take(audit: Audit, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with them: name, and what was expected."""
    for name in facts:
        if getattr(audit, NEEDED[name]) is not None:
            yield name, "stands in the document already"
        elif fault := _TAKERS[name](audit, facts[name]):
            yield name, fault


def _take_store(audit: Audit, store_id: Any) -> str | None:
    store = session().get(Store, (organisation_id(), store_id))
    if store is None:
        return "is no store"
    audit.store_id = store.id
    audit.context = {**audit.context, "store": context.of_store(store.attributes)}
    return None


def _take_kind(audit: Audit, kind: Any) -> str | None:
    audit.kind = kind
    if not audit.context.get("assignment"):
        asked = context.of_assignment(kind, None, purchase=False)
        audit.context = {**audit.context, "assignment": asked}
    return None


def _take_moment(audit: Audit, moment: Any) -> str | None:
    if moment > now():
        return "must not lie ahead"
    audit.started_at, audit.visited_on = moment, moment.date()
    return None


def _take_checklist(audit: Audit, named: Any) -> str | None:
    version = checklists.find_version(named["key"], named["version"])
    if version is None:
        return "is no published version"
    audit.checklist_version_id = version.id
    return None


_TAKERS = {
    "store_id": _take_store,
    "kind": _take_kind,
    "started_at": _take_moment,
    "checklist": _take_checklist,
}
