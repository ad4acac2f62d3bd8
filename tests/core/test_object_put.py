"""Putting objects: exact bytes under the right name, or a refusal that says so."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import io
import secrets
import socket
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest

from auditapi.core.object_put import BLOCK, NotPut, Putter
from auditapi.core.objects import Objects
from auditapi.core.problems import UNAVAILABLE, Problem
from auditapi.core.settings import Settings
from tests.factories.live import free_port

DATA = b"bytes of a photo" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def storage(settings: Settings) -> Objects:
    return Objects(settings)


@pytest.mark.parametrize("key", ["a/b", "a b/ü é+&?#%25", "org/sha/0190"])
def test_an_object_reads_back_as_it_was_put(storage: Objects, key: str) -> None:
    key = f"{uuid4()}/{key}"
    storage.put(key, DATA, "image/png")
    found = storage.open(key)
    assert (b"".join(found.chunks), found.media_type) == (DATA, "image/png")


def test_a_large_object_goes_in_blocks_and_arrives_whole(
    storage: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    send_all = socket.socket.sendall

    def listening(to: socket.socket, data: bytes) -> None:
        sent.append(len(data))
        send_all(to, data)

    monkeypatch.setattr(socket.socket, "sendall", listening)
    data, key = secrets.token_bytes(3 * BLOCK + 5), str(uuid4())
    storage.put(key, data, "image/png")
    assert max(sent) == BLOCK
    assert storage.get(key) == data


def test_an_empty_object_is_one_too(storage: Objects) -> None:
    key = str(uuid4())
    storage.put(key, b"", "text/plain")
    assert storage.get(key) == b""


def test_a_wrong_key_is_refused(settings: Settings) -> None:
    stranger = dataclasses.replace(settings, s3_secret_access_key="not the right one")
    with pytest.raises(NotPut, match="403"):
        Putter(stranger, settings.s3_endpoint_url or "").put(
            "x", io.BytesIO(DATA), len(DATA), "image/png", SHA256
        )


def test_a_storage_that_is_away_is_a_reason_to_try_again_later(settings: Settings) -> None:
    away = dataclasses.replace(settings, s3_endpoint_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Problem) as refused:
        Objects(away).put("x", DATA, "image/png")
    assert refused.value.kind is UNAVAILABLE


class FullDisk(http.server.BaseHTTPRequestHandler):
    """A storage that has no room, and wants to be left alone for an hour."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        said = b"<Error><Code>InternalError</Code></Error>"
        self.send_response(503)
        self.send_header("Retry-After", "3600")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def full(settings: Settings) -> Iterator[Objects]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FullDisk)
    answering = threading.Thread(target=server.serve_forever)
    answering.start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield Objects(dataclasses.replace(settings, s3_endpoint_url=address))
    server.shutdown()
    answering.join()
    server.server_close()


def test_a_storage_whose_disk_is_full_is_a_reason_to_try_again_later(full: Objects) -> None:
    with pytest.raises(Problem) as refused:
        full.put("x", DATA, "image/png")
    assert refused.value.kind is UNAVAILABLE
    assert refused.value.headers["Retry-After"] == "5"
