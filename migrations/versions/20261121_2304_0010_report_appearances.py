"""How an organisation wants its reports, and which wish a report was made under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from auditapi.core.rights import protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_appearances",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("blocks", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("paper", sa.String(length=10), nullable=False),
        sa.Column("photo_size", sa.String(length=10), nullable=False),
        sa.Column("photo_order", sa.String(length=10), nullable=False),
        sa.Column("logo_key", sa.String(length=200), nullable=True),
        sa.Column("logo_sha256", sa.String(length=64), nullable=True),
        sa.Column("logo_type", sa.String(length=20), nullable=True),
        sa.Column("logo_width", sa.Integer(), nullable=True),
        sa.Column("logo_height", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(logo_key IS NULL) = (logo_sha256 IS NULL)", name=op.f("ck_report_appearances_logo")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_report_appearances_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_report_appearances")),
    )
    protect("report_appearances")
    op.add_column(
        "reports", sa.Column("appearance", sa.Integer(), nullable=False, server_default="0")
    )
    op.alter_column("reports", "appearance", server_default=None)
    op.create_index(
        "ix_reports_waiting",
        "reports",
        ["organisation_id", "asked_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_index("ix_reports_waiting", table_name="reports")
    op.drop_column("reports", "appearance")
    op.drop_table("report_appearances")
