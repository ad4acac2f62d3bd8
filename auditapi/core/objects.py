"""Object storage: photos, derivatives and reports, by S3 and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from auditapi.core.object_put import CONNECTIONS, TIMEOUTS, NotPut, Putter
from auditapi.core.problems import UNAVAILABLE, Problem
from auditapi.core.ranges import Part
from auditapi.core.settings import Settings
from auditapi.core.spool import Spool
from auditapi.core.uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CHUNK = 64 * 1024
_ANYTHING = "application/octet-stream"


@dataclass(frozen=True)
class Known:
    """What is known of an object without its bytes; `length` is that of all of them."""

    length: int
    media_type: str


@dataclass(frozen=True)
class Found(Known):
    """An open object: `chunks` are its bytes or the part that was asked for, read as they are
    sent on. `close` gives the connection back when they are not read to their end."""

    chunks: Iterator[bytes]
    close: Callable[[], None]


class ObjectMissing(Exception):
    """No object has this key."""


class Objects:
    def __init__(self, settings: Settings) -> None:
        self.bucket = settings.s3_bucket
        self._public_url = settings.s3_public_url
        self._client = self._connect(settings, settings.s3_endpoint_url)
        self._putter = Putter(settings, self._client.meta.endpoint_url)
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
                connect_timeout=TIMEOUTS[0],
                read_timeout=TIMEOUTS[1],
                retries={"max_attempts": 2, "mode": "standard"},
                max_pool_connections=CONNECTIONS,
                signature_version="s3v4",  # also of addresses, which else get the old one
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
        sha256 = hashlib.sha256(data).hexdigest()
        self._put(key, BytesIO(data), len(data), media_type, sha256)

    def put_spooled(self, key: str, spool: Spool, media_type: str) -> None:
        """As `put`, for what may be large: it is read as it is sent."""
        self._put(key, spool.file(), spool.tell(), media_type, spool.digest.hex())

    def _put(self, key: str, body: BinaryIO, size: int, media_type: str, sha256: str) -> None:
        try:
            self._putter.put(key, body, size, media_type, sha256)
        except NotPut as error:
            raise _unavailable() from error

    @contextmanager
    def writing(self, key: str, media_type: str) -> Iterator[Upload]:
        """For what is larger than memory: write to it; leaving completes the object, raising
        leaves nothing. Raises `Problem(UNAVAILABLE)`."""
        with _translated(key):
            upload = Upload(self._client, self.bucket, key, media_type)
            try:
                yield upload
            except BaseException:
                upload.abort()
                raise
            upload.complete()

    def get(self, key: str) -> bytes:
        found = self.open(key)
        return b"".join(found.chunks)

    def look(self, key: str) -> Known:
        """Raises `ObjectMissing`, or `Problem(UNAVAILABLE)`."""
        with _translated(key):
            answer = self._client.head_object(Bucket=self.bucket, Key=key)
        return Known(answer["ContentLength"], answer.get("ContentType", _ANYTHING))

    def open(self, key: str, part: Part | None = None) -> Found:
        """All of it, or a part. Raises `ObjectMissing`, or `Problem(UNAVAILABLE)`."""
        ask = {"Range": f"bytes={part.first}-{part.last}"} if part else {}
        with _translated(key):
            answer = self._client.get_object(Bucket=self.bucket, Key=key, **ask)  # type: ignore[arg-type]
        whole = answer.get("ContentRange", "").rpartition("/")[2]
        return Found(
            length=int(whole) if whole.isdecimal() else answer["ContentLength"],
            media_type=answer.get("ContentType", _ANYTHING),
            chunks=answer["Body"].iter_chunks(CHUNK),
            close=answer["Body"].close,
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

    def presigned(self, key: str, seconds: int, disposition: str | None = None) -> str | None:
        """An address at the storage itself, when browsers can reach it (`S3_PUBLIC_URL`)."""
        if self._public is None:
            return None
        named = {"ResponseContentDisposition": disposition} if disposition else {}
        return self._public.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket, "Key": key, **named},
            ExpiresIn=seconds,
        )


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """What the storage says, as `ObjectMissing` or a problem."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
            raise ObjectMissing(key) from None
        raise _unavailable() from error
    except BotoCoreError as error:
        raise _unavailable() from error


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
