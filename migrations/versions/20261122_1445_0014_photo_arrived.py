"""A photo that arrived is noted with all audits that wait for it by one question, not two each."""

from __future__ import annotations

from alembic import op

from auditapi.core.rights import allow_function

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # From the photo to its few audits, never through all of the auditor's, whatever the planner
    # believes to know about a table that has just grown: hence the array. What is missing is
    # counted by a statement after the one that took the audit's row: only so it sees another photo
    # that was noted while this one waited for the row.
    op.execute(
        """
        CREATE FUNCTION photo_arrived(person uuid, digest text, became text, why text)
        RETURNS TABLE (audit uuid, missing bigint) LANGUAGE plpgsql AS $$
        BEGIN
            FOR audit IN
                SELECT a.id FROM audits a
                WHERE a.auditor_id = person AND a.id = ANY(ARRAY(
                    SELECT p.audit_id FROM audit_photos p
                    WHERE p.sha256 = digest AND p.state IN ('missing', 'refused')
                ))
                ORDER BY a.id FOR UPDATE
            LOOP
                UPDATE audit_photos p SET state = became, reason = why
                WHERE p.audit_id = audit AND p.sha256 = digest
                    AND p.state IN ('missing', 'refused');
                SELECT count(*) INTO missing FROM audit_photos p
                WHERE p.audit_id = audit AND p.state = 'missing';
                RETURN NEXT;
            END LOOP;
        END $$
        """
    )
    allow_function("photo_arrived(uuid, text, text, text)")


def downgrade() -> None:
    op.execute("DROP FUNCTION photo_arrived(uuid, text, text, text)")
