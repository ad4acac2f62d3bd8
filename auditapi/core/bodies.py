"""Reading request bodies: bounded, unpacked step by step, checked against their digest."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import io
import re
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol, cast

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected

from auditapi.core.problems import BAD_REQUEST, DIGEST_DIFFERS, MEDIA_TYPE, TOO_LARGE, Problem
from auditapi.core.spool import Spool

_STEP = 256 * 1024
_ENDED_EARLY = "The body ended early; send it again."
# Without a Content-Length the server tells a cut between two chunks as a fault in their form.
_BROKEN_OFF = (ClientDisconnected, ParseException, OSError)
# Of a structured field's dictionary (RFC 9651) what Content-Digest may hold: each algorithm with a
# value, of which only a byte sequence means anything.
_MEMBER = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)=(.*?)\s*", re.IGNORECASE)
_BYTES = re.compile(r":([A-Za-z0-9+/=]*):(?:\s*;.*)?")


def read(most: int, *, media_types: frozenset[str] | None = None) -> bytes:
    """The body as sent, at most `most` bytes. Raises `Problem` (400, 413, 415)."""
    data, whole = read_what_comes(most, media_types=media_types)
    if not whole:
        raise Problem(BAD_REQUEST, _ENDED_EARLY)
    return data


def read_what_comes(most: int, *, media_types: frozenset[str] | None = None) -> tuple[bytes, bool]:
    """As `read`, but a connection that breaks off leaves what came before, and False."""
    taken = io.BytesIO()  # hands out what it holds, so that a body is in memory once
    whole = _take_all(taken, most, media_types)
    data = taken.getvalue()
    if whole:
        _check_digest(lambda: hashlib.sha256(data).digest())
    return data, whole


def read_into(spool: Spool, most: int) -> None:
    """As `read`, for what is large."""
    if not _take_all(spool, most, None):
        raise Problem(BAD_REQUEST, _ENDED_EARLY)
    _check_digest(lambda: spool.digest)


def _take_all(taken: _Taking, most: int, media_types: frozenset[str] | None) -> bool:
    _check_head(most, media_types)
    whole = _take(taken, most)
    if taken.tell() > most:
        raise Problem(TOO_LARGE, f"At most {most} bytes are taken here.")
    return whole


class _Taking(Protocol):
    def write(self, part: bytes, /) -> object: ...
    def tell(self) -> int: ...


def _take(taken: _Taking, most: int) -> bool:
    """Whether the body came whole. In steps: one large read would lose all of its bytes when the
    connection is reset."""
    try:
        _take_steps(taken, most)
    except _BROKEN_OFF:
        # What came of the last step is still held by the server, which hands it out now.
        with contextlib.suppress(*_BROKEN_OFF):
            _take_steps(taken, most)
        return False
    return request.content_length in (None, taken.tell())


def _take_steps(taken: _Taking, most: int) -> None:
    """A body of known length comes from the server itself: request.stream copies it three times
    over, which takes longer than looking at a photo."""
    length = request.content_length
    if length is None:
        while taken.tell() <= most and (step := request.stream.read(_STEP)):
            taken.write(step)
        return
    come = request.environ["wsgi.input"]
    while (left := length - taken.tell()) > 0 and (step := come.read(min(left, _STEP))):
        taken.write(step)


def stream(most: int, *, media_types: frozenset[str]) -> BinaryIO:
    """The body to be read bit by bit, for what is larger than all else. Raises `Problem` (413,
    415) at once; reading raises when it ends early or turns out larger than said."""
    _check_head(most, media_types)
    request.max_content_length = most
    return io.BufferedReader(cast("io.RawIOBase", request.stream), _STEP)


def _check_head(most: int, media_types: frozenset[str] | None) -> None:
    if media_types is not None and request.mimetype not in media_types:
        expected = " or ".join(sorted(media_types))
        raise Problem(MEDIA_TYPE, f"Send {expected}, not «{request.mimetype or 'nothing'}».")
    if (request.content_length or 0) > most:
        raise Problem(TOO_LARGE, f"At most {most} bytes are taken here.")


def read_unpacked(most: int, *, media_types: frozenset[str]) -> bytes:
    """As `read`, gunzipped when it says so; `most` holds for packed and unpacked bytes."""
    data = read(most, media_types=media_types)
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        return data
    if encoding not in {"gzip", "x-gzip"}:
        raise Problem(MEDIA_TYPE, f"The encoding «{encoding}» is not taken, only gzip.")
    return _gunzip(data, most)


def _gunzip(data: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    unpacked = bytearray()
    try:
        for start in range(0, len(data), _STEP):
            unpacked += unpacker.decompress(data[start : start + _STEP], most + 1 - len(unpacked))
            if len(unpacked) > most:
                raise Problem(TOO_LARGE, f"It unpacks to more than {most} bytes.")
    except zlib.error as error:
        raise Problem(BAD_REQUEST, f"The gzip stream is broken: {error}") from None
    if not unpacker.eof or unpacker.unused_data:
        raise Problem(BAD_REQUEST, "The gzip stream ended early or goes on after its end.")
    return bytes(unpacked)


def _check_digest(digest: Callable[[], bytes]) -> None:
    """`Content-Digest: sha-256=:…:` (RFC 9530), over the bytes as sent. Other algorithms are
    ignored; what can't be read is refused, for its sender believes that it protects the body."""
    given = request.headers.get("Content-Digest", "").strip()
    for member in given.split(",") if given else ():
        found = _MEMBER.fullmatch(member)
        if found is None:
            raise Problem(BAD_REQUEST, "The Content-Digest is no list of algorithm=:digest:.")
        if found[1].lower() == "sha-256" and _sha256(found[2]) != digest():
            raise Problem(DIGEST_DIFFERS, "The body is not the one its digest was made of.")


def _sha256(value: str) -> bytes:
    packed = _BYTES.fullmatch(value)
    try:
        if packed is not None:
            return base64.b64decode(packed[1], validate=True)
    except binascii.Error:
        pass
    raise Problem(BAD_REQUEST, "The sha-256 of the Content-Digest can't be read.")


def quoted(header: str) -> str | None:
    """The one entity tag of a header such as If-Match, without its quotes. A weak one is left as
    it is and so equals none of ours: If-Match compares strongly (RFC 9110, 13.1.1)."""
    value = request.headers.get(header)
    if value is None:
        return None
    return value.strip().strip('"')
