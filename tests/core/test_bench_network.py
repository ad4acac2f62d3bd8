"""The benchmark's phones keep one connection, and know an answer from half of one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import pytest

from auditapi.demo.phone import NetworkError
from tests.bench.network import Connection

OK = b"HTTP/1.1 200 OK\r\nUpload-Complete: ?1\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 422 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{  \r\n1\r\n}\r\n0\r\n\r\n"
LAST = OK.replace(b"Upload-Complete: ?1", b"Connection: close")


@contextmanager
def answering(*connections: Sequence[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Each connection gets these answers, one a request, and is hung up on; what was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def work() -> None:
            for answers in connections:
                with server.accept()[0] as one:
                    for answer in answers:
                        asked.append(_request(one))
                        one.sendall(answer)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        thread.join(10)


def _request(one: socket.socket) -> bytes:
    read = one.recv(65_536)
    head, _, body = read.partition(b"\r\n\r\n")
    named = dict(line.split(b": ") for line in head.split(b"\r\n")[1:])
    while len(body) < int(named.get(b"Content-Length", b"0")):
        body += one.recv(65_536)
    return head + b"\r\n\r\n" + body


def test_answers_of_known_length_and_in_chunks_come_whole_over_one_connection() -> None:
    with answering([OK, CHUNKED]) as (url, asked), closing(Connection(url)) as cleo:
        first = cleo("PUT", "/photos/1", b"x" * 1_000_000, {"Content-Type": "image/jpeg"})
        second = cleo("GET", "/audits/1", None, {})
    assert (first.status, first.body, first.headers["Upload-Complete"]) == (200, b"{}", "?1")
    assert (second.status, second.body) == (422, b"{  }")
    assert asked[0].startswith(b"PUT /photos/1 HTTP/1.1\r\nHost: 127.0.0.1")
    assert asked[0].endswith(b"x" * 1_000_000)
    assert b"Content-Length" not in asked[1]


def test_a_connection_that_the_server_ends_is_opened_anew() -> None:
    with answering([LAST], [OK]) as (url, asked), closing(Connection(url)) as cleo:
        assert cleo("GET", "/1", None, {}).status == 200
        assert cleo("GET", "/2", None, {}).status == 200
    assert len(asked) == 2


@pytest.mark.parametrize("broken", [b"", OK[:-1], b"SMTP ready\r\n\r\n"])
def test_half_an_answer_is_none(broken: bytes) -> None:
    with answering([broken], [OK]) as (url, _), closing(Connection(url)) as cleo:
        with pytest.raises(NetworkError):
            cleo("GET", "/1", None, {})
        assert cleo("GET", "/2", None, {}).status == 200
