"""Rounds and assignments straight into the database, and what one posts to plan them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from auditapi.audits.models import Assignment, Round
from auditapi.audits.states import ByObject, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from tests.factories.chain import Chain
from tests.factories.visits import publish

__all__ = [
    "BRIEF",
    "add_assignment",
    "add_round",
    "listed",
    "offer",
    "offer_all",
    "places",
    "proposal",
    "publish",
    "publish_standard",
]

CHECKLISTS = Path(__file__).parents[2] / "checklists"
SEOUL = ZoneInfo("Asia/Seoul")

#: What the service standard asks of an announced audit's brief.
BRIEF: dict[str, Any] = {
    "must_have_products": [f"Product {number}" for number in range(1, 11)],
    "bay": "Bay 7, dairy",
    "item_to_find": "Batteries",
}


@cache
def _standard() -> str:
    return (CHECKLISTS / "service-standard.yaml").read_text(encoding="utf-8")


def publish_standard(chain: Chain) -> ChecklistVersion:
    """The service standard that is shipped."""
    return publish(chain, _standard())


def add_round(
    chain: Chain,
    version: ChecklistVersion,
    kind: VisitKind = VisitKind.ANNOUNCED_AUDIT,
    **changes: Any,
) -> Round:
    """All stores, in November 2026."""
    values: dict[str, Any] = {
        "name": "Autumn",
        "period_from": date(2026, 11, 1),
        "period_until": date(2026, 11, 30),
        "sampling": ByObject.ALL,
        "sampled_from": sorted(str(store.id) for store in chain.stores.values()),
        **changes,
    }
    with db.transaction(chain.organisation.id):
        round_ = Round(checklist_version_id=version.id, kind=kind, **values)
        db.session().add(round_)
    return round_


def add_assignment(
    chain: Chain,
    round_: Round,
    store: str = "N1",
    auditor: str = "cleo",
    day: date = date(2026, 11, 20),
    **changes: Any,
) -> Assignment:
    """From ten to eighteen o'clock of one day, by the store's clock."""
    opening = datetime(day.year, day.month, day.day, 10, tzinfo=SEOUL)
    values: dict[str, Any] = {
        "not_before": opening,
        "not_after": opening + timedelta(hours=8),
        **changes,
    }
    with db.transaction(chain.organisation.id):
        assignment = Assignment(
            round_id=round_.id,
            store_id=chain.stores[store].id,
            auditor_id=chain.people[auditor].id,
            checklist_version_id=round_.checklist_version_id,
            kind=round_.kind,
            **values,
        )
        db.session().add(assignment)
    return assignment


def proposal(
    chain: Chain, round_: Round, store: str = "N1", auditor: str = "cleo", **changes: Any
) -> dict[str, Any]:
    """What head office posts to assign a visit on 20 November."""
    return {
        "round_id": str(round_.id),
        "store_id": str(chain.stores[store].id),
        "auditor_id": str(chain.people[auditor].id),
        "not_before": "2026-11-20T10:00:00",
        "not_after": "2026-11-20T18:00:00",
        **changes,
    }


def offer(
    client: FlaskClient, chain: Chain, round_: Round, who: str = "ana", **changes: Any
) -> Any:
    body = proposal(chain, round_, **changes)
    return client.post("/api/v1/assignments", json=body, headers=chain.posting_as(who))


def offer_all(client: FlaskClient, chain: Chain, *bodies: dict[str, Any]) -> Any:
    return client.post(
        "/api/v1/assignments/bulk",
        json={"assignments": list(bodies)},
        headers=chain.posting_as("ana"),
    )


def places(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422
    return {error["path"]: error["message"] for error in answer.get_json()["errors"]}


def listed(client: FlaskClient, chain: Chain, who: str, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/assignments{query}", headers=chain.as_(who))
    rows: list[dict[str, Any]] = answer.get_json()["assignments"]
    return rows
