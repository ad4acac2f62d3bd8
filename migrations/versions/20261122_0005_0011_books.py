"""Books of reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from auditapi.core.rights import protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    kinds = ("mystery_shop", "staff_observation", "announced_audit", "self_check")
    op.create_table(
        "books",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("visited_from", sa.Date(), nullable=False),
        sa.Column("visited_until", sa.Date(), nullable=False),
        sa.Column("kind", _one_of("visitkind", *kinds), nullable=True),
        sa.Column("checklist", sa.String(length=80), nullable=True),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("variant", sa.String(length=20), nullable=False),
        sa.Column("paper", sa.String(length=10), nullable=False),
        sa.Column("form", _one_of("bookform", "pdf", "zip"), nullable=False),
        sa.Column(
            "state",
            _one_of("bookstate", "waiting", "ready", "failed", "expired"),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("object_key", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("visited_from <= visited_until", name=op.f("ck_books_period")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "region_id"],
            ["regions.organisation_id", "regions.id"],
            name=op.f("fk_books_organisation_id_region_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asked_by"],
            ["people.organisation_id", "people.id"],
            name=op.f("fk_books_organisation_id_asked_by"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_books")),
    )
    op.create_index("ix_books_finished_at", "books", ["organisation_id", "finished_at"])
    protect("books")
    op.alter_column("issued_pdfs", "audit_id", nullable=True)
    op.alter_column("issued_pdfs", "revision", nullable=True)
    op.alter_column("issued_pdfs", "bytes", type_=sa.BigInteger())
    op.add_column("issued_pdfs", sa.Column("book_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_issued_pdfs_organisation_id_book_id"),
        "issued_pdfs",
        "books",
        ["organisation_id", "book_id"],
        ["organisation_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_issued_pdfs_of_what"), "issued_pdfs", "(audit_id IS NULL) <> (book_id IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_issued_pdfs_revision"), "issued_pdfs", "(audit_id IS NULL) = (revision IS NULL)"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_issued_pdfs_revision"), "issued_pdfs")
    op.drop_constraint(op.f("ck_issued_pdfs_of_what"), "issued_pdfs")
    op.drop_constraint(op.f("fk_issued_pdfs_organisation_id_book_id"), "issued_pdfs")
    op.drop_column("issued_pdfs", "book_id")
    op.execute("DELETE FROM issued_pdfs WHERE audit_id IS NULL")
    op.alter_column("issued_pdfs", "bytes", type_=sa.Integer())
    op.alter_column("issued_pdfs", "revision", nullable=False)
    op.alter_column("issued_pdfs", "audit_id", nullable=False)
    op.drop_table("books")
