"""By which name a person of the chain knows an audit."""

from __future__ import annotations

from uuid import UUID

from auditapi.audits.models import Audit
from auditapi.core import db
from auditapi.people.models import Role
from tests.factories.chain import Chain
from tests.factories.visits import Visit


def known_as(chain: Chain, who: str, what: Visit) -> str:
    """Head office and its auditor: its id. Everybody else: its alias."""
    with db.transaction(chain.organisation.id) as session:
        audit = session.get_one(Audit, (chain.organisation.id, UUID(what.id)))
        person = chain.people[who]
        knows_id = person.role in {Role.ADMINISTRATOR, Role.ANALYST} or (
            audit.auditor_id == person.id
        )
        return str(audit.id if knows_id else audit.alias)
