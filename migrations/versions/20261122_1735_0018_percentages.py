"""Percentages are kept with twelve places, so that their means are printed right.

Scores of before stay as they are, cut off after four: single figures are right with four, and the
exact ones stand in the explanation beside them. Nothing has to be scored anew.
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = {
    "scores": ("percentage", "raw_percentage", "coverage"),
    "section_results": ("percentage", "coverage"),
}


def upgrade() -> None:
    _retype("numeric(17, 12)", "{column}")


def downgrade() -> None:
    # Cut off, as the service does it: rounding here would round twice.
    _retype("numeric(9, 4)", "trunc({column}, 4)")


def _retype(kind: str, using: str) -> None:
    """All columns of a table at once: each such statement writes the whole table anew."""
    for table, columns in COLUMNS.items():
        changes = ", ".join(
            f"ALTER COLUMN {column} TYPE {kind} USING {using.format(column=column)}"
            for column in columns
        )
        op.execute(f"ALTER TABLE {table} {changes}")
