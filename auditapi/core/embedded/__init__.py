"""PostgreSQL and S3 for one machine: started, watched and stopped by us, out of two wheels.

For development, trials and tests. A real installation sets ``DATABASE_URL`` and
``S3_ENDPOINT_URL`` and never comes here.
"""

from __future__ import annotations

from auditapi.core.embedded.errors import AlreadyRunning, EmbeddedError
from auditapi.core.embedded.lock import StateLock
from auditapi.core.embedded.places import forget, open_state_folder
from auditapi.core.embedded.roles import provision
from auditapi.core.embedded.seaweed import ObjectStorage
from auditapi.core.embedded.supervisor import Embedded, first_free

__all__ = [
    "AlreadyRunning",
    "Embedded",
    "EmbeddedError",
    "ObjectStorage",
    "StateLock",
    "first_free",
    "forget",
    "open_state_folder",
    "provision",
]
