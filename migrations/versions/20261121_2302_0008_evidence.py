"""Signing keys, signed manifests, and the digests of issued PDFs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from auditapi.core.rights import APPEND_ONLY, allow_function, protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_signing_keys_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_signing_keys")),
    )
    op.create_index(
        "uq_signing_keys_in_use",
        "signing_keys",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "manifests",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id", "revision"],
            [
                "audit_revisions.organisation_id",
                "audit_revisions.audit_id",
                "audit_revisions.number",
            ],
            name=op.f("fk_manifests_organisation_id_audit_id_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "key_id"],
            ["signing_keys.organisation_id", "signing_keys.id"],
            name=op.f("fk_manifests_organisation_id_key_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "audit_id", "revision", name=op.f("pk_manifests")
        ),
    )
    op.create_index("uq_manifests_code", "manifests", ["code"], unique=True)
    op.create_table(
        "issued_pdfs",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("form", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_issued_pdfs_sha256")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "audit_id"],
            ["audits.organisation_id", "audits.id"],
            name=op.f("fk_issued_pdfs_organisation_id_audit_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "sha256", name=op.f("pk_issued_pdfs")),
    )
    op.create_index("ix_issued_pdfs_sha256", "issued_pdfs", ["sha256"])
    op.execute(
        """
        CREATE FUNCTION organisation_of_manifest(wanted text) RETURNS uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
        AS $$ SELECT organisation_id FROM manifests WHERE code = wanted $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION organisation_of_pdf(wanted text) RETURNS uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
        AS $$ SELECT organisation_id FROM issued_pdfs WHERE sha256 = wanted LIMIT 1 $$
        """
    )
    allow_function("organisation_of_manifest(text)")
    allow_function("organisation_of_pdf(text)")
    protect("signing_keys", rights="SELECT, INSERT, UPDATE")
    protect("manifests", "issued_pdfs", rights=APPEND_ONLY)


def downgrade() -> None:
    op.execute("DROP FUNCTION organisation_of_pdf(text)")
    op.execute("DROP FUNCTION organisation_of_manifest(text)")
    op.drop_table("issued_pdfs")
    op.drop_table("manifests")
    op.drop_table("signing_keys")
