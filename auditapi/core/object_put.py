"""Putting an object: signed by botocore, sent by urllib3, past boto3's layers of models and hooks.

Those cost more than sending a photo does, and photos are most of what this service does.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import get_cert_path
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from auditapi.core.settings import Settings

TIMEOUTS = (3, 20)  # seconds to connect, seconds between two bytes
CONNECTIONS = 64
# Sent in one piece, a large object would have the time of one: a socket's limit is that of a call.
BLOCK = 512 * 1024

# A kept connection may have been closed meanwhile, and a storage may be at its limit for a moment.
# How long it wants to be left alone is the phone's to wait, not this thread's.
_ONCE_MORE = Retry(
    total=1,
    status_forcelist=range(500, 600),
    raise_on_status=False,
    respect_retry_after_header=False,
)


class NotPut(Exception):
    """The storage did not take the object, or could not be reached."""


class Putter:
    """To one bucket at `endpoint`, over connections that are kept."""

    def __init__(self, settings: Settings, endpoint: str) -> None:
        self._bucket = f"{endpoint}/{settings.s3_bucket}"
        self._path = urlsplit(self._bucket).path
        keys = Credentials(settings.s3_access_key_id, settings.s3_secret_access_key)
        self._signature = _Signature(keys, "s3", settings.s3_region)
        connect, read = TIMEOUTS
        self._connections = PoolManager(
            maxsize=CONNECTIONS,
            blocksize=BLOCK,
            timeout=Timeout(connect=connect, read=read),
            ca_certs=get_cert_path(True),  # those that come with boto3
        ).connection_from_url(endpoint)

    def put(self, key: str, body: BinaryIO, size: int, media_type: str, sha256: str) -> None:
        """All of `body`, which has `size` bytes; `sha256` (hex) is theirs, and Amazon's S3 compares
        it with what it gets.

        Raises `NotPut`, after a second try.
        """
        name = quote(key)
        request = AWSRequest("PUT", f"{self._bucket}/{name}", {"Content-Type": media_type})
        request.context["sha256"] = sha256
        self._signature.add_auth(request)
        try:
            answer = self._connections.urlopen(
                "PUT",
                f"{self._path}/{name}",
                body=body,
                headers={**request.headers, "Content-Length": str(size)},
                retries=_ONCE_MORE,
                redirect=False,
            )
        except HTTPError as error:
            raise NotPut(str(error)) from error
        if answer.status != HTTPStatus.OK:
            raise NotPut(f"{answer.status} {answer.data[:500].decode(errors='replace')}")


class _Signature(S3SigV4Auth):
    """Signs the digest that is known already instead of reading all bytes once more."""

    def payload(self, request: AWSRequest) -> str:
        digest: str = request.context["sha256"]
        return digest
