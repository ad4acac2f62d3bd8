"""What earlier runs left in the servers of a test folder, which would fill the disk in time."""

from __future__ import annotations

import boto3
import psycopg
from psycopg import sql

from auditapi.core.embedded import Embedded

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
    storage = servers.s3
    client = boto3.client(
        "s3",
        endpoint_url=storage.endpoint_url,
        region_name=storage.region,
        aws_access_key_id=storage.access_key,
        aws_secret_access_key=storage.secret_key,
    )
    for bucket in client.list_buckets()["Buckets"]:
        if bucket["Name"].startswith(f"{PREFIX}-"):
            # SeaweedFS deletes what is in it too, and gives its volumes back.
            client.delete_bucket(Bucket=bucket["Name"])
    client.close()
