"""Programs that are kept running: started again when they end, stopped in order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from auditapi.core.embedded import processes
from auditapi.launch.terminal import say

LONGEST_PAUSE = 30.0  # seconds
LONG_ENOUGH = 60.0  # seconds after which a program counts as having started well


@dataclass
class Kept:
    """One program, whatever happens to its process."""

    name: str
    program: processes.Program
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    clock: Callable[[], float] = time.monotonic
    _begun: float = field(default=0.0, repr=False)
    _again_at: float | None = field(default=None, repr=False)

    def start(self) -> None:
        self._begun, self._again_at = self.clock(), None
        self.process = processes.start(self.program)

    @property
    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def look_after(self) -> None:
        """Called every moment: notices an end, says so, and starts anew after a pause."""
        if self._again_at is not None:
            if self.clock() >= self._again_at:
                self.start()
        elif self.ended:
            self._note_the_end()

    def _note_the_end(self) -> None:
        if self.clock() - self._begun > LONG_ENOUGH:
            self.failures = 0
        pause = min(2.0**self.failures, LONGEST_PAUSE)
        self.failures += 1
        self._again_at = self.clock() + pause
        code = self.process.returncode if self.process else None
        self._end_group()
        say(
            f"{self.name} ended by itself ({_why(code)}); it starts again in {pause:.0f} s. "
            f"Its log: {self.program.log}"
        )

    def stop(self) -> None:
        """Returns when it and its children are gone."""
        process = self.process
        if process is None:
            return
        processes.end(lambda: [process.pid] if process.poll() is None else [])
        self._end_group()
        self.process, self._again_at = None, None

    def _end_group(self) -> None:
        """Children of a killed program hold its port; each program leads a group of its own."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def _why(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
