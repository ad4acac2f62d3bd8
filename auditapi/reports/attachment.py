"""The audit's data that travels inside an archived report (PDF/A-3), for its audience."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from auditapi.reports import privacy
from auditapi.reports.view import ReportInput

FORMAT = 1


def attached(report: ReportInput) -> dict[str, Any]:
    """Answers, explained score and evidence of `report`, as its audience may see them."""
    shown = asdict(privacy.for_audience(report))
    names = ("store", "auditor", "audit", "checklist", "checklist_sha256", "checklist_version",
             "answers", "score", "photos", "evidence")  # fmt: skip
    return {"format": FORMAT, **{name: shown[name] for name in names}}
