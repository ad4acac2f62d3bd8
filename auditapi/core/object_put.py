"""Putting an object: botocore's own parts, past its layers of models, rules and hooks.

Those cost more than sending a photo does, and photos are most of what this service does.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session

from auditapi.core.settings import Settings

TIMEOUTS = (3, 20)  # seconds to connect, seconds between two bytes
CONNECTIONS = 64


class Putter:
    """To one bucket at `endpoint`, over connections that are kept."""

    def __init__(self, settings: Settings, endpoint: str) -> None:
        self._bucket = f"{endpoint}/{settings.s3_bucket}"
        keys = Credentials(settings.s3_access_key_id, settings.s3_secret_access_key)
        self._signature = _Signature(keys, "s3", settings.s3_region)
        self._http = URLLib3Session(
            timeout=TIMEOUTS,  # type: ignore[arg-type]  # a pair is fine, the stubs forgot
            max_pool_connections=CONNECTIONS,
        )

    def put(self, key: str, data: bytes, media_type: str, sha256: str) -> None:
        """`sha256` (hex) is that of `data`; Amazon's S3 compares it with what it gets.

        Raises BotoCoreError, after a second try: a kept connection may have been closed meanwhile.
        """
        try:
            self._try(key, data, media_type, sha256)
        except BotoCoreError:
            self._try(key, data, media_type, sha256)

    def _try(self, key: str, data: bytes, media_type: str, sha256: str) -> None:
        url = f"{self._bucket}/{quote(key)}"
        request = AWSRequest("PUT", url, {"Content-Type": media_type}, data)
        request.context["sha256"] = sha256
        self._signature.add_auth(request)
        answer = self._http.send(request.prepare())
        if answer.status_code != HTTPStatus.OK:
            raise HTTPClientError(error=f"{answer.status_code} {answer.text[:500]}")


class _Signature(S3SigV4Auth):
    """Signs the digest that is known already instead of reading all bytes once more."""

    def payload(self, request: AWSRequest) -> str:
        digest: str = request.context["sha256"]
        return digest
