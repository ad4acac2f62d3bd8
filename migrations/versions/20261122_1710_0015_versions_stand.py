"""What is published stands: the app's role may take a version out of use, and change nothing else
of it."""

from __future__ import annotations

from auditapi.core.rights import APPEND_ONLY, READ_AND_WRITE, grant, revoke

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = "checklist_versions"


def upgrade() -> None:
    revoke(TABLE)
    grant(TABLE, rights=f"{APPEND_ONLY}, UPDATE (withdrawn_at)")


def downgrade() -> None:
    grant(TABLE, rights=READ_AND_WRITE)
