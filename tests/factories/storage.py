"""A client of a folder's own object storage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from auditapi.core.embedded import Embedded

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@contextmanager
def client_of(servers: Embedded, secret_key: str | None = None) -> Iterator[S3Client]:
    storage = servers.s3
    client: S3Client = boto3.client(
        "s3",
        endpoint_url=storage.endpoint_url,
        region_name=storage.region,
        aws_access_key_id=storage.access_key,
        aws_secret_access_key=secret_key or storage.secret_key,
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield client
    client.close()
