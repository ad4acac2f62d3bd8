"""`make run` as a person meets it: real starts, real signals."""

from __future__ import annotations

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
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditapi.core.embedded import EmbeddedError, forget, places, ports, processes
from auditapi.core.settings import Address, InvalidSettings, Settings
from auditapi.launch import environment, run, tables
from auditapi.launch.watch import Kept
from tests.factories.live import environment_of, free_port

ROOT = Path(__file__).parents[2]
NAMES_WE_SET = ("DATABASE_URL", "DATABASE_OWNER_URL", "S3_ENDPOINT_URL", "S3_BUCKET", "PUBLIC_URL")


class Start:
    """One `python -m auditapi.launch run` and what it has printed so far."""

    def __init__(self, state: Path, port: int, **variables: str) -> None:
        self.state, self.port = state, port
        self._printed = state.parent / f"printed-{time.monotonic_ns()}"
        bare = {key: value for key, value in os.environ.items() if key not in NAMES_WE_SET}
        with self._printed.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "auditapi.launch", "run", "--state", str(state)],
                cwd=ROOT,
                env={**bare, "PORT": str(port), "WEB_CONCURRENCY": "1", **variables},
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

    def web_server(self) -> int:
        """The pid of the one that we started, not of those that it forks."""
        forks = processes.found(lambda words: words[-2:] == ["gunicorn", "wsgi:app"])
        (pid,) = [pid for pid in forks if parent_of(pid) == self.process.pid]
        return pid

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def make_state() -> Path:
    parent = Path(tempfile.mkdtemp())
    parent.chmod(0o755)
    state = places.open_state_folder(parent / "state")
    # As after an earlier start: what the demo had to say, and so nothing to load.
    (state / "demo.txt").write_text("ana signs in with a password\n", encoding="utf-8")
    return state


def throw_away(state: Path) -> None:
    forget(state)
    shutil.rmtree(state.parent)


@pytest.fixture(scope="module")
def running() -> Iterator[Start]:
    state = make_state()
    start = Start(state, free_port())
    start.wait_for("Running at")
    yield start
    start.end()
    throw_away(state)


def test_it_shows_its_steps_and_answers_where_it_says(running: Start) -> None:
    assert "PostgreSQL and object storage … " in running.printed
    assert "ana signs in with a password" in running.printed
    assert f"Running at http://127.0.0.1:{running.port} " in running.printed
    assert running.is_ready()


def test_a_second_start_says_where_the_first_one_is_and_ends(running: Start) -> None:
    second = Start(running.state, free_port())
    assert second.process.wait(120) == 1
    assert f"It runs already: http://127.0.0.1:{running.port} " in second.printed
    assert running.is_ready()


def test_a_killed_web_server_is_started_again(running: Start) -> None:
    os.kill(running.web_server(), signal.SIGKILL)
    running.wait_for("ended by itself (signal SIGKILL); it starts again in 1 s.")
    assert processes.wait_until(running.is_ready, 120)


def test_nothing_is_left_after_a_kill_a_new_start_and_a_sigterm() -> None:
    state = make_state()
    try:
        first = Start(state, free_port())
        first.wait_for("Running at")
        key = (state / "secret-key").read_text(encoding="ascii")
        assert first.end(signal.SIGKILL) == -signal.SIGKILL

        again = Start(state, first.port)  # while what the kill left over is still there
        again.wait_for("Running at")
        assert again.is_ready()
        assert (state / "secret-key").read_text(encoding="ascii") == key
        assert "Tables" in first.printed
        assert "Tables" not in again.printed

        assert again.end(signal.SIGTERM) == 0
        assert "Stopping." in again.printed
        assert again.pids() == []
    finally:
        throw_away(state)


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
        start = Start(state, port, **given)
        start.wait_for("Running at")
        assert start.is_ready()
        assert not (state / "postgres").exists()
        assert not (state / "s3").exists()
        assert start.end(signal.SIGINT) == 0
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


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing is set."""
    for name in (*environment.OURS, "SECRET_KEY", "PUBLIC_URL", "TOKEN_DAYS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOST", "PORT", "WEB_CONCURRENCY", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def complaints(bare: pytest.MonkeyPatch, **variables: str) -> dict[str, str]:
    """What a start with these says, by the setting's name."""
    for name, value in variables.items():
        bare.setenv(name, value)
    with pytest.raises(InvalidSettings) as refused:
        environment.read()
    lines = str(refused.value).splitlines()[1:]
    return {name.strip(): what for name, _, what in (line.partition(": ") for line in lines)}


def test_with_nothing_set_everything_is_embedded(bare: pytest.MonkeyPatch) -> None:
    start = environment.read()
    assert (start.external, start.address.url) == (False, "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("name", "value", "missing"),
    [
        ("DATABASE_URL", "postgresql://db/x", "S3_ENDPOINT_URL"),
        ("S3_ENDPOINT_URL", "http://s3", "DATABASE_URL"),
        ("S3_BUCKET", "photos", "DATABASE_URL"),
    ],
)
def test_half_of_the_servers_is_refused(
    bare: pytest.MonkeyPatch, name: str, value: str, missing: str
) -> None:
    said = complaints(bare, **{name: value})
    assert said[missing].startswith("Missing. Set database and object storage, or neither")


def test_everything_wrong_with_a_start_is_said_at_once(bare: pytest.MonkeyPatch) -> None:
    given = {"PORT": "x", "DATABASE_URL": "postgresql://h/x", "SECRET_KEY": "short"}
    said = complaints(bare, **given, WEB_THREADS="0", TOKEN_DAYS="no")
    assert list(said) == [
        "PORT",
        "S3_ACCESS_KEY_ID",
        "S3_BUCKET",
        "S3_ENDPOINT_URL",
        "S3_SECRET_ACCESS_KEY",
        "SECRET_KEY",
        "TOKEN_DAYS",
        "WEB_THREADS",
    ]


def test_a_trial_is_told_what_is_wrong_before_its_servers_start(bare: pytest.MonkeyPatch) -> None:
    said = complaints(bare, PORT="65536", SECRET_KEY="short", PUBLIC_URL="nonsense")
    assert list(said) == ["PORT", "PUBLIC_URL", "SECRET_KEY"]


def test_a_secret_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    key = environment.secret_key(tmp_path)
    assert len(key) >= 32
    assert environment.secret_key(tmp_path) == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


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
