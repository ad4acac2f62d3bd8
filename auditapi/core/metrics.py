"""What Prometheus scrapes at /metrics.

With PROMETHEUS_MULTIPROC_DIR set before the first import, prometheus_client keeps each process's
numbers in files there, and whoever is asked tells the sum of all: of every web process and of
a worker on the same machine. Without it a process knows only its own.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
if os.environ.get(FOLDER):
    # The counters below want it; where it lies in memory it is gone after each boot.
    Path(os.environ[FOLDER]).mkdir(parents=True, exist_ok=True)

requests = Counter("auditapi_requests_total", "Answers", ["method", "endpoint", "status"])
seconds = Histogram(
    "auditapi_request_seconds",
    "Time to answer",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
audits_completed = Counter("auditapi_audits_completed_total", "Audits completed", ["kind"])
photos_stored = Counter("auditapi_photos_stored_total", "Photos stored", ["media_type"])
photos_refused = Counter("auditapi_photos_refused_total", "Photos refused", ["reason"])
stragglers = Counter("auditapi_stragglers_total", "Audits the periodic job had to complete")
reports_rendered = Counter("auditapi_reports_rendered_total", "Reports rendered", ["outcome"])


def text() -> bytes:
    """All numbers, in Prometheus' text form."""
    return generate_latest(_registry())


def serve(port: int) -> None:
    """Tell the numbers at a port of this machine, from a thread: for a process without a web
    server."""
    start_http_server(port, addr="127.0.0.1", registry=_registry())


def _registry() -> CollectorRegistry:
    if not os.environ.get(FOLDER):
        return REGISTRY
    # It reads the files anew each time, and in a registry of its own, so that none counts twice.
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared
