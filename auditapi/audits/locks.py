"""The lock that everything about one audit's name takes first, whether its row is there or not.

Order for whoever takes several: this one, then the digests' (`photos.service.lock`), then the
audit's row, then its draft's. So nobody waits in a circle.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from auditapi.core.db import session


def lock_id(audit_id: UUID) -> None:
    """Until the transaction ends, no document and no draft of this name is written elsewhere."""
    number = int.from_bytes(audit_id.bytes[-8:], "big", signed=True)
    session().execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
