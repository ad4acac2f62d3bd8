"""Who holds a token, and whether a photo is here: each by one question instead of a transaction.

Every upload asks both before its bytes are looked at. The functions run with the rights of who
calls them, and say themselves whose rows row-level security lets them see.
"""

from __future__ import annotations

from alembic import op

from auditapi.core.rights import allow_function

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION holder_of(organisation uuid, wanted bytea) RETURNS TABLE (
            token_id uuid, expires_at timestamptz, revoked_at timestamptz,
            last_used_at timestamptz, person_id uuid, role text, name text, language text,
            disabled_at timestamptz
        ) LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('app.organisation_id', organisation::text, true);
            RETURN QUERY
                SELECT t.id, t.expires_at, t.revoked_at, t.last_used_at,
                       p.id, p.role::text, p.name::text, p.language::text, p.disabled_at
                FROM tokens t JOIN people p
                    ON p.organisation_id = t.organisation_id AND p.id = t.person_id
                WHERE t.fingerprint = wanted;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION photo_is_stored(organisation uuid, wanted text) RETURNS boolean
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('app.organisation_id', organisation::text, true);
            RETURN EXISTS (
                SELECT FROM photo_blobs b WHERE b.sha256 = wanted AND b.erased_at IS NULL
            );
        END $$
        """
    )
    allow_function("holder_of(uuid, bytea)")
    allow_function("photo_is_stored(uuid, text)")


def downgrade() -> None:
    op.execute("DROP FUNCTION photo_is_stored(uuid, text)")
    op.execute("DROP FUNCTION holder_of(uuid, bytea)")
