"""What whoever runs the service watches: numbers that all processes sum up, and a log in JSON."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from sqlalchemy import Engine

from auditapi.core.embedded import processes
from auditapi.core.settings import Address, Settings
from auditapi.launch import environment
from tests.factories.live import ROOT, LiveServer, environment_of, free_port

pytestmark = pytest.mark.database
STRAGGLERS = "auditapi_stragglers_total"
ALIVE = 'auditapi_requests_total{endpoint="health.healthz",method="GET",status="200"}'
#: The periodic job, as a worker's process runs it, that has found three.
COUNT_THREE = """
from uuid import uuid4
from auditapi.app import create_app
from auditapi.audits import housekeeping
create_app()
housekeeping.for_each_organisation = lambda work: work(uuid4())
housekeeping.stragglers.find = lambda: [1, 2, 3]
housekeeping.stragglers.complete = lambda audit_id: True
housekeeping.complete_stragglers(0)
"""


def numbers(address: str) -> dict[str, float]:
    """Each sample by its name and labels; asked by a connection of its own, so that it is not
    always the same process that answers."""
    with urllib3.PoolManager(retries=False) as pool:
        said = pool.request("GET", f"{address}/metrics", headers={"Connection": "close"})
    assert said.status == 200
    lines = [line for line in said.data.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def ask(address: str, path: str, times: int = 1, request_id: str = "") -> None:
    headers = {"Connection": "close", "X-Request-Id": request_id}
    for _ in range(times):
        with urllib3.PoolManager(retries=False) as pool:
            pool.request("GET", f"{address}{path}", headers=headers)


@pytest.fixture(scope="module")
def server(
    settings: Settings, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """Two web processes with one folder for their numbers, which was not there, and a log."""
    place = tmp_path_factory.mktemp("watching")
    server = LiveServer(settings, processes=2, log=place / "web.log")
    server.start(PROMETHEUS_MULTIPROC_DIR=str(place / "counts"))
    yield server
    server.stop()


def counts(server: LiveServer) -> Path:
    assert server.log is not None
    return server.log.with_name("counts")


def web_processes(server: LiveServer) -> list[int]:
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    return [int(pid) for pid in children.read_text(encoding="ascii").split()]


def logged(server: LiveServer) -> list[dict[str, Any]]:
    """Fails for a line that is no JSON."""
    assert server.log is not None
    return [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines()]


def ask_both(server: LiveServer) -> int:
    """Until each web process has answered: with the one that forked them, there are three files
    then. How often that took."""
    asked = 0
    while asked < 12 or len(list(counts(server).glob("counter_*.db"))) < 3:
        ask(server.url, "/healthz")
        asked += 1
        assert asked < 2000, "one process answers everything"
    return asked


def test_whichever_web_process_is_asked_it_tells_the_numbers_of_all(server: LiveServer) -> None:
    before = numbers(server.url).get(ALIVE, 0)
    asked = ask_both(server)
    assert {numbers(server.url)[ALIVE] for _ in range(8)} == {before + asked}


def test_a_web_process_that_ends_takes_no_number_with_it(server: LiveServer) -> None:
    ask_both(server)  # one that has only just been forked does not hear that it shall end
    before, old = numbers(server.url)[ALIVE], web_processes(server)
    os.kill(old[0], signal.SIGTERM)
    assert processes.wait_until(
        lambda: (
            len(set(web_processes(server)) - set(old)) == 1 and old[0] not in web_processes(server)
        ),
        60,
    )
    server.wait_until_alive()
    assert numbers(server.url)[ALIVE] == before + 1


def test_what_the_worker_counts_is_told_by_the_web_server(server: LiveServer) -> None:
    assert numbers(server.url)[STRAGGLERS] == 0
    variables = environment_of(server.settings)
    variables["PROMETHEUS_MULTIPROC_DIR"] = str(counts(server))
    subprocess.run([sys.executable, "-c", COUNT_THREE], cwd=ROOT, env=variables, check=True)
    assert {numbers(server.url)[STRAGGLERS] for _ in range(4)} == {3}


def test_a_worker_on_another_machine_tells_its_numbers_at_a_port_of_its_own(
    settings: Settings, own_queue: None
) -> None:
    port = free_port()
    variables = {**environment_of(settings), "WORKER_METRICS_PORT": str(port)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env=variables)
    try:
        assert processes.wait_until(lambda: _answers(port) or worker.poll() is not None, 60)
        assert numbers(f"http://127.0.0.1:{port}")[STRAGGLERS] == 0
    finally:
        worker.terminate()
        worker.wait(30)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_each_start_of_the_trial_counts_from_nothing_in_a_folder_of_its_own(
    tmp_path: Path,
) -> None:
    where = Address("127.0.0.1", 8000)
    variables = environment.common({}, tmp_path, where)
    folder = Path(variables["PROMETHEUS_MULTIPROC_DIR"])
    for _ in range(2):
        environment.forget_counts(tmp_path)
        assert list(folder.iterdir()) == []
        (folder / "counter_1.db").touch()
    another = environment.common({"PROMETHEUS_MULTIPROC_DIR": "/another"}, tmp_path, where)
    assert another["PROMETHEUS_MULTIPROC_DIR"] == str(folder)


def test_every_line_of_the_log_is_json_gunicorns_own_too(server: LiveServer) -> None:
    ask(server.url, "/api/v1/me", request_id="phone-17")
    lines = logged(server)
    assert any(line["event"].startswith("Starting gunicorn") for line in lines)
    assert [line["event"] for line in lines if line.get("request_id") == "phone-17"] == ["request"]
    assert all(line["timestamp"] and line["level"] for line in lines)


def test_what_is_no_request_is_logged_under_no_requests_id(server: LiveServer) -> None:
    for _ in range(20):  # so that the threads have all had one
        ask(server.url, "/api/v1/me")
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(b"no request at all\r\n\r\n")
        assert b"400" in line.recv(100)
    [said] = [one for one in logged(server) if one["event"].startswith("Invalid request")]
    assert "request_id" not in said
