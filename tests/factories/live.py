"""A live gunicorn for tests of real concurrency. What it commits stays in this run's database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import urllib3
from sqlalchemy import Engine, text

from auditapi.core.settings import Settings
from tests.factories.chain import Chain, make_chain

ROOT = Path(__file__).parents[2]


def environment_of(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "S3_ENDPOINT_URL": settings.s3_endpoint_url or "",
        "S3_BUCKET": settings.s3_bucket,
        "S3_REGION": settings.s3_region,
        "S3_ACCESS_KEY_ID": settings.s3_access_key_id,
        "S3_SECRET_ACCESS_KEY": settings.s3_secret_access_key,
        "SECRET_KEY": settings.secret_key,
        "LOG_LEVEL": "ERROR",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class LiveServer:
    settings: Settings
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    processes: int = 1
    #: Where all that it says goes, from `info` on; None: only errors, to where the tests' goes.
    log: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, **environment: str) -> None:
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "-k", "gthread"]
        command += ["-w", str(self.processes), "--threads", "8", "-b", f"127.0.0.1:{self.port}"]
        variables = {**environment_of(self.settings), **environment}
        if self.log is None:
            self.process = subprocess.Popen(command, cwd=ROOT, env=variables)
        else:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    command, cwd=ROOT, env={**variables, "LOG_LEVEL": "INFO"},
                    stdout=log, stderr=log,
                )  # fmt: skip
        self.wait_until_alive()

    def wait_until_alive(self, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if urllib3.request("GET", f"{self.url}/healthz", retries=False).status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                time.sleep(0.05)
        raise AssertionError("the live server did not come up")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(15)
            self.process = None


@pytest.fixture(scope="session")
def live(settings: Settings) -> Iterator[LiveServer]:
    server = LiveServer(settings)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def live_chain(live: LiveServer, engine: Engine) -> Chain:
    """A chain that is committed, so that the live server sees it."""
    return make_chain()


@pytest.fixture
def own_queue(engine: Engine) -> None:
    """Nothing waits: what other tests left in the queue is no work of this one's worker."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))


@pytest.fixture(scope="session")
def pool() -> Iterator[urllib3.PoolManager]:
    """Keeps connections; never repeats a request by itself."""
    with urllib3.PoolManager(maxsize=16, retries=False) as manager:
        yield manager
