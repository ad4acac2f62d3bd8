"""Copies of unfinished audits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from auditapi.core.rights import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("store_id", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_drafts_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", "id", name=op.f("pk_drafts")),
    )
    op.create_index(
        "ix_drafts_person_id",
        "drafts",
        ["organisation_id", "person_id", "saved_at", "id"],
        unique=False,
    )
    op.create_index("ix_drafts_saved_at", "drafts", ["organisation_id", "saved_at"], unique=False)
    protect("drafts")


def downgrade() -> None:
    op.drop_index("ix_drafts_saved_at", table_name="drafts")
    op.drop_index("ix_drafts_person_id", table_name="drafts")
    op.drop_table("drafts")
