"""Rounds and assignments as the plain data that schemas write out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditapi.audits.models import Assignment, Audit, Round
from auditapi.audits.planning.scenarios import script_of
from auditapi.checklists.models import ChecklistVersion
from auditapi.stores.models import Store

#: What is told as it stands in the row.
_OF_VISIT = (
    *("id", "round_id", "store_id", "state", "kind", "by_time", "by_object", "mode"),
    "purchase",
)
_OF_ASSIGNMENT = (
    *("auditor_id", "not_possible", "state_note", "payable"),
    *("created_at", "changed_at"),
)
_OF_ROUND = (
    *("id", "name", "period_from", "period_until", "kind", "sampling", "seed", "sample_size"),
    *("sampled_from", "quotas", "minimum_days_between", "created_at", "closed_at"),
)
_KEPT_FROM_STORES = (
    *("auditor_id", "not_possible", "state_note", "payable", "scenario"),
    "changed_at",  # of a visit that is done, the time of it
)


def _copy(row: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def checklist_name(version: ChecklistVersion) -> dict[str, Any]:
    return {"key": version.key, "version": version.number, "sha256": version.sha256}


def visit(
    row: Assignment, store: Store, version: ChecklistVersion, names: Mapping[str, str]
) -> dict[str, Any]:
    """What the auditor has to know of an assignment; times by the store's clock. `names` are those
    by which the reader knows the audits that briefs follow up."""
    return {
        **_copy(row, _OF_VISIT),
        "brief": _with_known_name(row.brief, names),
        "scenario": script_of(row.scenario),
        "not_before": _by_clock_of(store, row.not_before),
        "not_after": _by_clock_of(store, row.not_after),
        "checklist": checklist_name(version),
    }


def _with_known_name(brief: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    earlier = brief.get("revisit_of")
    return {**brief, "revisit_of": names.get(earlier)} if earlier else brief


def _by_clock_of(store: Store, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(store.time_zone))


def assignment(
    row: Assignment,
    store: Store,
    version: ChecklistVersion,
    names: Mapping[str, str],
    *,
    whole: bool,
) -> dict[str, Any]:
    """For lists. Not `whole`: to a store that may know of the visit, but not who comes, what is
    asked, or what was written about it."""
    told = {**visit(row, store, version, names), **_copy(row, _OF_ASSIGNMENT)}
    if not whole:
        told.update(dict.fromkeys(_KEPT_FROM_STORES), brief={})
    return told


def returned(row: Audit, version: ChecklistVersion) -> dict[str, Any]:
    """What the auditor has to know to answer the return of an audit."""
    return {
        **_copy(
            row, ("id", "assignment_id", "store_id", "kind", "language", "revision", "context")
        ),
        "reason": row.review_note or "",
        "until": row.returned_until,
        "checklist": checklist_name(version),
    }


def round_(row: Round, version: ChecklistVersion) -> dict[str, Any]:
    return {**_copy(row, _OF_ROUND), "checklist": checklist_name(version)}
