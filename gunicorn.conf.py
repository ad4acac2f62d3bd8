"""The web server. Also right for a real installation: each value can be set by environment."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import time
from pathlib import Path

from gunicorn import glogging
from prometheus_client import multiprocess

from auditapi.core import activity, logs, settings

try:
    # The app's settings too, which else would be complained of one start later.
    settings.check()
except settings.InvalidSettings as refusal:
    sys.exit(str(refusal))
_web = settings.read_web()

bind = _web.address.bind

# Threads keep the bytes of an upload that breaks off, and wait for slow networks cheaply.
worker_class = "gthread"
workers = _web.processes
threads = _web.threads
keepalive = 30  # seconds: a phone sends its photos one after the other

# Loaded once and forked: less memory, and a faster start. Nothing connects before the fork.
preload_app = True

# Photos come and go in megabytes. Left alone, the C library keeps them in a heap of each thread's
# own, full of holes; so they are given back at once instead (mallopt(3)).
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
if _mallopt is not None:
    _mallopt(_M_MMAP_THRESHOLD, 1024 * 1024)
    _mallopt(_M_ARENA_MAX, 2)

timeout = 120  # seconds without a sign of life from a worker; uploads do not count against it
graceful_timeout = 10  # seconds for requests under way when it is asked to stop

accesslog = None  # the app writes its own line for every request, with its id
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower()


class JsonLogger(glogging.Logger):  # type: ignore[misc]
    """What gunicorn has to say, in the same form as all else on the stream."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.formatter())


logger_class = JsonLogger


def post_request(_worker: object, _request: object, _environ: object, _response: object) -> None:
    """The next line of this thread is about another request, or none; unless this one failed,
    for gunicorn is about to say so."""
    if sys.exc_info()[0] is None:
        activity.request_id.set(None)
        activity.acting_person.set(None)


control_socket_disable = True  # it would lie in the home folder, one for all checkouts


def when_ready(_server: object) -> None:
    """Loaded, but not answering yet: `make run` opens the gate when the tables are up to date.

    Set nothing, and there is no gate.
    """
    # What is loaded stays for good: neither looked at again by the collector, which would copy
    # the pages that the workers share, nor counted against their own garbage.
    gc.collect()
    gc.freeze()
    gate = os.environ.get("AUDITAPI_GATE")
    usual = signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    while gate and not Path(gate).exists():
        time.sleep(0.02)
    signal.signal(signal.SIGTERM, usual)


def child_exit(_server: object, worker: object) -> None:
    """Let the numbers that a worker leaves behind be counted once, not for ever."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(getattr(worker, "pid", 0))  # type: ignore[no-untyped-call]
