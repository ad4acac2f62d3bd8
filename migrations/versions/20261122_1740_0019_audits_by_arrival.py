"""The lists of head office and of auditors go by when audits came in, from an index each."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


BY_ARRIVAL = {
    "ix_audits_received_at": ["organisation_id", "received_at", "id"],
    "ix_audits_auditor_id_received_at": ["organisation_id", "auditor_id", "received_at", "id"],
}


def upgrade() -> None:
    for name, columns in BY_ARRIVAL.items():
        op.create_index(name, "audits", columns, unique=False)


def downgrade() -> None:
    for name in BY_ARRIVAL:
        op.drop_index(name, table_name="audits")
