"""Checklist versions and photos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from auditapi.core.rights import protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo_pieces",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("upload_length", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("start >= 0 AND length > 0", name=op.f("ck_photo_pieces_range")),
        sa.PrimaryKeyConstraint(
            "organisation_id", "person_id", "sha256", "start", name=op.f("pk_photo_pieces")
        ),
    )
    op.create_index("ix_photo_pieces_received_at", "photo_pieces", ["received_at"], unique=False)
    op.create_table(
        "photo_blobs",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("object_key", sa.String(length=200), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("orientation", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.String(length=40), nullable=True),
        sa.Column("camera", sa.String(length=200), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("perceptual_hash", sa.BigInteger(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_photo_blobs_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "sha256", name=op.f("pk_photo_blobs")),
    )
    op.create_index(
        "ix_photo_blobs_stored_at", "photo_blobs", ["organisation_id", "stored_at"], unique=False
    )
    op.create_table(
        "photo_derivatives",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("redactions", sa.String(length=64), nullable=False),
        sa.Column("print_key", sa.String(length=200), nullable=False),
        sa.Column("thumbnail_key", sa.String(length=200), nullable=False),
        sa.Column("print_sha256", sa.String(length=64), nullable=False),
        sa.Column("print_width", sa.Integer(), nullable=False),
        sa.Column("print_height", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_photo_derivatives_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "sha256", "redactions", name=op.f("pk_photo_derivatives")
        ),
    )
    op.create_table(
        "checklist_versions",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("available_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_checklist_versions_number")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "published_by"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_checklist_versions_organisation_id_published_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_checklist_versions_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_checklist_versions")),
        sa.UniqueConstraint(
            "organisation_id",
            "key",
            "number",
            name=op.f("uq_checklist_versions_organisation_id_key_number"),
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "key",
            "sha256",
            name=op.f("uq_checklist_versions_organisation_id_key_sha256"),
        ),
    )
    op.create_index(
        "ix_checklist_versions_newest",
        "checklist_versions",
        ["organisation_id", "key", "available_from"],
        unique=False,
    )
    op.create_table(
        "photo_holders",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_photo_holders_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "sha256", "person_id", name=op.f("pk_photo_holders")
        ),
    )
    op.create_table(
        "photo_refusals",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=400), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_photo_refusals_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "sha256", "person_id", name=op.f("pk_photo_refusals")
        ),
    )
    op.execute("ALTER TABLE photo_pieces ALTER COLUMN data SET STORAGE EXTERNAL")
    protect("checklist_versions", "photo_blobs", "photo_holders", "photo_refusals")
    protect("photo_pieces", "photo_derivatives")


def downgrade() -> None:
    op.drop_table("photo_refusals")
    op.drop_table("photo_holders")
    op.drop_index("ix_checklist_versions_newest", table_name="checklist_versions")
    op.drop_table("checklist_versions")
    op.drop_table("photo_derivatives")
    op.drop_index("ix_photo_blobs_stored_at", table_name="photo_blobs")
    op.drop_table("photo_blobs")
    op.drop_index("ix_photo_pieces_received_at", table_name="photo_pieces")
    op.drop_table("photo_pieces")
