"""One phone's kept connection, at as little cost to this process as can be.

Phones of the benchmark run on the processors that they measure. What they take themselves is
nothing that a server has to do, and would be counted as its slowness: urllib3 and http.client
alone take a twentieth of the time of both.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import httptools

from auditapi.demo.phone import Answer, NetworkError

PATIENCE = 60.0  # seconds for an answer
AT_ONCE = 65_536  # bytes read


class Connection:
    """To `url`, opened when it is needed and kept. Only for servers that say how long an answer is
    or end it in chunks, as ours does; nothing is sent again."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (str(parts.hostname), int(parts.port or 80))
        self._host = parts.netloc
        self._socket: socket.socket | None = None

    def __call__(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        length = {} if body is None else {"Content-Length": str(len(body))}
        named = {"Host": self._host, **headers, **length}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in named.items())]
        head = "\r\n".join([*lines, "", ""]).encode()
        try:
            return self._exchange(head, body or b"")
        except (OSError, httptools.HttpParserError) as error:
            self.close()
            raise NetworkError(str(error)) from error

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _exchange(self, head: bytes, body: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = self._socket.sendmsg([head, body])
        if sent < len(head):
            self._socket.sendall(head[sent:])
        if sent < len(head) + len(body):
            self._socket.sendall(memoryview(body)[max(0, sent - len(head)) :])
        return self._answer(self._socket)

    def _answer(self, connection: socket.socket) -> Answer:
        coming = _Coming()
        parser = httptools.HttpResponseParser(coming)
        while not coming.ended:
            read = connection.recv(AT_ONCE)
            if not read:
                raise OSError("the server hung up before it had answered")
            parser.feed_data(read)
        if coming.headers.get("Connection", "").lower() == "close":
            self.close()
        return Answer(parser.get_status_code(), coming.headers, b"".join(coming.body))


class _Coming:
    """What the parser tells of an answer while it comes; names as the server writes them."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.body: list[bytes] = []
        self.ended = False

    def on_header(self, name: bytes, text: bytes) -> None:
        self.headers[name.decode("latin-1")] = text.decode("latin-1")

    def on_body(self, part: bytes) -> None:
        self.body.append(part)

    def on_message_complete(self) -> None:
        self.ended = True
