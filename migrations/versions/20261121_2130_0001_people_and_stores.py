"""Organisations, people, stores, the activity log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from auditapi.core.rights import APPEND_ONLY, allow_function, grant, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_activity")),
    )
    op.create_index(
        "ix_activity_action", "activity", ["organisation_id", "action", "id"], unique=False
    )
    op.create_index(
        "ix_activity_subject", "activity", ["organisation_id", "subject_id", "id"], unique=False
    )
    op.create_table(
        "failed_sign_ins",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failed_sign_ins")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "person_id", "route", "key", name=op.f("pk_idempotency_keys")
        ),
    )
    op.create_index("ix_idempotency_keys_kept_at", "idempotency_keys", ["kept_at"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("accent_colour", sa.String(length=7), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "accent_colour ~ '^#[0-9a-f]{6}$'", name=op.f("ck_organisations_accent_colour")
        ),
        sa.CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]*$'", name=op.f("ck_organisations_slug")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
    )
    op.create_table(
        "people",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "auditor",
                "store_manager",
                "regional_manager",
                "analyst",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_lower")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_people_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_people")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_people_organisation_id_code")),
        sa.UniqueConstraint(
            "organisation_id", "email", name=op.f("uq_people_organisation_id_email")
        ),
    )
    op.create_table(
        "regions",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_regions_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "parent_id"],
            ["regions.organisation_id", "regions.id"],
            name=op.f("fk_regions_organisation_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_regions_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_regions")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_regions_organisation_id_code")
        ),
    )
    op.create_index(
        "ix_regions_parent_id", "regions", ["organisation_id", "parent_id"], unique=False
    )
    op.create_table(
        "region_managers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_region_managers_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "region_id"],
            ["regions.organisation_id", "regions.id"],
            name=op.f("fk_region_managers_organisation_id_region_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "region_id", "person_id", name=op.f("pk_region_managers")
        ),
    )
    op.create_index(
        "ix_region_managers_person_id",
        "region_managers",
        ["organisation_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "sign_in_codes",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_sign_in_codes_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sign_in_codes")),
    )
    op.create_index(
        "ix_sign_in_codes_fingerprint",
        "sign_in_codes",
        ["organisation_id", "fingerprint"],
        unique=True,
    )
    op.create_table(
        "stores",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_stores_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_stores_longitude")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "region_id"],
            ["regions.organisation_id", "regions.id"],
            name=op.f("fk_stores_organisation_id_region_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_stores_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_stores")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_stores_organisation_id_code")),
    )
    op.create_index("ix_stores_region_id", "stores", ["organisation_id", "region_id"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_tokens_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_tokens")),
    )
    op.create_index(
        "ix_tokens_fingerprint", "tokens", ["organisation_id", "fingerprint"], unique=True
    )
    op.create_index("ix_tokens_person_id", "tokens", ["organisation_id", "person_id"], unique=False)
    op.create_table(
        "store_managers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_store_managers_organisation_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "store_id"],
            ["stores.organisation_id", "stores.id"],
            name=op.f("fk_store_managers_organisation_id_store_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "store_id", "person_id", name=op.f("pk_store_managers")
        ),
    )
    op.create_index(
        "ix_store_managers_person_id",
        "store_managers",
        ["organisation_id", "person_id"],
        unique=False,
    )
    op.execute(
        """
        CREATE FUNCTION organisation_id_of(wanted text) RETURNS uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
        AS $$ SELECT id FROM organisations WHERE slug = wanted $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION organisation_ids() RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
        AS $$ SELECT id FROM organisations $$
        """
    )
    allow_function("organisation_id_of(text)")
    allow_function("organisation_ids()")
    protect("organisations", key="id")
    protect("people", "tokens", "sign_in_codes", "regions", "stores")
    protect("region_managers", "store_managers", "idempotency_keys")
    protect("activity", rights=APPEND_ONLY)
    grant("failed_sign_ins")


def downgrade() -> None:
    op.drop_index("ix_store_managers_person_id", table_name="store_managers")
    op.drop_table("store_managers")
    op.drop_index("ix_tokens_person_id", table_name="tokens")
    op.drop_index("ix_tokens_fingerprint", table_name="tokens")
    op.drop_table("tokens")
    op.drop_index("ix_stores_region_id", table_name="stores")
    op.drop_table("stores")
    op.drop_index("ix_sign_in_codes_fingerprint", table_name="sign_in_codes")
    op.drop_table("sign_in_codes")
    op.drop_index("ix_region_managers_person_id", table_name="region_managers")
    op.drop_table("region_managers")
    op.drop_index("ix_regions_parent_id", table_name="regions")
    op.drop_table("regions")
    op.drop_table("people")
    op.drop_table("organisations")
    op.drop_index("ix_idempotency_keys_kept_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("failed_sign_ins")
    op.drop_index("ix_activity_subject", table_name="activity")
    op.drop_index("ix_activity_action", table_name="activity")
    op.drop_table("activity")
    op.execute("DROP FUNCTION organisation_ids()")
    op.execute("DROP FUNCTION organisation_id_of(text)")
