"""Reports and the queue: nothing is lost with a worker, nothing is made twice or tried for ever."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from auditapi.core import db, jobs, stalled
from auditapi.core.settings import Settings
from auditapi.reports import gathering
from auditapi.reports import jobs as report_jobs
from auditapi.reports.failures import REASONS, RenderFailed
from auditapi.reports.models import Report, ReportState
from tests.factories.chain import Chain, make_chain
from tests.factories.live import ROOT, environment_of
from tests.factories.reports import complete, get
from tests.factories.visits import Visit, publish
from tests.factories.worker import work_off

pytestmark = pytest.mark.database

#: Says which report it is about to render, and does it once somebody answers.
WORKER = """
import sys
from auditapi.app import create_app
from auditapi.core import jobs, settings
from auditapi.reports import jobs as reports
def render(report, pictures):
    print(report.language, flush=True)
    sys.stdin.readline()
    return b"%PDF"
reports.render = render
create_app()
jobs.work(settings.read().database_url, 1, until_empty=True)
"""


def worker_process(settings: Settings) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT, env=environment_of(settings),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def people(own_queue: None) -> Chain:
    return make_chain()


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def asked(people: Chain, phone: FlaskClient) -> Visit:
    """A completed audit, whose report waits."""
    return complete(phone, people, publish(people))


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A render that takes no time, and the reports it was asked for."""
    made: list[str] = []

    def render(report: Any, _pictures: Any) -> bytes:
        made.append(report.language)
        return f"%PDF of {report.language}".encode()

    monkeypatch.setattr(report_jobs, "render", render)
    return made


def rows(chain: Chain) -> list[Report]:
    with db.transaction(chain.organisation.id) as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def begin_all_now(chain: Chain) -> None:
    """As if the pauses between tries were over."""
    with db.transaction(chain.organisation.id) as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))


def test_a_worker_killed_in_mid_render_loses_nothing_and_the_next_one_makes_the_report(
    people: Chain, phone: FlaskClient, asked: Visit, settings: Settings, renders: list[str]
) -> None:
    with worker_process(settings) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "en\n"
        worker.send_signal(signal.SIGKILL)
    work_off(settings)
    assert renders == []
    with db.transaction(people.organisation.id) as session:
        silent = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
        session.execute(text(silent))
        jobs.defer("queue.take_up", timestamp=0)
    work_off(settings)
    work_off(settings)
    assert renders == ["en"]
    assert [(row.state, row.attempts) for row in rows(people)] == [(ReportState.READY, 2)]
    assert get(phone, people, asked, "ben").data == b"%PDF of en"


def test_a_job_that_its_workers_die_of_is_given_up(people: Chain, settings: Settings) -> None:
    with db.transaction(people.organisation.id) as session:
        jobs.defer("objects.delete", key="tests/deadly")
        deadly = (
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = :often"
            " WHERE args->>'key' = 'tests/deadly'"
        )
        session.execute(text(deadly), {"often": stalled.MOST_DEATHS})
        jobs.defer("queue.take_up", timestamp=0)
    work_off(settings)
    with db.transaction(people.organisation.id) as session:
        found = "SELECT status::text FROM procrastinate_jobs WHERE args->>'key' = 'tests/deadly'"
        assert session.scalar(text(found)) == "failed"


def test_two_workers_share_the_queue_and_make_each_report_once(
    people: Chain, phone: FlaskClient, asked: Visit, settings: Settings
) -> None:
    languages = ("en", "ko", "ru", "zh-Hant")
    for language in languages:
        get(phone, people, asked, "ana", f"?view=store&lang={language}")
    with worker_process(settings) as one, worker_process(settings) as other:
        assert one.stdout is not None
        assert other.stdout is not None
        at_once = [one.stdout.readline().strip(), other.stdout.readline().strip()]
        later = [worker.communicate("\n" * len(languages))[0].split() for worker in (one, other)]
    assert sorted([*at_once, *later[0], *later[1]]) == sorted(languages)
    assert {row.state for row in rows(people)} == {ReportState.READY}


def test_a_report_that_hits_a_limit_fails_alone_with_a_reason_and_is_not_tried_again(
    people: Chain, phone: FlaskClient, asked: Visit, settings: Settings,
    renders: list[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip

    def render(report: Any, _pictures: Any) -> bytes:
        renders.append(report.language)
        if report.language == "ko":
            raise RenderFailed("memory", "SIGABRT")
        return b"%PDF"

    monkeypatch.setattr(report_jobs, "render", render)
    get(phone, people, asked, "ana", "?view=store&lang=ko")
    for _ in range(2):
        work_off(settings)
        begin_all_now(people)
    assert sorted(renders) == ["en", "ko"]
    told = get(phone, people, asked, "ana", "?view=store&lang=ko")
    assert (told.status_code, told.get_json()["detail"]) == (500, REASONS["memory"])
    assert get(phone, people, asked, "ana", "?view=store&lang=en").status_code == 200


@pytest.mark.parametrize("fails", [False, True])
def test_an_audit_is_not_released_while_its_report_is_gathered_or_finished(
    people: Chain, asked: Visit, renders: list[str], monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """Release locks the audit and then its reports, and outdates them: what locks a report before
    the audit waits for it while it waits for the report, and what gathers without the audit
    writes over that the report is outdated."""
    free: list[tuple[str, bool]] = []

    def noting(name: str, does: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def doing(given: Any) -> Any:
            free.append((name, Context().run(can_be_released, people, asked)))
            return does(given)

        return doing

    def failing(_report: Any, _pictures: Any) -> bytes:
        raise RenderFailed("memory", "SIGABRT")

    monkeypatch.setattr(gathering, "gather", noting("gather", gathering.gather))
    monkeypatch.setattr(report_jobs, "_render", noting("render", report_jobs._render))
    monkeypatch.setattr(report_jobs, "_row", noting("row", report_jobs._row))
    if fails:
        monkeypatch.setattr(report_jobs, "render", failing)
    [report] = rows(people)
    report_jobs.render_report(str(report.organisation_id), str(report.id))
    assert free == [
        ("row", True), ("gather", False), ("row", False), ("render", True), ("row", False)
    ]  # fmt: skip


def can_be_released(chain: Chain, what: Visit) -> bool:
    with db.transaction(chain.organisation.id) as session:
        locked = text("SELECT id FROM audits WHERE id = :id FOR UPDATE SKIP LOCKED")
        return session.scalar(locked, {"id": what.id}) is not None


def test_a_report_that_is_stopped_again_and_again_is_given_up_and_can_be_asked_for_again(
    people: Chain, phone: FlaskClient, asked: Visit, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    tried = []

    def stopped(_report: Any, _pictures: Any) -> bytes:
        tried.append(1)
        raise RenderFailed("stopped", "SIGKILL")

    monkeypatch.setattr(report_jobs, "render", stopped)
    for _ in range(report_jobs.MOST_ATTEMPTS + 3):
        work_off(settings)
        begin_all_now(people)
    assert len(tried) == report_jobs.MOST_ATTEMPTS
    answer = get(phone, people, asked, "ana", "?view=store")
    assert answer.get_json()["detail"] == REASONS["given_up"]
    assert get(phone, people, asked, "ana", "?view=store&again=true").status_code == 202


def test_a_finished_report_is_an_event_in_the_activity_log(
    people: Chain, phone: FlaskClient, asked: Visit, settings: Settings, renders: list[str]
) -> None:
    work_off(settings)
    asked_for = "/api/v1/activity?action=report.rendered"
    events = phone.get(asked_for, headers=people.as_("ada")).get_json()["activity"]
    (report,) = rows(people)
    assert [(event["subject_id"], event["details"]["sha256"]) for event in events] == [
        (str(report.id), report.sha256)
    ]
    assert events[0]["details"]["audit_id"] == str(report.audit_id)
