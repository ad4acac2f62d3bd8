"""Reading request bodies: bounded, unpacked step by step, checked against their digest."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zlib
from typing import BinaryIO, cast

from flask import request
from werkzeug.exceptions import ClientDisconnected

from auditapi.core.problems import BAD_REQUEST, DIGEST_DIFFERS, MEDIA_TYPE, TOO_LARGE, Problem

_STEP = 256 * 1024


def read(most: int, *, media_types: frozenset[str] | None = None) -> bytes:
    """The body as sent, at most `most` bytes. Raises `Problem` (400, 413, 415)."""
    data, whole = read_what_comes(most, media_types=media_types)
    if not whole:
        raise Problem(BAD_REQUEST, "The body ended early; send it again.")
    return data


def read_what_comes(most: int, *, media_types: frozenset[str] | None = None) -> tuple[bytes, bool]:
    """As `read`, but a connection that breaks off leaves what came before, and False."""
    _check_head(most, media_types)
    data, whole = _read_steps(most)
    if len(data) > most:
        raise Problem(TOO_LARGE, f"At most {most} bytes are taken here.")
    if whole:
        _check_digest(data)
    return data, whole


def _read_steps(most: int) -> tuple[bytes, bool]:
    """In steps: one large read would lose all of its bytes when the connection is reset. BytesIO
    hands out what it holds, so that large photos are in memory once."""
    taken = io.BytesIO()
    try:
        while taken.tell() <= most and (step := request.stream.read(_STEP)):
            taken.write(step)
    except ClientDisconnected:
        return taken.getvalue(), False
    return taken.getvalue(), request.content_length in (None, taken.tell())


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


def _check_digest(data: bytes) -> None:
    """`Content-Digest: sha-256=:…:` (RFC 9530), over the bytes as sent. Others are ignored."""
    for member in request.headers.get("Content-Digest", "").split(","):
        name, _, value = member.strip().partition("=")
        if name.strip().lower() != "sha-256":
            continue
        try:
            wanted = base64.b64decode(value.strip().strip(":"), validate=True)
        except binascii.Error:
            raise Problem(BAD_REQUEST, "The Content-Digest can't be read.") from None
        if wanted != hashlib.sha256(data).digest():
            raise Problem(DIGEST_DIFFERS, "The body is not the one its digest was made of.")


def quoted(header: str) -> str | None:
    """The one entity tag of a header such as If-Match, without its quotes."""
    value = request.headers.get(header)
    if value is None:
        return None
    return value.strip().removeprefix("W/").strip('"')
