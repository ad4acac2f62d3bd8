"""Code for a Python process of its own, as text."""

from __future__ import annotations

READY = (
    "import time; from auditapi.app import create_app; from auditapi.core import jobs, settings; "
    "create_app(); begun = time.process_time()"
)
WORK = f"{READY}; jobs.work(settings.read().database_url, 1, until_empty=True)"
"""A worker until nothing waits."""
CPU_SECONDS = "time.process_time() - begun"
"""What the work has taken so far, without getting ready for it."""
PEAK_KIB = "open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]"
"""The most memory that it had. `ru_maxrss` would not do: it also knows of whoever started it."""
