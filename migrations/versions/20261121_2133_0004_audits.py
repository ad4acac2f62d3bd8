"""Audits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from auditapi.core.rights import APPEND_ONLY, protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("auditor_id", sa.Uuid(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("store_id", sa.Uuid(), nullable=True),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "mystery_shop",
                "staff_observation",
                "announced_audit",
                "self_check",
                name="visitkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum(
                "awaiting_photos",
                "delivered",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "acceptance",
            sa.Enum(
                "accepted",
                "quarantined",
                "rejected",
                name="acceptance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "release",
            sa.Enum(
                "not_yet",
                "waiting",
                "returned",
                "released",
                name="release",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.String(length=4000), nullable=True),
        sa.CheckConstraint(
            "completed_at IS NULL OR (delivery = 'delivered' AND acceptance = 'accepted')",
            name=op.f("ck_audits_complete_means_delivered_and_accepted"),
        ),
        sa.CheckConstraint(
            "(completed_at IS NULL) = (revision = 0)", name=op.f("ck_audits_revision")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "assignment_id"],
            ["assignments.organisation_id", "assignments.id"],
            name=op.f("fk_audits_organisation_id_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "auditor_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_audits_organisation_id_auditor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "checklist_version_id"],
            ["checklist_versions.organisation_id", "checklist_versions.id"],
            name=op.f("fk_audits_organisation_id_checklist_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "store_id"],
            ["stores.organisation_id", "stores.id"],
            name=op.f("fk_audits_organisation_id_store_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_audits_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_audits")),
    )
    op.create_index(
        "ix_audits_assignment_id", "audits", ["organisation_id", "assignment_id"], unique=False
    )
    op.create_index(
        "ix_audits_auditor_id", "audits", ["organisation_id", "auditor_id", "id"], unique=False
    )
    op.create_index(
        "ix_audits_open",
        "audits",
        ["organisation_id", "received_at"],
        unique=False,
        postgresql_where=sa.text("completed_at IS NULL"),
    )
    op.create_index(
        "ix_audits_store_id", "audits", ["organisation_id", "store_id", "id"], unique=False
    )
    op.create_index(
        "ix_audits_visited_on", "audits", ["organisation_id", "visited_on"], unique=False
    )
    op.create_table(
        "audit_documents",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id"],
            ["audits.organisation_id", "audits.id"],
            name=op.f("fk_audit_documents_organisation_id_audit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "audit_id", "sha256", name=op.f("pk_audit_documents")
        ),
    )
    op.create_table(
        "audit_flags",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "same_photo",
                "similar_photo",
                "critical_without_evidence",
                "late",
                "far_away",
                name="flagkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id"],
            ["audits.organisation_id", "audits.id"],
            name=op.f("fk_audit_flags_organisation_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "settled_by"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_audit_flags_organisation_id_settled_by"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_audit_flags")),
    )
    op.create_index(
        "ix_audit_flags_audit_id", "audit_flags", ["organisation_id", "audit_id"], unique=False
    )
    op.create_table(
        "audit_photos",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("location", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("caption", sa.String(length=2000), nullable=True),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("redactions", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "missing",
                "stored",
                "refused",
                "lost",
                name="photostate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id"],
            ["audits.organisation_id", "audits.id"],
            name=op.f("fk_audit_photos_organisation_id_audit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "audit_id", "position", name=op.f("pk_audit_photos")
        ),
    )
    op.create_index(
        "ix_audit_photos_sha256", "audit_photos", ["organisation_id", "sha256"], unique=False
    )
    op.create_table(
        "audit_revisions",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id"],
            ["audits.organisation_id", "audits.id"],
            name=op.f("fk_audit_revisions_organisation_id_audit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "author_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_audit_revisions_organisation_id_author_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "audit_id", "number", name=op.f("pk_audit_revisions")
        ),
    )
    protect("audits", "audit_photos", "audit_flags")
    protect("audit_documents", "audit_revisions", rights=APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("audit_revisions")
    op.drop_index("ix_audit_photos_sha256", table_name="audit_photos")
    op.drop_table("audit_photos")
    op.drop_index("ix_audit_flags_audit_id", table_name="audit_flags")
    op.drop_table("audit_flags")
    op.drop_table("audit_documents")
    op.drop_index("ix_audits_visited_on", table_name="audits")
    op.drop_index("ix_audits_store_id", table_name="audits")
    op.drop_index(
        "ix_audits_open", table_name="audits", postgresql_where=sa.text("completed_at IS NULL")
    )
    op.drop_index("ix_audits_auditor_id", table_name="audits")
    op.drop_index("ix_audits_assignment_id", table_name="audits")
    op.drop_table("audits")
