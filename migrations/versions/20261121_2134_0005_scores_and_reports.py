"""Scores and reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from auditapi.core.rights import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_results",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("section", sa.String(length=80), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_key", sa.String(length=80), nullable=False),
        sa.Column("visit_kind", sa.String(length=40), nullable=False),
        sa.Column("left_out", sa.String(length=40), nullable=True),
        sa.Column("result", sa.Numeric(precision=9, scale=8), nullable=True),
        sa.Column("weight", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("earned", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("tag", sa.String(length=20), nullable=True),
        sa.Column("critical_fired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "visited_on",
            "audit_id",
            "revision",
            "item",
            name=op.f("pk_item_results"),
        ),
    )
    op.create_index(
        "ix_item_results_item",
        "item_results",
        ["organisation_id", "checklist_key", "item", "visited_on"],
        unique=False,
    )
    op.create_index(
        "ix_item_results_store_id",
        "item_results",
        ["organisation_id", "store_id", "visited_on"],
        unique=False,
    )
    op.create_table(
        "reports",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("variant", sa.String(length=20), nullable=False),
        sa.Column("paper", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "ready",
                "failed",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("input_hash", sa.String(length=64), nullable=True),
        sa.Column("object_key", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id"],
            ["audits.organisation_id", "audits.id"],
            name=op.f("fk_reports_organisation_id_audit_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "organisation_id",
            "audit_id",
            "revision",
            "audience",
            "language",
            "variant",
            "paper",
            name=op.f(
                "uq_reports_organisation_id_audit_id_revision_audience_language_variant_paper"
            ),
        ),
    )
    op.create_index(
        "ix_reports_input_hash", "reports", ["organisation_id", "input_hash"], unique=False
    )
    op.create_table(
        "scores",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("percentage", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("raw_percentage", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("coverage", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("band", sa.String(length=20), nullable=True),
        sa.Column("explained", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id"],
            ["audits.organisation_id", "audits.id"],
            name=op.f("fk_scores_organisation_id_audit_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "audit_id", "revision", name=op.f("pk_scores")),
    )
    op.create_index("ix_scores_outcome", "scores", ["organisation_id", "outcome"], unique=False)
    op.create_table(
        "share_links",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id"],
            ["audits.organisation_id", "audits.id"],
            name=op.f("fk_share_links_organisation_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "created_by"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_share_links_organisation_id_created_by"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_share_links")),
    )
    op.create_index(
        "ix_share_links_audit_id", "share_links", ["organisation_id", "audit_id"], unique=False
    )
    op.create_table(
        "section_results",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=80), nullable=False),
        sa.Column("weight", sa.Numeric(precision=9, scale=4), nullable=False),
        sa.Column("percentage", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.Column("coverage", sa.Numeric(precision=9, scale=4), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id", "revision"],
            ["scores.organisation_id", "scores.audit_id", "scores.revision"],
            name=op.f("fk_section_results_organisation_id_audit_id_revision"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "audit_id", "revision", "section", name=op.f("pk_section_results")
        ),
    )
    protect("scores", "section_results", "item_results", "reports", "share_links")


def downgrade() -> None:
    op.drop_table("section_results")
    op.drop_index("ix_share_links_audit_id", table_name="share_links")
    op.drop_table("share_links")
    op.drop_index("ix_scores_outcome", table_name="scores")
    op.drop_table("scores")
    op.drop_index("ix_reports_input_hash", table_name="reports")
    op.drop_table("reports")
    op.drop_index("ix_item_results_store_id", table_name="item_results")
    op.drop_index("ix_item_results_item", table_name="item_results")
    op.drop_table("item_results")
