"""What phones tell of a visit and its photos, and what an organisation wants photos to be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: (table, column, what rows that are here get). The models give new rows theirs.
WITH_DEFAULT: tuple[tuple[str, sa.Column[object], str], ...] = (
    ("organisations", sa.Column("photo_originals", sa.Boolean(), nullable=False), "false"),
    ("organisations", sa.Column("photo_long_side", sa.Integer(), nullable=False), "1600"),
    ("audit_photos", sa.Column("elsewhere", sa.Boolean(), nullable=False), "false"),
    ("audit_photos", sa.Column("revision", sa.Integer(), nullable=False), "1"),
)


def upgrade() -> None:
    for table, column, before in WITH_DEFAULT:
        column.server_default = sa.DefaultClause(sa.text(before))
        op.add_column(table, column)
        op.alter_column(table, column.name, server_default=None)
    op.create_check_constraint(
        op.f("ck_organisations_photo_long_side"),
        "organisations",
        "photo_long_side BETWEEN 800 AND 6000",
    )
    for name in ("visited_from", "visited_until"):
        op.add_column("audits", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("visited_until", "visited_from"):
        op.drop_column("audits", name)
    op.drop_constraint(op.f("ck_organisations_photo_long_side"), "organisations", type_="check")
    for table, column, _before in reversed(WITH_DEFAULT):
        op.drop_column(table, column.name)
