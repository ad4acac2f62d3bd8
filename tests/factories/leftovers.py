"""What earlier runs left in the servers of a test folder, which would fill the disk in time."""

from __future__ import annotations

import psycopg
from psycopg import sql

from auditapi.core.embedded import Embedded
from tests.factories.storage import client_of

PREFIX = "test"


def throw_away_leftovers(servers: Embedded) -> None:
    """Databases and buckets of tests; whoever runs the servers is alone with them."""
    with psycopg.connect(
        servers.postgres_url.replace("+psycopg", ""), autocommit=True
    ) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{PREFIX}_"]
        ).fetchall()
        for (name,) in found:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )
    with client_of(servers) as client:
        for bucket in client.list_buckets()["Buckets"]:
            if bucket["Name"].startswith(f"{PREFIX}-"):
                # SeaweedFS deletes what is in it too, and gives its volumes back.
                client.delete_bucket(Bucket=bucket["Name"])
