"""The render process: warm, single-threaded, one forked child for each report.

Started by `render.Renderer` as `python -m auditapi.reports.render_parent`, with the private
FONTCONFIG_FILE and nothing else of the service's environment: no database, no keys. A line of
JSON on standard input is a job (files to read, file to write, limits); a line on standard
output is its end. The child's memory, CPU time and wall clock are limited; it leaves by
`os._exit` and takes all it allocated with it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import select
import signal
import sys
import tempfile
import traceback
from functools import partial
from pathlib import Path
from typing import Any

from auditapi.reports import lean as lean
from auditapi.reports import wire
from auditapi.reports.failures import RenderFailed
from auditapi.reports.press import Press
from auditapi.reports.specimen import pictures, specimen
from auditapi.reports.story import tell
from auditapi.reports.view import LANGUAGES

_PR_SET_PDEATHSIG = 1
_LAST_MEGABYTES = 16 << 20
_OUT_OF_TIME = {signal.SIGXCPU}
_OUT_OF_MEMORY = {signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS}


def main() -> None:
    """Warm up, say so, and serve until standard input ends."""
    _die_with_parent()
    press = warm()
    _say({"ready": os.getpid()})
    for line in sys.stdin:
        _say(_serve(press, json.loads(line)))


def warm() -> Press:
    """A press that has printed once and knows the words of all languages, with its objects out
    of the collector's way."""
    press = Press()
    for language in LANGUAGES:
        tell(specimen(language))
    shelf = {name: lambda data=data: data for name, data in pictures().items()}
    with tempfile.TemporaryDirectory() as scratch, open(os.devnull, "wb") as nowhere:
        press.print(specimen("en"), shelf, nowhere, Path(scratch))
    gc.collect()
    gc.freeze()
    return press


def _serve(press: Press, job: dict[str, Any]) -> dict[str, Any]:
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        _child(press, job, tell)
    os.close(tell)
    with os.fdopen(told, "rb") as report:
        return _outcome(pid, job, report.fileno())


def _child(press: Press, job: dict[str, Any], tell: int) -> None:
    """Print the job's report and leave. Never returns into the parent's loop."""
    code = 1
    try:
        _die_with_parent()
        gc.disable()
        _limit(job["limits"])
        os.write(tell, json.dumps(_attempt(press, job)).encode())
        code = 0
    finally:
        os._exit(code)


def _attempt(press: Press, job: dict[str, Any]) -> dict[str, Any]:
    try:
        report = wire.unpack(Path(job["input"]).read_bytes())
        pictures = {name: partial(_read, path) for name, path in job["pictures"].items()}
        output = Path(job["output"])
        with output.open("wb") as target:
            press.print(report, pictures, target, output.parent)
    except RenderFailed as failed:
        return {"reason": failed.reason, "detail": failed.detail}
    except MemoryError:
        return {"reason": "memory", "detail": "MemoryError"}
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        detail = traceback.format_exception(wrong)[-2:]
        return {"reason": "input", "detail": "".join(detail).strip()[-600:]}
    except BaseException as fault:
        # Libraries that get no memory say all sorts of things.
        reason = "memory" if _nearly_full(job["limits"]["memory_bytes"]) else "fault"
        detail = traceback.format_exception(fault)[-3:]
        return {"reason": reason, "detail": "".join(detail).strip()[-600:]}
    return {"done": True}


def _nearly_full(allowed: int) -> bool:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize() > allowed - _LAST_MEGABYTES


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _outcome(pid: int, job: dict[str, Any], told: int) -> dict[str, Any]:
    """Wait for the child, no longer than allowed; told by itself or by how it ended."""
    handle = os.pidfd_open(pid)
    try:
        ended, _, _ = select.select([handle], [], [], job["limits"]["wall_seconds"])
        if not ended:
            os.kill(pid, signal.SIGKILL)
    finally:
        os.close(handle)
    _, status, usage = os.wait4(pid, 0)
    if not ended:
        return {"reason": "time", "detail": "wall clock"}
    said = os.read(told, 1 << 16)
    if said:
        answer: dict[str, Any] = json.loads(said)
        return {**answer, "cpu": usage.ru_utime + usage.ru_stime, "peak_kib": usage.ru_maxrss}
    return _ended_by(status)


def _ended_by(status: int) -> dict[str, Any]:
    if not os.WIFSIGNALED(status):
        return {"reason": "fault", "detail": f"exit {os.waitstatus_to_exitcode(status)}"}
    ended = signal.Signals(os.WTERMSIG(status))
    if ended in _OUT_OF_TIME:
        return {"reason": "time", "detail": ended.name}
    # Pango and cairo end the process when they get no memory.
    reason = "memory" if ended in _OUT_OF_MEMORY else "stopped"
    return {"reason": reason, "detail": ended.name}


def _limit(limits: dict[str, Any]) -> None:
    cpu = int(limits["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_with_parent() -> None:
    """A killed worker leaves no render behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
