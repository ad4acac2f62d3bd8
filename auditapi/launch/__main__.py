"""The command line: ``python -m auditapi.launch run|reset``."""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from auditapi.core.embedded import AlreadyRunning, EmbeddedError, StateLock, forget
from auditapi.core.settings import InvalidSettings
from auditapi.launch.run import run
from auditapi.launch.terminal import say

STATE = Path(__file__).parents[2] / ".state" / "run"
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> int:
    """The exit code: 0 when it was stopped as asked, 1 when something stood in the way."""
    options = _read(arguments)
    try:
        if options.command == "reset":
            reset(options.state)
        else:
            stop_when_asked(with_parent=options.end_with_parent)
            run(options.state.resolve(), demo=not options.without_demo)
    except (EmbeddedError, InvalidSettings) as refusal:
        say(str(refusal))
        return 1
    return 0


def reset(state: Path) -> None:
    """Delete the data of the trial. Raises AlreadyRunning while it runs."""
    if state.exists():
        lock = StateLock(state)
        try:
            lock.take()
        except AlreadyRunning as running:
            raise EmbeddedError(f"It still runs: {running.note} Stop it first.") from None
        lock.release()
        forget(state)
    say("The data are gone. `make run` starts afresh.")


def stop_when_asked(*, with_parent: bool) -> None:
    """Let SIGTERM and a closed terminal mean the same as Ctrl-C, and be heard once only."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    if with_parent:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def _stop(_number: int, _frame: FrameType | None) -> None:
    # Impatient repeats would cut the stopping short that they want to hasten.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Not by print: this may have interrupted one, and they do not nest.
    os.write(sys.stdout.fileno(), b"\nStopping.\n")
    raise KeyboardInterrupt


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m auditapi.launch")
    parser.add_argument("command", choices=("run", "reset"))
    parser.add_argument("--state", type=Path, default=STATE, help="folder for data, keys and logs")
    parser.add_argument(
        "--end-with-parent", action="store_true", help="stop when the starter is killed (for make)"
    )
    parser.add_argument("--without-demo", action="store_true", help="load no demo chain")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
