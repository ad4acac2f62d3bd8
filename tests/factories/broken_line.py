"""A connection that breaks off in the middle of a body."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from urllib.parse import urlsplit

# Closing sends a reset at once, instead of a polite end (socket(7), SO_LINGER).
_AT_ONCE = struct.pack("ii", 1, 0)


def send_part(
    base_url: str,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    sent: int,
    politely: bool = True,
) -> None:
    """Promise all of `body`, send its first `sent` bytes, and hang up: politely or by a reset.

    Raises `OSError` when the server is away.
    """
    given = {**headers, "Content-Length": str(len(body))}
    _send(base_url, method, path, body[:sent], given, politely=politely)


def send_chunks(
    base_url: str, method: str, path: str, sent: bytes, headers: Mapping[str, str]
) -> None:
    """Promise chunks (RFC 9112, 7.1) and no length, send these bytes of them, and hang up."""
    _send(base_url, method, path, sent, {**headers, "Transfer-Encoding": "chunked"}, politely=True)


def _send(
    base_url: str,
    method: str,
    path: str,
    sent: bytes,
    headers: Mapping[str, str],
    *,
    politely: bool,
) -> None:
    to = urlsplit(base_url)
    head = [f"{method} {path} HTTP/1.1", f"Host: {to.netloc}"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((to.hostname or "", to.port or 80), timeout=5) as wire:
        if not politely:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        wire.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + sent)
