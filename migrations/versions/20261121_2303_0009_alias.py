"""A second name for each audit, which tells nothing of when it was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The default is for the audits that are here; the model gives new ones theirs.
    op.add_column(
        "audits",
        sa.Column("alias", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
    )
    op.alter_column("audits", "alias", server_default=None)
    op.create_unique_constraint(
        op.f("uq_audits_organisation_id_alias"), "audits", ["organisation_id", "alias"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("uq_audits_organisation_id_alias"), "audits", type_="unique")
    op.drop_column("audits", "alias")
