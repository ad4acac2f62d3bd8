"""`make run` as a person meets it: real starts, real signals."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from auditapi.core.embedded import EmbeddedError, forget, places, ports, processes
from auditapi.core.settings import Address, Settings
from auditapi.demo import summary
from auditapi.demo.summary import Facts
from auditapi.launch import environment, run, tables
from auditapi.launch.watch import Kept
from tests.factories.chain import Chain
from tests.factories.listening import LOOPBACK, listening_addresses
from tests.factories.live import environment_of, free_port

ROOT = Path(__file__).parents[2]
NAMES_WE_SET = ("DATABASE_URL", "DATABASE_OWNER_URL", "S3_ENDPOINT_URL", "S3_BUCKET", "PUBLIC_URL")


NOTHING: Mapping[str, str] = {}


class Start:
    """One `python -m auditapi.launch run` and what it has printed so far. Without `demo`, no demo
    chain is loaded: that takes long."""

    def __init__(
        self, state: Path, port: int, *, demo: bool = False, given: Mapping[str, str] = NOTHING
    ) -> None:
        self.state, self.port = state, port
        self._printed = state.parent / f"printed-{time.monotonic_ns()}"
        bare = {key: value for key, value in os.environ.items() if key not in NAMES_WE_SET}
        options = ["--state", str(state), *([] if demo else ["--without-demo"])]
        with self._printed.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "auditapi.launch", "run", *options],
                cwd=ROOT,
                env={**bare, "PORT": str(port), "WEB_CONCURRENCY": "1", **given},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def printed(self) -> str:
        return self._printed.read_text(encoding="utf-8")

    def wait_for(self, text: str, seconds: float = 180) -> None:
        assert processes.wait_until(
            lambda: text in self.printed or self.process.poll() is not None, seconds
        )
        assert text in self.printed, self.printed

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as said:
                return bool(said.status == 200)
        except OSError:
            return False

    def pids(self) -> list[int]:
        """Whoever lives on this state folder, under any user."""
        mark = f"{environment.MARK}={self.state}"
        ours = processes.found(lambda words: mark in words, what="environ")
        weed = processes.found(lambda words: f"-dir={self.state}/s3" in words)
        data = f"{self.state}/postgres/data"
        postgres = processes.found(lambda words: data in words, places.postgres_account().uid)
        return ours + weed + postgres

    def child(self, *command: str) -> list[int]:
        """The pid of what was started by this command, not of what that has forked; none while it
        is not there."""
        found = processes.found(lambda words: words[-len(command) :] == [*command])
        return [pid for pid in found if parent_of(pid) == self.process.pid]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)


def parent_of(pid: int) -> int:
    """0 of a process that has ended meanwhile."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def make_state() -> Path:
    parent = Path(tempfile.mkdtemp())
    parent.chmod(0o755)
    return places.open_state_folder(parent / "state")


def throw_away(state: Path) -> None:
    forget(state)
    shutil.rmtree(state.parent)


@pytest.fixture(scope="module")
def running() -> Iterator[Start]:
    state = make_state()
    start = Start(state, free_port())
    start.wait_for("Running at")
    yield start
    try:
        assert start.end(signal.SIGINT) == 0
        assert start.pids() == [], "Ctrl-C left something behind"
    finally:
        throw_away(state)


def test_it_shows_its_steps_and_answers_where_it_says(running: Start) -> None:
    assert "PostgreSQL and object storage … " in running.printed
    assert "Sign in to" not in running.printed
    assert f"Running at http://127.0.0.1:{running.port} " in running.printed
    assert running.is_ready()


def test_a_second_start_says_where_the_first_one_is_and_ends(running: Start) -> None:
    second = Start(running.state, free_port())
    assert second.process.wait(120) == 1
    assert f"It runs already: http://127.0.0.1:{running.port} " in second.printed
    assert running.is_ready()


WEB_SERVER, WORKER = ("gunicorn", "wsgi:app"), ("flask", "worker")


def test_only_the_loopback_address_listens_at_whatever_was_started(running: Start) -> None:
    assert processes.wait_until(lambda: len(running.child(*WEB_SERVER)) == 1, 60)
    assert processes.wait_until(running.is_ready, 120)  # another test may just have killed it
    pids = running.pids()
    assert {*running.child(*WEB_SERVER), *running.child(*WORKER)} <= {*pids}
    addresses = listening_addresses([running.process.pid, *pids])
    assert {address.split(":")[0] for address in addresses} == {LOOPBACK}
    # The web server, nine of SeaweedFS, one of PostgreSQL: the look did find them.
    assert f"{LOOPBACK}:{running.port:04X}" in addresses
    assert len(addresses) >= 9


@pytest.mark.parametrize(("name", "command"), [("web server", WEB_SERVER), ("worker", WORKER)])
def test_what_was_killed_is_started_again(
    running: Start, name: str, command: tuple[str, str]
) -> None:
    (killed,) = running.child(*command)
    os.kill(killed, signal.SIGKILL)
    running.wait_for(f"The {name} ended by itself (signal SIGKILL); it starts again in 1 s.")
    assert processes.wait_until(lambda: bool({*running.child(*command)} - {killed}), 120)
    assert processes.wait_until(running.is_ready, 120)


def make_demo_organisation(start: Start) -> Facts:
    """As after an earlier start that loaded the demo."""
    (web_server,) = start.child(*WEB_SERVER)
    variables = dict(word.partition("=")[::2] for word in processes.words_of(web_server, "environ"))
    with psycopg.connect(variables["DATABASE_OWNER_URL"].replace("+psycopg", "")) as connection:
        connection.execute(
            "INSERT INTO organisations"
            " (id, slug, name, language, accent_colour, photo_originals, photo_long_side,"
            " created_at) VALUES"
            " (gen_random_uuid(), 'demo', 'The Chain', 'en', '#1f5fa8', false, 1600, now())"
        )
    facts = Facts("demo", "a password", {"ana@demo.example": "analyst"}, "store-report.pdf")
    summary.write(start.state / "demo.json", facts)
    return facts


def test_nothing_is_left_after_a_kill_a_new_start_and_a_sigterm() -> None:
    state = make_state()
    try:
        first = Start(state, free_port())
        first.wait_for("Running at")
        facts = make_demo_organisation(first)
        key = (state / "secret-key").read_text(encoding="ascii")
        assert first.end(signal.SIGKILL) == -signal.SIGKILL

        # While what the kill left over is still there.
        again = Start(state, first.port, demo=True)
        again.wait_for("Running at")
        assert again.is_ready()
        assert (state / "secret-key").read_text(encoding="ascii") == key
        assert "Tables" in first.printed
        assert "Tables" not in again.printed
        assert summary.text(facts, f"http://127.0.0.1:{again.port}").rstrip() in again.printed
        assert "Stores and people" not in again.printed

        assert again.end(signal.SIGTERM) == 0
        assert "Stopping." in again.printed
        assert again.pids() == []
    finally:
        throw_away(state)


def loads_of_the_demo(
    facts: Facts, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The words by which a start with these facts in its folder loads the demo; none if not."""
    started: list[processes.Program] = []
    real = run._program

    def instead(*given: Any) -> processes.Program:
        started.append(real(*given))
        return dataclasses.replace(started[-1], command=("/bin/true",))

    summary.write(folder / "demo.json", facts)
    with monkeypatch.context() as patch:
        patch.setattr(run, "_program", instead)
        run._show_demo(folder, {"DATABASE_URL": settings.database_url}, Address("::1", 8001))
    return [word for program in started for word in program.command]


@pytest.mark.database
def test_whether_there_is_a_demo_is_for_the_database_to_say_not_for_files(
    settings: Settings,
    committed_chain: Chain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts = Facts(committed_chain.organisation.slug, "a password", {}, "store-report.pdf")
    assert loads_of_the_demo(facts, settings, tmp_path, monkeypatch) == []
    assert "The service answers at http://[::1]:8001\n" in capsys.readouterr().out
    gone = dataclasses.replace(facts, organisation="nobody-has-this")
    words = loads_of_the_demo(gone, settings, tmp_path, monkeypatch)
    assert words[2:6] == ["flask", "demo", "load", "--only-if-empty"]
    assert words[6:8] == ["--url", "http://[::1]:8001"]


def test_tables_are_brought_up_to_date_for_each_new_migration(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrades: list[Settings] = []
    monkeypatch.setattr(tables, "_upgrade", upgrades.append)
    monkeypatch.setattr(tables, "MIGRATIONS", tmp_path)
    for _ in range(2):
        tables.bring_up_to_date(settings, tmp_path)
    assert len(upgrades) == 1
    (tmp_path / "0002_more.py").write_text("# adds a table", encoding="utf-8")
    tables.bring_up_to_date(settings, tmp_path)
    assert len(upgrades) == 2


def test_tables_of_a_given_database_are_looked_at_at_every_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrades: list[Settings] = []
    monkeypatch.setattr(tables, "_upgrade", upgrades.append)
    for _ in range(2):
        tables.bring_up_to_date(settings, None)
    assert len(upgrades) == 2


def test_with_a_database_and_object_storage_given_nothing_embedded_starts(
    settings: Settings,
) -> None:
    state = make_state()
    given = environment_of(settings)
    port = free_port()
    try:
        start = Start(state, port, given=given)
        start.wait_for("Running at")
        assert start.is_ready()
        assert not (state / "postgres").exists()
        assert not (state / "s3").exists()
        assert start.end(signal.SIGINT) == 0
        assert start.pids() == []
    finally:
        throw_away(state)


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    state = make_state()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        start = Start(state, port)
        assert start.process.wait(120) == 1
    assert f"Port {port} on 127.0.0.1 is in use" in start.printed
    assert "PORT=8001 make run" in start.printed
    assert start.pids() == []
    throw_away(state)


def test_a_host_that_nobody_has_here_is_no_port_in_use() -> None:
    with pytest.raises(EmbeddedError, match=r"^Nothing can listen at 192\.0\.2\.1:8000 here: "):
        run._check_port(Address("192.0.2.1", 8000))


def test_ports_of_ipv6_are_looked_at_too() -> None:
    without_ipv6 = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
    obstacle = ports.obstacle(0, "::1")
    assert obstacle is None or obstacle.errno in without_ipv6


def test_a_program_that_keeps_ending_waits_longer_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [1000.0]
    kept = Kept(
        "The worker",
        processes.Program(
            command=(sys.executable, "-c", "raise SystemExit(3)"),
            folder=tmp_path,
            log=tmp_path / "worker.log",
            environment={},
        ),
        clock=lambda: now[0],
    )
    kept.start()
    for _ in range(4):
        assert kept.process is not None
        kept.process.wait(20)
        kept.look_after()  # notices the end
        kept.look_after()  # too early for a start
        now[0] += 30
        kept.look_after()  # starts
    kept.stop()
    said = [line.split(";")[1].split(".")[0] for line in capsys.readouterr().out.splitlines()]
    assert said == [f" it starts again in {pause} s" for pause in (1, 2, 4, 8)]
