"""A live gunicorn that is killed without a word, and started again on the same port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import urllib3

from auditapi.core.embedded import processes
from auditapi.core.settings import Settings
from tests.factories.live import ROOT, environment_of, free_port

START_SECONDS = 60.0


class MortalServer:
    """Two processes of four threads. `launch` and `wait` belong to the main thread, which may do
    something else between them: it takes seconds until a server answers."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._settings, self._log = settings, log
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def launch(self) -> None:
        # A session of its own, so that a kill takes all of it; and it does not outlive us.
        self._process = processes.start(
            processes.Program(
                command=(sys.executable, "-m", "gunicorn", "wsgi:app", "--log-level", "error"),
                folder=ROOT,
                log=self._log,
                environment={
                    **environment_of(self._settings),
                    "PORT": str(self._port),
                    "WEB_CONCURRENCY": "2",
                    "WEB_THREADS": "4",
                    "DATABASE_POOL_SIZE": "4",
                },
            )
        )

    def wait(self) -> None:
        if not processes.wait_until(self._answers, START_SECONDS):
            raise AssertionError(f"the server did not come up:\n{self._log.read_text()}")

    def kill(self) -> None:
        """All of it at once, as when the machine loses its power."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def kill_one_worker(self) -> None:
        """As when the kernel runs out of memory; gunicorn starts another one."""
        os.kill(self._children()[0], signal.SIGKILL)

    def _children(self) -> list[int]:
        if self._process is None:
            return []
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in listed.read_text().split()]

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError(f"the server ended:\n{self._log.read_text()}")
        try:
            return urllib3.request("GET", f"{self.url}/healthz", retries=False).status == 200
        except urllib3.exceptions.HTTPError:
            return False
