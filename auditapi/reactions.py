"""The one table of what follows from what: an activity, and the jobs it causes.

A job is written in the transaction of the activity, so it exists if and only if that does.
"""

from __future__ import annotations

from auditapi.audits import housekeeping
from auditapi.audits.review import jobs as review
from auditapi.core import stalled
from auditapi.core.activity import Reaction
from auditapi.reports import jobs as reports
from auditapi.reports.books import jobs as books
from auditapi.reports.evidence import jobs as evidence

TABLE: dict[str, tuple[Reaction, ...]] = {
    "audit.completed": (evidence.sign_later, review.look_into_later),
    "audit.photos_came": (review.look_into_later, reports.outdate),
    "audit.released": (reports.outdate, reports.render_at_release),
    "audit.replied": (evidence.sign_later, review.look_into_later),
    "audit.revised": (evidence.sign_later, review.look_into_later, reports.render_at_release),
}

# What follows from the clock; importing it is enough for the worker to know it.
CLOCK = (housekeeping, books, stalled)
