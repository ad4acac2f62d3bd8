"""A door in front of the object storage, on loopback, that can be shut for a while."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading

STEP = 64 * 1024
LOOK_AGAIN = 0.1  # seconds


class Door:
    """Hands bytes on in both directions while it is open; shut, it breaks what is under way and
    refuses what is new, as a storage does that is being restarted."""

    def __init__(self, host: str, port: int) -> None:
        self._behind = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(LOOK_AGAIN)
        self.port: int = self._listening.getsockname()[1]
        self._shut = threading.Event()
        self._ended = threading.Event()
        self._pairs: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._welcome, name="storage door")
        self.refused = 0

    def __enter__(self) -> Door:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()
        for pair in self._pairs:
            pair.join()
        self._listening.close()

    def shut(self) -> None:
        self._shut.set()

    def open(self) -> None:
        self._shut.clear()

    def _welcome(self) -> None:
        while not self._ended.is_set():
            try:
                visitor, _ = self._listening.accept()
            except TimeoutError:
                continue
            if self._shut.is_set():
                self.refused += 1
                visitor.close()
                continue
            pair = threading.Thread(target=self._carry, args=(visitor,), name="storage pair")
            self._pairs.append(pair)
            pair.start()

    def _carry(self, visitor: socket.socket) -> None:
        with visitor, contextlib.suppress(OSError), socket.create_connection(self._behind) as inner:
            other = {visitor: inner, inner: visitor}
            with selectors.DefaultSelector() as selector:
                for side in other:
                    selector.register(side, selectors.EVENT_READ, side)
                while not self._ended.is_set() and not self._shut.is_set():
                    for key, _ in selector.select(LOOK_AGAIN):
                        data = key.data.recv(STEP)
                        if not data:
                            return
                        other[key.data].sendall(data)
