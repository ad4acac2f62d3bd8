"""What a phone carries to work for days without a network, told at once."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_

from auditapi.audits.models import Assignment
from auditapi.audits.planning import queries, telling
from auditapi.audits.planning.last_failed import last_failed
from auditapi.audits.planning.rules import OPEN
from auditapi.audits.states import AssignmentState
from auditapi.core.db import now, session
from auditapi.people.models import Actor
from auditapi.people.queries import organisation, person

#: A phone that has begun a visit needs its assignment after it was ended by somebody else.
STILL_TOLD = timedelta(days=14)
ENDED = (AssignmentState.DONE, AssignmentState.CANCELLED, AssignmentState.NOT_POSSIBLE)


def content(actor: Actor) -> dict[str, Any]:
    """Everything but the time of asking. The number of queries does not grow with the work."""
    assignments, returned = _assignments(actor), queries.returned_to(actor)
    visits, names = queries.planned(assignments), queries.known_names(actor, assignments)
    again = queries.made_of(returned)
    known: list[queries.Planned | queries.Made] = [*visits, *again]
    stores = {one.store.code: one.store for one in known}
    versions = {(one.version.key, one.version.number): one.version for one in known}
    return {
        "person": person(actor.person_id),
        "settings": organisation(),
        "assignments": [
            telling.visit(one.assignment, one.store, one.version, names) for one in visits
        ],
        "stores": [stores[code] for code in sorted(stores)],
        "checklists": [telling.checklist_name(versions[name]) for name in sorted(versions)],
        "last_failed": last_failed(visits, actor),
        "returned": [telling.returned(one.audit, one.version) for one in again],
    }


def _assignments(actor: Actor) -> list[Assignment]:
    lately = and_(Assignment.state.in_(ENDED), Assignment.changed_at > now() - STILL_TOLD)
    return list(
        session().scalars(
            queries.mine(actor)
            .where(or_(Assignment.state.in_(OPEN), lately))
            .order_by(Assignment.not_after, Assignment.id)
        )
    )


def digest(written: object) -> str:
    """Names the content, as it goes over the wire."""
    text = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
