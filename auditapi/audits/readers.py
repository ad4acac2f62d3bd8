"""Which audits a person may read; every read of audits joins to this.

Head office reads all. Regional and store managers read released audits of the stores they see,
and of those only what the store's view shows. Auditors have the phone's own way in (intake).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from auditapi.audits.models import Audit
from auditapi.audits.states import Release
from auditapi.core.db import session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor, Role
from auditapi.stores.queries import visible_stores


def readable_audits(actor: Actor) -> Select[Audit]:
    found = select(Audit)
    if actor.is_head_office:
        return found
    if actor.role is Role.AUDITOR:
        return found.where(Audit.auditor_id == actor.person_id)
    return found.where(Audit.store_id.in_(visible_stores(actor)), Audit.release == Release.RELEASED)


def readable_audit(actor: Actor, audit_id: UUID) -> Audit:
    """Raises `Problem(NOT_FOUND)` for what this person may not see."""
    audit = session().scalar(readable_audits(actor).where(Audit.id == audit_id))
    if audit is None:
        raise Problem(NOT_FOUND, "There is no such audit.")
    return audit
