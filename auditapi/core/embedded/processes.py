"""Starting, finding and ending processes on Linux.

Finding goes by what everybody may read in /proc (owner and command line): in a container root may
not look at the working folder or the environment of another user's process.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

GUARD = Path(__file__).with_name("guard.py")
LOG_LIMIT = 10 * 1024 * 1024
LOOK_AGAIN = 0.02  # seconds between two looks at something we wait for

Steps = Sequence[tuple[signal.Signals, float]]
"""Signals to send one after the other, each with the seconds to wait for its effect."""

GENTLE: Steps = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True, kw_only=True)
class Program:
    """How to start one program.

    ``log`` takes all that it prints (None: the terminal); ``farewell`` is the signal that it gets
    when we die without a word.
    """

    command: tuple[str, ...]
    folder: Path
    log: Path | None
    environment: Mapping[str, str]
    user: str | None = None
    farewell: signal.Signals = signal.SIGTERM


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, so that a Ctrl-C at the terminal reaches only us."""
    if threading.current_thread() is not threading.main_thread():
        # The kernel sends the farewell when the *thread* that started the child ends.
        raise RuntimeError("Servers are started from the main thread only.")
    with _output(program.log) as output:
        return subprocess.Popen(
            [
                *(sys.executable, "-I", "-S", str(GUARD)),
                *(str(os.getpid()), str(int(program.farewell)), program.user or "-"),
                *program.command,
            ],
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
        )


@contextlib.contextmanager
def _output(log: Path | None) -> Iterator[BinaryIO | None]:
    """The log opened for more, begun anew when it has grown; the one before it goes."""
    if log is None:
        yield None
        return
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.rename(log.with_suffix(".old"))
    with log.open("ab") as output:
        yield output


def found(
    matches: Callable[[list[str]], bool], owner: int | None = None, what: str = "cmdline"
) -> list[int]:
    """The pids whose command line (or ``environ``) matches, of one user (default: us)."""
    uid = os.getuid() if owner is None else owner
    candidates = ((pid, words_of(pid, what)) for pid in running(uid))
    return [pid for pid, words in candidates if words and matches(words)]


def running(uid: int) -> Iterator[int]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == uid:
                    yield int(entry.name)


def words_of(pid: int, what: str) -> list[str]:
    """Empty for a process that ended meanwhile, and for one that nobody has buried yet."""
    try:
        text = Path(f"/proc/{pid}/{what}").read_bytes().decode(errors="replace")
    except OSError:
        return []
    return text.rstrip("\0").split("\0")


def end(look: Callable[[], Iterable[int]], steps: Steps = GENTLE) -> bool:
    """Send the signals step by step until ``look`` finds nobody; True when all are gone.

    ``look`` is asked anew each time, so a pid that has been handed on is never hit.
    """
    for number, seconds in steps:
        for pid in look():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_until(lambda: not list(look()), seconds):
            return True
    return False


def wait_until(happened: Callable[[], bool], seconds: float) -> bool:
    """Look every few milliseconds; False when it has not happened in time."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN)
    return True
