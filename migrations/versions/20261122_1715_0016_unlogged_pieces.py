"""Pieces of photos wait in an unlogged table; a photo refused once more disturbs no audit."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Half a photo is worth no write-ahead log: after a crash of the database it is sent again.
    op.execute("ALTER TABLE photo_pieces SET UNLOGGED")
    _photo_arrived("p.state = 'missing' OR (p.state = 'refused' AND became = 'stored')")


def downgrade() -> None:
    _photo_arrived("p.state IN ('missing', 'refused')")
    op.execute("ALTER TABLE photo_pieces SET LOGGED")


def _photo_arrived(waiting: str) -> None:
    """As in 0014 but for which photos of audits the news is for."""
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION photo_arrived(person uuid, digest text, became text, why text)
        RETURNS TABLE (audit uuid, missing bigint) LANGUAGE plpgsql AS $$
        BEGIN
            FOR audit IN
                SELECT a.id FROM audits a
                WHERE a.auditor_id = person AND a.id = ANY(ARRAY(
                    SELECT p.audit_id FROM audit_photos p
                    WHERE p.sha256 = digest AND ({waiting})
                ))
                ORDER BY a.id FOR UPDATE
            LOOP
                UPDATE audit_photos p SET state = became, reason = why
                WHERE p.audit_id = audit AND p.sha256 = digest AND ({waiting});
                SELECT count(*) INTO missing FROM audit_photos p
                WHERE p.audit_id = audit AND p.state = 'missing';
                RETURN NEXT;
            END LOOP;
        END $$
        """
    )
