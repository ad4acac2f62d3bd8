"""Percentages are kept with twelve places, so that their means are printed right.

Scores of before stay as they are, cut off after four: single figures are right with four, and the
exact ones stand in the explanation beside them. Nothing has to be scored anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

FOUR, TWELVE = sa.Numeric(9, 4), sa.Numeric(17, 12)
COLUMNS = (
    ("scores", "percentage"),
    ("scores", "raw_percentage"),
    ("scores", "coverage"),
    ("section_results", "percentage"),
    ("section_results", "coverage"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.alter_column(table, column, type_=TWELVE, existing_type=FOUR)


def downgrade() -> None:
    for table, column in COLUMNS:
        # Cut off, as the service does it: rounding here would round twice.
        op.alter_column(
            table,
            column,
            type_=FOUR,
            existing_type=TWELVE,
            postgresql_using=f"trunc({column}, 4)",
        )
