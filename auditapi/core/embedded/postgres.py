"""The embedded PostgreSQL: made once, started, stopped, put right after a kill."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from auditapi.core.embedded import places, ports, processes
from auditapi.core.embedded.errors import EmbeddedError, last_lines

SUPERUSER = "postgres"
MAJOR = "18"
START_SECONDS = 60.0  # recovery after a kill reads the log of changes again

# Fast shutdown; then without a checkpoint (the next start recovers); then by force.
STOP: processes.Steps = (
    (signal.SIGINT, 20.0),
    (signal.SIGQUIT, 5.0),
    (signal.SIGKILL, 5.0),
)
STOP_ORPHANS: processes.Steps = ((signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0))

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Nothing is lost by a kill, for the machine has it; only by a power cut.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}

SOCKET_PATH_LIMIT = 90
"""Bytes; the kernel takes 107 with the name of the socket in it."""


class Postgres:
    """One cluster in one state folder. ``durable=False`` is for tests: a power cut may lose it."""

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        self._state = state
        self._durable = durable
        self._account = places.postgres_account()
        self._programs = places.postgres_programs(self._account)
        self._folder = places.postgres_folder(state, self._account)
        self._data = self._folder / "data"
        self._password_file = self._folder / "superuser-password"
        self._log = state / "logs" / "postgres.log"
        # Every process of the cluster carries this in its title: that is how we find them.
        digest = hashlib.sha256(str(self._data).encode()).hexdigest()
        self._cluster = f"auditapi-{digest[:12]}"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The superuser's, for SQLAlchemy."""
        password = self._password_file.read_text(encoding="ascii").strip()
        return f"postgresql+psycopg://{SUPERUSER}:{password}@127.0.0.1:{self.port}/postgres"

    def launch(self) -> None:
        """Start it and return at once; ``wait`` waits."""
        self._end_leftovers()
        if not self._data.exists():
            self._initialise()
        self._check_version()
        self.port = ports.remembered(self._state / "postgres-port.json", ["postgres"])["postgres"]
        self._process = processes.start(self._program())

    def wait(self) -> None:
        """Until it takes connections. Raises EmbeddedError with the end of its log."""
        process = self._process
        if process is None:
            raise RuntimeError("launch() comes first")
        status = self._data / "postmaster.pid"

        def settled() -> bool:
            return process.poll() is not None or _says_ready(status, process.pid)

        if not processes.wait_until(settled, START_SECONDS) or process.poll() is not None:
            raise EmbeddedError(f"PostgreSQL did not start:\n{last_lines(self._log)}")

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Returns when no process of the cluster is left."""
        if self._process is None:
            return
        process = self._process
        processes.end(lambda: [process.pid] if process.poll() is None else [], STOP)
        self._end_leftovers()
        self._process = None

    def _end_leftovers(self) -> None:
        """Processes of an earlier start that was killed.

        Its server may still be stopping, and stops its own. Backends whose server was killed hold
        the shared memory until they are gone; a signal that means «stop in good order» to the
        server means something else to them.
        """
        processes.end(self._servers, STOP)
        if not processes.end(self._everyone, STOP_ORPHANS):
            raise EmbeddedError(f"Processes of an earlier PostgreSQL stay: {self._everyone()}")
        # Nobody is left, so the file is stale, even if its pid is someone else's by now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _servers(self) -> list[int]:
        option = f"cluster_name={self._cluster}"
        return processes.found(lambda words: option in words, self._account.uid)

    def _everyone(self) -> list[int]:
        title = f"postgres: {self._cluster}: "
        backends = processes.found(lambda words: words[0].startswith(title), self._account.uid)
        return self._servers() + backends

    def _initialise(self) -> None:
        """Into a new folder that is renamed at the end: a kill on the way leaves no half cluster.

        Builtin collation: no locale of the machine can change the order of an index.
        """
        new = self._folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        self._write_password()
        words = (str(self._programs / "initdb"), "--pgdata", str(new), "--username", SUPERUSER)
        encoding = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin")
        access = ("--auth=scram-sha-256", f"--pwfile={self._password_file}")
        made = processes.start(
            self._as_program((*words, *encoding, "--builtin-locale=C.UTF-8", *access))
        )
        if made.wait() != 0:
            raise EmbeddedError(f"initdb failed:\n{last_lines(self._log)}")
        new.rename(self._data)

    def _write_password(self) -> None:
        self._password_file.unlink(missing_ok=True)
        descriptor = os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(24))
        os.chown(self._password_file, self._account.uid, self._account.gid)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != MAJOR:
            raise EmbeddedError(
                f"{self._data} was made by PostgreSQL {found}, this one is {MAJOR}. "
                "`make reset` starts with empty data."
            )

    def _program(self) -> processes.Program:
        settings = {**SETTINGS, "cluster_name": self._cluster, "port": str(self.port)}
        # PostgreSQL's default folder for its socket belongs to whichever cluster was first.
        short = len(os.fsencode(self._folder)) <= SOCKET_PATH_LIMIT
        settings["unix_socket_directories"] = str(self._folder) if short else ""
        if not self._durable:
            settings |= NOT_DURABLE
        options = [word for item in settings.items() for word in ("-c", "=".join(item))]
        return self._as_program((str(self._programs / "postgres"), "-D", str(self._data), *options))

    def _as_program(self, command: tuple[str, ...]) -> processes.Program:
        return processes.Program(
            command=command,
            folder=self._folder,
            log=self._log,
            environment={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
            user=self._account.name,
            farewell=signal.SIGINT,
        )


def _says_ready(status: Path, pid: int) -> bool:
    """The server writes its pid on the first line of this file and its state on the eighth."""
    try:
        lines = status.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
