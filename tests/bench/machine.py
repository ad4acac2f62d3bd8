"""Servers of the benchmark's own, on loopback: PostgreSQL, object storage, web server."""

from __future__ import annotations

import dataclasses
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import urllib3

from auditapi.app import create_app
from auditapi.core import migrate, objects
from auditapi.core.embedded import Embedded, forget, processes, provision
from auditapi.core.settings import Settings
from tests.factories.live import ROOT, environment_of, free_port

STATE = ROOT / ".state" / "bench"
START_SECONDS = 60.0


@dataclasses.dataclass
class Machine:
    """All running; `roots` are the processes whose trees are measured."""

    settings: Settings
    url: str
    roots: dict[str, int]

    def analyse(self) -> None:
        """What autovacuum does within a minute: until then, plans are those for empty tables."""
        owner = self.settings.database_owner_url.replace("postgresql+psycopg", "postgresql", 1)
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute("ANALYZE")


@contextmanager
def machine() -> Iterator[Machine]:
    """From empty data each time, safe against a power cut as in a real installation."""
    data = STATE / "servers"
    forget(data)
    with Embedded(data) as servers:
        owner_url, app_url = provision(servers.postgres_url, "bench")
        migrate.upgrade(owner_url, app_url)
        settings = _settings(servers, owner_url, app_url)
        objects.connect(settings).ensure_bucket()
        create_app(settings)
        with _web(settings) as (url, process):
            roots = {"web": process.pid, **_pids(data)}
            yield Machine(settings, url, roots)


def _settings(servers: Embedded, owner_url: str, app_url: str) -> Settings:
    return Settings(
        database_url=app_url,
        database_owner_url=owner_url,
        database_pool_size=16,
        s3_endpoint_url=servers.s3.endpoint_url,
        s3_public_url=None,
        s3_bucket=servers.s3.bucket,
        s3_region=servers.s3.region,
        s3_access_key_id=servers.s3.access_key,
        s3_secret_access_key=servers.s3.secret_key,
        secret_key=secrets.token_urlsafe(48),
        public_url="http://127.0.0.1",
        token_days=90,
        media_minutes=15,
        photo_original_days=730,
        reports_redirect=False,
        trusted_proxies=0,
        log_level="INFO",
    )


def environment(settings: Settings) -> dict[str, str]:
    return {**environment_of(settings), "LOG_LEVEL": settings.log_level}


@contextmanager
def _web(settings: Settings) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """As gunicorn.conf.py has it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = processes.start(
        processes.Program(
            command=(sys.executable, "-m", "gunicorn", "wsgi:app"),
            folder=ROOT,
            log=STATE / "web.log",
            environment={**environment(settings), "PORT": str(port)},
        )
    )
    try:
        if not processes.wait_until(lambda: _answers(url), START_SECONDS):
            raise RuntimeError(f"the web server did not come up, see {STATE / 'web.log'}")
        yield url, process
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return urllib3.request("GET", f"{url}/healthz", retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def _pids(data: Path) -> dict[str, int]:
    """PostgreSQL and object storage: found by what stands in their command lines."""
    storage = processes.found(lambda words: f"-dir={data / 's3'}" in words)
    known = (data / "postgres" / "data" / "postmaster.pid", *_hidden(data))
    status = next(file for file in known if file.exists())
    postgres = int(status.read_text(encoding="utf-8").splitlines()[0])
    return {"PostgreSQL": postgres, "object storage": storage[0]}


def _hidden(data: Path) -> Iterator[Path]:
    """Started by root in a folder that strangers can't enter, its data lie elsewhere."""
    if (data / "identity").exists():
        from auditapi.core.embedded.places import hidden_state

        yield hidden_state(data) / "postgres" / "data" / "postmaster.pid"
