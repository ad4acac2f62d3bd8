"""A scripted phone: sends audits and photos as an auditor's phone does, by the protocol.

The demo fills a chain with it, the chaos test breaks its network, the benchmark counts its
requests. It decides by status and `type` only, repeats what may be repeated, and is done with
an audit only when the receipt names every digest.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import urllib3

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
SMALLEST_PIECE, FIRST_PIECE, LARGEST_PIECE = 32 * 1024, 256 * 1024, 1024 * 1024


class NetworkError(Exception):
    """No answer came: nobody knows whether the request was carried out."""


class GaveUp(Exception):
    """The server refused for good, or the tries ran out; the work is still on the phone."""


class OutOfTries(GaveUp):
    """Nothing was refused, but the network or the server was away for too long; go on later."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Raises NetworkError for a 2xx that is not ours, as a captive portal sends it."""
        try:
            value = json.loads(self.body)
        except ValueError:
            raise NetworkError("the answer is not JSON") from None
        if not isinstance(value, dict):
            raise NetworkError("the answer is not an object")
        return value


def _of_an_upload(answer: Answer) -> None:
    """Raises NetworkError for a 2xx that says nothing of an upload: a captive portal's."""
    if "Upload-Complete" not in answer.headers:
        raise NetworkError("the answer is not ours")


class Network(Protocol):
    def __call__(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer: ...


def http(base_url: str, pool: urllib3.PoolManager | None = None) -> Network:
    """The real network, to `base_url`."""
    manager = pool or urllib3.PoolManager(maxsize=4, retries=False)
    timeout = urllib3.Timeout(connect=3, read=30)

    def send(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        try:
            answer = manager.request(
                method,
                base_url + path,
                body=body,
                headers=dict(headers),
                timeout=timeout,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise NetworkError(str(error)) from None
        return Answer(answer.status, answer.headers, answer.data)

    return send


@dataclass
class Sealed:
    """A submitted audit: the exact bytes that are sent again and again, and its photos."""

    id: str
    body: bytes
    photos: dict[str, bytes]

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def packed(self) -> bytes:
        """As it travels."""
        return gzip.compress(self.body, 6, mtime=0)

    @cached_property
    def content_digest(self) -> str:
        """Of what travels (RFC 9530)."""
        digest = hashlib.sha256(self.packed).digest()
        return f"sha-256=:{base64.b64encode(digest).decode()}:"


def seal(document: Mapping[str, Any], photos: list[bytes]) -> Sealed:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    named = {hashlib.sha256(data).hexdigest(): data for data in photos}
    return Sealed(str(document["id"]), body, named)


def _path(sealed: Sealed) -> str:
    return f"/api/v1/audits/{sealed.id}"


def _told(answer: Answer, sealed: Sealed) -> dict[str, Any]:
    """What is told of an audit. Raises GaveUp when it is another one."""
    status = answer.json()
    if status.get("id") != sealed.id or status.get("document_sha256") != sealed.sha256:
        raise GaveUp("the server speaks of another document")
    return status


@dataclass
class Phone:
    """`pause` is called with the seconds to wait before a repeat; tests pass less patience."""

    network: Network
    token: str = ""
    tries: int = 40
    pause: Callable[[float], None] = time.sleep
    randomness: random.Random = field(default_factory=random.Random)
    in_pieces_from: int = 2 * 1024 * 1024
    first_piece: int = FIRST_PIECE
    bytes_sent: int = 0

    def sign_in(self, organisation: str, email: str, password: str, device: str) -> dict[str, Any]:
        given = {"organisation": organisation, "email": email, "password": password}
        body = json.dumps({**given, "device": device}).encode()
        answer = self._send("POST", "/api/v1/sessions", body, {"Content-Type": "application/json"})
        if answer.status != 201:
            raise GaveUp(answer.body.decode(errors="replace"))
        signed_in = answer.json()
        self.token = signed_in["token"]
        return signed_in

    def get(self, path: str) -> dict[str, Any]:
        return self._insist("GET", path, None, {}, ours=Answer.json).json()

    def post(self, path: str, given: object, key: str | None = None) -> dict[str, Any]:
        """A POST that happens once, however often it is repeated under its key."""
        key = key or str(self.randomness.getrandbits(128))
        headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{key}"'}
        body = json.dumps(given).encode()
        return self._insist("POST", path, body, headers, ours=Answer.json).json()

    def post_bytes(self, path: str, body: bytes, media_type: str) -> dict[str, Any]:
        key = f'"{self.randomness.getrandbits(128)}"'
        headers = {"Content-Type": media_type, "Idempotency-Key": key}
        return self._insist("POST", path, body, headers, ours=Answer.json).json()

    def put(self, path: str) -> None:
        """A PUT without a body, such as binding a manager to a store."""
        self._insist("PUT", path, None, {})

    def fetch(self, path: str) -> Answer:
        """A GET whose answer is looked at by the caller, whatever its status."""
        return self._insist("GET", path, None, {}, also=tuple(range(400, 500)))

    def deliver(self, sealed: Sealed) -> dict[str, Any]:
        """Send until the receipt names everything; returns the receipt. Raises GaveUp."""
        status = self._put_document(sealed)
        for _ in range(self.tries):
            receipt = status.get("receipt")
            if receipt is not None and self._covers(receipt, sealed):
                return dict(receipt)
            for photo in status["missing"]:
                sha256 = photo["sha256"]
                self.send_photo(sha256, sealed.photos[sha256], photo["offset"])
            status = self._ask(sealed)
        raise OutOfTries("no receipt")

    def _put_document(self, sealed: Sealed) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Content-Digest": sealed.content_digest,
        }
        answer = self._insist("PUT", _path(sealed), sealed.packed, headers, ours=Answer.json)
        return _told(answer, sealed)

    def _ask(self, sealed: Sealed) -> dict[str, Any]:
        """How the audit stands; sent anew when the server has never heard of it."""
        answer = self._insist("GET", _path(sealed), None, {}, ours=Answer.json, also=(404,))
        return self._put_document(sealed) if answer.status == 404 else _told(answer, sealed)

    @staticmethod
    def _covers(receipt: Mapping[str, Any], sealed: Sealed) -> bool:
        named = {photo["sha256"] for photo in receipt["photos"]}
        return receipt["document_sha256"] == sealed.sha256 and named >= set(sealed.photos)

    def send_photo(self, sha256: str, data: bytes, offset: int = 0) -> None:
        """Whole when it is small, else in pieces from `offset`. A refusal (422) ends it too:
        the audit's status says so."""
        path = f"/api/v1/photos/{sha256}"
        if len(data) < self.in_pieces_from and offset == 0:
            headers = {"Content-Type": "image/jpeg"}
            self._insist("PUT", path, data, headers, ours=_of_an_upload, also=(422,))
        else:
            self._send_in_pieces(path, data, offset)

    def _send_in_pieces(self, path: str, data: bytes, offset: int) -> None:
        size, failures = self.first_piece, 0
        while failures < self.tries:
            try:
                answer = self._send_piece(path, data, offset, size)
            except NetworkError:
                size = max(size // 2, min(SMALLEST_PIECE, self.first_piece))
                self._wait(min(failures, 6), None)
                failures += 1
                offset = self._offset(path)
                continue
            if answer.headers.get("Upload-Complete") == "?1" or answer.status == 422:
                return
            if answer.status in AGAIN:
                self._wait(min(failures, 6), answer)
                failures += 1
            elif answer.status not in (204, 409):
                raise GaveUp(answer.body.decode(errors="replace"))
            if "Upload-Offset" in answer.headers:
                further = int(answer.headers["Upload-Offset"])
                failures = 0 if further > offset else failures
                offset, size = further, min(size * 2, LARGEST_PIECE)
        raise OutOfTries("the photo did not get through")

    def _send_piece(self, path: str, data: bytes, offset: int, size: int) -> Answer:
        end = min(offset + size, len(data))
        headers = {
            "Content-Type": "application/partial-upload",
            "Upload-Offset": str(offset),
            "Upload-Length": str(len(data)),
            "Upload-Complete": "?1" if end == len(data) else "?0",
        }
        answer = self._send("PATCH", path, data[offset:end], headers)
        if answer.status < 300:
            _of_an_upload(answer)
        return answer

    def _offset(self, path: str) -> int:
        answer = self._insist("HEAD", path, None, {}, ours=_of_an_upload)
        if answer.headers.get("Upload-Complete") == "?1":
            return 0  # the next piece is answered with «complete» wherever it starts
        return int(answer.headers.get("Upload-Offset", 0))

    def _insist(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        ours: Callable[[Answer], object] | None = None,
        also: tuple[int, ...] = (),
    ) -> Answer:
        """Repeat on network errors and passing refusals. Raises GaveUp for lasting ones.

        `ours` raises NetworkError for a 2xx that our server can't have sent.
        """
        for attempt in range(self.tries):
            answer = None
            try:
                answer = self._send(method, path, body, headers)
                if answer.status < 300 and ours is not None:
                    ours(answer)
            except NetworkError:
                self._wait(attempt, None)
                continue
            if answer.status in AGAIN:
                self._wait(attempt, answer)
                continue
            if answer.status >= 400 and answer.status not in also:
                raise GaveUp(f"{method} {path}: {answer.body.decode(errors='replace')}")
            return answer
        raise OutOfTries(f"{method} {path}: no answer after {self.tries} tries")

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        self.bytes_sent += len(body or b"")
        return self.network(
            method, path, body, {**headers, "Authorization": f"Bearer {self.token}"}
        )

    def _wait(self, attempt: int, answer: Answer | None) -> None:
        """Exponential with jitter, or as long as the server asks."""
        asked = answer.headers.get("Retry-After") if answer else None
        longest = float(asked) if asked else min(0.25 * 2**attempt, 300)
        self.pause(longest * (0.5 + self.randomness.random() / 2))
