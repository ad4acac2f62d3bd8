"""Code for a Python process of its own, as text."""

from __future__ import annotations

WORK = (
    "from auditapi.app import create_app; from auditapi.core import jobs, settings; "
    "create_app(); jobs.work(settings.read().database_url, 1, until_empty=True)"
)
"""A worker until nothing waits."""
PEAK_KIB = "open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]"
"""The most memory that it had. `ru_maxrss` would not do: it also knows of whoever started it."""
