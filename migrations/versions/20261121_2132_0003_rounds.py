"""Rounds and assignments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from auditapi.core.rights import protect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_until", sa.Date(), nullable=False),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
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
            nullable=False,
        ),
        sa.Column(
            "sampling",
            sa.Enum(
                "all",
                "typical",
                "random_sample",
                name="byobject",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("sample_size", sa.Integer(), nullable=True),
        sa.Column("sampled_from", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quotas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("minimum_days_between", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "minimum_days_between >= 0", name=op.f("ck_rounds_minimum_days_between")
        ),
        sa.CheckConstraint("period_from <= period_until", name=op.f("ck_rounds_period")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "checklist_version_id"],
            ["checklist_versions.organisation_id", "checklist_versions.id"],
            name=op.f("fk_rounds_organisation_id_checklist_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_rounds_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_rounds")),
    )
    op.create_table(
        "assignments",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("auditor_id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("checklist_version_id", sa.Uuid(), nullable=False),
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
            nullable=False,
        ),
        sa.Column(
            "by_time",
            sa.Enum(
                "regular",
                "any_time",
                name="bytime",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "by_object",
            sa.Enum(
                "all",
                "typical",
                "random_sample",
                name="byobject",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "direct",
                "conversation",
                "form",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "scenario",
            sa.Enum(
                "hesitant",
                "opinionated",
                "gentle",
                "angry",
                "opening",
                "closing",
                name="scenario",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("purchase", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brief", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "declined",
                "done",
                "cancelled",
                "not_possible",
                name="assignmentstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "not_possible",
            sa.Enum(
                "closed",
                "refused",
                "unsafe",
                "other",
                name="notpossible",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("state_note", sa.String(length=2000), nullable=True),
        sa.Column("payable", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("not_before < not_after", name=op.f("ck_assignments_window")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "auditor_id"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_assignments_organisation_id_auditor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "checklist_version_id"],
            ["checklist_versions.organisation_id", "checklist_versions.id"],
            name=op.f("fk_assignments_organisation_id_checklist_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rounds.organisation_id", "rounds.id"],
            name=op.f("fk_assignments_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "store_id"],
            ["stores.organisation_id", "stores.id"],
            name=op.f("fk_assignments_organisation_id_store_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_assignments_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_assignments")),
    )
    op.create_index(
        "ix_assignments_auditor_id",
        "assignments",
        ["organisation_id", "auditor_id", "not_after"],
        unique=False,
    )
    op.create_index(
        "ix_assignments_round_id", "assignments", ["organisation_id", "round_id"], unique=False
    )
    op.create_index(
        "ix_assignments_store_id",
        "assignments",
        ["organisation_id", "store_id", "not_before"],
        unique=False,
    )
    protect("rounds", "assignments")


def downgrade() -> None:
    op.drop_index("ix_assignments_store_id", table_name="assignments")
    op.drop_index("ix_assignments_round_id", table_name="assignments")
    op.drop_index("ix_assignments_auditor_id", table_name="assignments")
    op.drop_table("assignments")
    op.drop_table("rounds")
