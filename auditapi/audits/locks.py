"""The lock that everything about one audit's name takes first, whether its row is there or not.

Order for whoever takes several: this one, then the digests' (`photos.service.lock`), then the
audit's row, then its draft's. So nobody waits in a circle.
"""

from __future__ import annotations

from uuid import UUID

from auditapi.core.db import fetch


def lock_of(audit_id: UUID) -> int:
    """The advisory lock of this name."""
    return int.from_bytes(audit_id.bytes[-8:], "big", signed=True)


def lock_id(audit_id: UUID) -> None:
    """Until the transaction ends, no document and no draft of this name is written elsewhere."""
    fetch("SELECT pg_advisory_xact_lock(%(number)s)", {"number": lock_of(audit_id)})
