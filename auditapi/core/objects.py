"""Object storage: photos, derivatives and reports, by S3 and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from auditapi.core.problems import UNAVAILABLE, Problem
from auditapi.core.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK = 64 * 1024


@dataclass(frozen=True)
class Found:
    """An open object: `chunks` are its bytes, read as they are sent on."""

    chunks: Iterator[bytes]
    length: int
    media_type: str
    content_range: str | None


class ObjectMissing(Exception):
    """No object has this key."""


class Objects:
    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.s3_bucket
        self._public_url = settings.s3_public_url
        self._client = self._connect(settings, settings.s3_endpoint_url)
        self._public = self._connect(settings, self._public_url) if self._public_url else None

    @staticmethod
    def _connect(settings: Settings, endpoint: str | None) -> S3Client:
        return boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=settings.s3_region,
            aws_access_key_id=settings.s3_access_key_id,
            aws_secret_access_key=settings.s3_secret_access_key,
            config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"max_attempts": 2, "mode": "standard"},
                max_pool_connections=64,
                s3={"addressing_style": "path"},
                # The SHA-256 that names a photo has been checked before it comes here.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def ensure_bucket(self) -> None:
        try:
            self._client.head_bucket(Bucket=self.bucket)
        except ClientError:
            self._client.create_bucket(Bucket=self.bucket)

    def ready(self) -> bool:
        try:
            self._client.head_bucket(Bucket=self.bucket)
        except (BotoCoreError, ClientError):
            return False
        return True

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Raises `Problem(UNAVAILABLE)` while the storage can't be reached."""
        try:
            self._client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=media_type)
        except (BotoCoreError, ClientError) as error:
            raise _unavailable() from error

    def get(self, key: str) -> bytes:
        found = self.open(key)
        return b"".join(found.chunks)

    def open(self, key: str, byte_range: str | None = None) -> Found:
        """Raises `ObjectMissing`, or `Problem(UNAVAILABLE)`."""
        ask = {"Range": byte_range} if byte_range else {}
        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=key, **ask)  # type: ignore[arg-type]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404", "InvalidRange"}:
                raise ObjectMissing(key) from None
            raise _unavailable() from error
        except BotoCoreError as error:
            raise _unavailable() from error
        return Found(
            chunks=answer["Body"].iter_chunks(CHUNK),
            length=answer["ContentLength"],
            media_type=answer.get("ContentType", "application/octet-stream"),
            content_range=answer.get("ContentRange"),
        )

    def delete(self, key: str) -> None:
        """Only jobs delete: a transaction that rolls back must not have lost an object."""
        try:
            self._client.delete_object(Bucket=self.bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            raise _unavailable() from error

    def keys(self, prefix: str) -> Iterator[tuple[str, float]]:
        """Every key under `prefix` with the second (Unix time) it was last written."""
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
            for entry in page.get("Contents", ()):
                yield entry["Key"], entry["LastModified"].timestamp()

    def presigned(self, key: str, seconds: int) -> str | None:
        """An address at the storage itself, when browsers can reach it (`S3_PUBLIC_URL`)."""
        if self._public is None:
            return None
        return self._public.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=seconds
        )


def _unavailable() -> Problem:
    return Problem(
        UNAVAILABLE,
        "The object storage does not answer; nothing was lost, try again.",
        headers={"Retry-After": "5"},
    )


_objects: Objects | None = None


def connect(settings: Settings) -> Objects:
    """Called once a process, by `create_app` or the worker."""
    global _objects
    _objects = Objects(settings)
    return _objects


def objects() -> Objects:
    if _objects is None:
        raise RuntimeError("no object storage: call connect first")
    return _objects
