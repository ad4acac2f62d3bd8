"""The one table of what follows from what: an activity, and the jobs it causes.

A job is written in the transaction of the activity, so it exists if and only if that does.
"""

from __future__ import annotations

from auditapi.core.activity import Reaction
from auditapi.reports import jobs as reports

TABLE: dict[str, tuple[Reaction, ...]] = {
    "audit.released": (reports.render_at_release,),
    "audit.revised": (reports.render_at_release,),
}
