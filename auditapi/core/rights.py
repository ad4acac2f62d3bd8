"""What migrations say about rights: who may do what to a table, and which rows are seen at all."""

from __future__ import annotations

from alembic import context, op

READ_AND_WRITE = "SELECT, INSERT, UPDATE, DELETE"
APPEND_ONLY = "SELECT, INSERT"
_MINE = "nullif(current_setting('app.organisation_id', true), '')::uuid"


def _app_role() -> str:
    role = context.config.attributes["app_role"]
    return '"' + str(role).replace('"', '""') + '"'


def grant(*tables: str, rights: str = READ_AND_WRITE) -> None:
    """Rights for the role the app signs in as; it owns nothing."""
    for table in tables:
        op.execute(f"GRANT {rights} ON {table} TO {_app_role()}")


def revoke(*tables: str) -> None:
    """Takes every right from that role, before others are granted."""
    for table in tables:
        op.execute(f"REVOKE ALL ON {table} FROM {_app_role()}")


def protect(*tables: str, rights: str = READ_AND_WRITE, key: str = "organisation_id") -> None:
    """`grant`, and row-level security: only rows of `app.organisation_id` are seen or written."""
    grant(*tables, rights=rights)
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY same_organisation ON {table} USING ({key} = {_MINE}) "
            f"WITH CHECK ({key} = {_MINE})"
        )


def grant_all(kind: str, prefix: str) -> None:
    """Rights on every table, sequence or function whose name starts with `prefix`."""
    what = {"TABLES": READ_AND_WRITE, "SEQUENCES": "USAGE, SELECT"}[kind]
    catalogue = {"TABLES": "r", "SEQUENCES": "S"}[kind]
    names = op.get_bind().exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relkind = %s AND relname LIKE %s "
        "AND relnamespace = current_schema()::regnamespace",
        (catalogue, prefix.replace("_", r"\_") + "%"),
    )
    for (name,) in names.all():
        noun = "SEQUENCE " if kind == "SEQUENCES" else ""
        op.execute(f'GRANT {what} ON {noun}"{name}" TO {_app_role()}')


def allow_function(signature: str) -> None:
    """Only the app's role may call it."""
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {_app_role()}")
