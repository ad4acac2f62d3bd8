"""The demo chain, loaded from nothing into a running service."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text

from auditapi.audits.models import Audit
from auditapi.audits.states import VisitKind
from auditapi.core import db
from auditapi.core.settings import Settings
from auditapi.demo import standing, summary
from auditapi.demo.loading import Demo, bring
from auditapi.demo.visiting import load
from auditapi.people import queries, service
from auditapi.people.models import Person, Role
from auditapi.reports.models import Report
from auditapi.stores.models import Region, Store
from tests.factories.live import LiveServer
from tests.factories.worker import work_off

pytestmark = pytest.mark.database
SLUG = "demo"


def organisation() -> UUID | None:
    with db.transaction():
        return queries.organisation_id_of(SLUG)


@pytest.fixture
def out_of_the_way(engine: Engine) -> Iterator[None]:
    """The name is free again afterwards: what is loaded is committed, and stays."""
    yield
    loaded = organisation()
    if loaded is not None:
        with db.transaction(loaded):
            service.rename_organisation(f"{SLUG}-of-a-test-{secrets.token_hex(4)}")


def test_the_demo_is_loaded_once_and_whole(
    app: Flask,
    settings: Settings,
    live: LiveServer,
    own_queue: None,
    out_of_the_way: None,
    tmp_path: Path,
) -> None:
    chain = load("chain.yaml")
    report, facts = tmp_path / "store-report.pdf", tmp_path / "demo.json"
    demo = Demo(
        live.url,
        standing.begin(chain),
        lambda _said: None,
        drawers=lambda: ThreadPoolExecutor(1),
        visits=load("visits.yaml")[2:],  # the two that only make a trend cost as much as others
        wait=lambda _seconds: print_one(demo, settings),
        long_side=320,
    )
    bring(demo, report)
    assert report.read_bytes().startswith(b"%PDF")
    before = counted()
    assert before["regions"] == 3
    assert before["stores"] == 12
    assert before["audits"] >= 6
    assert all(before[role.value] for role in Role)

    again = ["demo", "load", "--url", live.url, "--facts", str(facts)]
    result = app.test_cli_runner().invoke(args=again)
    assert result.exit_code == 0, result.output
    assert counted() == before
    told = summary.read(facts)
    assert told is not None
    assert set(told.people.values()) == {role.value for role in Role}
    assert f"{live.url}/app" in result.output
    assert str(report) in result.output


def print_one(demo: Demo, settings: Settings) -> None:
    """The report that is waited for, and none of the others: each takes a while."""
    with db.transaction() as session:
        db.enter(queries.organisation_id_of(demo.slug))
        store = Audit.store_id == UUID(demo.stores["SEOUL-001"]["id"])
        audit = select(Audit.id).where(store, Audit.kind == VisitKind.ANNOUNCED_AUDIT)
        (report,) = session.scalars(select(Report.id).where(Report.audit_id.in_(audit)))
        others = "DELETE FROM procrastinate_jobs WHERE args->>'report_id' IS DISTINCT FROM :report"
        session.execute(text(others), {"report": str(report)})
    work_off(settings)


def counted() -> Counter[str]:
    with db.transaction(organisation()) as session:
        found = Counter(role.value for role in session.scalars(select(Person.role)))
        finished = Audit.completed_at.is_not(None)
        found["audits"] = session.scalar(select(func.count(Audit.id)).where(finished)) or 0
        found["regions"] = session.scalar(select(func.count(Region.id))) or 0
        found["stores"] = session.scalar(select(func.count(Store.id))) or 0
    return found
