"""The two roles and the database of the app on a server where we are superuser.

The owner migrates; the app's role owns nothing and cannot pass by row-level security. What the
app may do with each table is granted by the migrations.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

OWNER = "auditapi_owner"
APP = "auditapi_app"
POWERLESS = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION")
LOCK = 7_301_152_209  # any number that nobody else takes: one provisioning at a time


def provision(superuser_url: str, database_name: str) -> tuple[str, str]:
    """Make what is missing; the URLs of owner and app for that database, as `urls` gives them.

    May be called again, and by several processes at once.
    """
    found = urls(superuser_url, database_name)
    superuser = make_url(superuser_url).set(drivername="postgresql")
    plain = superuser.render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        for role in (make_url(url) for url in found):
            _role(connection, str(role.username), str(role.password))
        _database(connection, database_name)
    return found


def urls(superuser_url: str, database_name: str) -> tuple[str, str]:
    """The URLs of owner and app, before anything is there.

    Their passwords are derived from the superuser's, so everybody who may provision gets the same
    ones and nothing has to be kept. Raises ValueError when the superuser's URL carries none.
    """
    superuser = make_url(superuser_url)
    if not superuser.password:
        raise ValueError("The superuser's URL has to carry a password.")
    owner, app = (
        superuser.set(
            username=role, password=_derived(str(superuser.password), role), database=database_name
        ).render_as_string(hide_password=False)
        for role in (OWNER, APP)
    )
    return owner, app


def _derived(secret: str, role: str) -> str:
    digest = hmac.digest(secret.encode(), f"auditapi role {role}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode("ascii")


def _role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("CREATE" if known is None else "ALTER")
    connection.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            verb, sql.Identifier(role), POWERLESS, sql.Literal(password)
        )
    )


def _database(connection: psycopg.Connection, name: str) -> None:
    database = sql.Identifier(name)
    known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    if known is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                database, sql.Identifier(OWNER)
            )
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP))
    )
