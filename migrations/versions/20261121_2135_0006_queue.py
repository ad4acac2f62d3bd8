"""The queue's own tables, as its library ships them."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

from auditapi.core.rights import grant_all

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    grant_all("TABLES", "procrastinate_")
    grant_all("SEQUENCES", "procrastinate_")


def downgrade() -> None:
    op.execute(
        """
        DO $$ DECLARE found record; BEGIN
            FOR found IN SELECT relname FROM pg_class
                WHERE relkind = 'r' AND relname LIKE 'procrastinate\\_%' LOOP
                EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', found.relname);
            END LOOP;
            FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate\\_%' LOOP
                EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', found.name);
            END LOOP;
            FOR found IN SELECT typname FROM pg_type
                WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('e', 'c') LOOP
                EXECUTE format('DROP TYPE IF EXISTS %I CASCADE', found.typname);
            END LOOP;
        END $$
        """
    )
