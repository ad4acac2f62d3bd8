"""Every table, for migrations: importing this module fills the metadata."""

from __future__ import annotations

from auditapi.audits import models as audits
from auditapi.audits import score_models as scores
from auditapi.audits.drafts import models as drafts
from auditapi.checklists import models as checklists
from auditapi.core import activity, idempotency
from auditapi.people import models as people
from auditapi.photos import models as photos
from auditapi.reports import models as reports
from auditapi.reports.appearance import models as appearance
from auditapi.reports.books import models as books
from auditapi.reports.evidence import models as evidence
from auditapi.stores import models as stores

__all__ = [
    "activity",
    "appearance",
    "audits",
    "books",
    "checklists",
    "drafts",
    "evidence",
    "idempotency",
    "people",
    "photos",
    "reports",
    "scores",
    "stores",
]
