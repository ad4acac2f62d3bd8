"""Head office's list of audits goes by when they came in, from an index."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_audits_received_at", "audits", ["organisation_id", "received_at", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_audits_received_at", table_name="audits")
