"""What Prometheus scrapes at /metrics."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

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
