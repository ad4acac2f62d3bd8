"""What a broken connection leaves behind: the bytes that came, and never more than is true."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
import urllib3
from sqlalchemy import select

from auditapi.core import db
from auditapi.photos.models import Piece
from tests.factories.broken_line import send_chunks, send_part
from tests.factories.chain import Chain
from tests.factories.live import LiveServer
from tests.factories.visits import fresh_jpeg, sha256

pytestmark = pytest.mark.database
PATIENCE = 30.0  # seconds until the server must have noticed that nobody sends any more


class Uploader:
    """Sends pieces as cleo."""

    def __init__(self, live: LiveServer, chain: Chain, pool: urllib3.PoolManager) -> None:
        self.url, self.pool, self.who = live.url, pool, chain.as_("cleo")

    def head(self, data: bytes) -> urllib3.BaseHTTPResponse:
        return self.pool.request("HEAD", self.url + _path(data), headers=self.who)

    def piece(self, data: bytes, start: int, end: int) -> urllib3.BaseHTTPResponse:
        headers = {**self.who, **_headers(data, start, end)}
        return self.pool.request(
            "PATCH", self.url + _path(data), body=data[start:end], headers=headers
        )

    def cut_piece(self, data: bytes, sent: int, *, politely: bool) -> None:
        """All of the photo as one piece is promised, `sent` bytes of it come."""
        headers = {**self.who, **_headers(data, 0, len(data))}
        send_part(self.url, "PATCH", _path(data), data, headers, sent=sent, politely=politely)

    def piece_in_chunks(self, data: bytes) -> urllib3.BaseHTTPResponse:
        headers = {**self.who, **_headers(data, 0, len(data))}
        return self.pool.request(
            "PATCH", self.url + _path(data), body=BytesIO(data), headers=headers, chunked=True
        )

    def cut_chunks(self, data: bytes, sent: bytes) -> None:
        headers = {**self.who, **_headers(data, 0, len(data))}
        send_chunks(self.url, "PATCH", _path(data), sent, headers)

    def offset_after(self, data: bytes) -> int:
        """What the server has, once it has noticed."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            offset = int(self.head(data).headers["Upload-Offset"])
            if offset:
                return offset
            time.sleep(0.05)
        return 0


def _path(data: bytes) -> str:
    return f"/api/v1/photos/{sha256(data)}"


def _headers(data: bytes, start: int, end: int) -> dict[str, str]:
    return {
        "Content-Type": "application/partial-upload",
        "Upload-Offset": str(start),
        "Upload-Length": str(len(data)),
        "Upload-Complete": "?1" if end == len(data) else "?0",
    }


@pytest.fixture
def uploader(live: LiveServer, live_chain: Chain, pool: urllib3.PoolManager) -> Uploader:
    return Uploader(live, live_chain, pool)


@pytest.mark.parametrize("politely", [True, False], ids=["closed", "reset"])
def test_a_piece_that_breaks_off_leaves_the_bytes_that_came(
    uploader: Uploader, politely: bool
) -> None:
    data = fresh_jpeg()
    cut = len(data) * 9 // 10
    uploader.cut_piece(data, cut, politely=politely)
    assert uploader.offset_after(data) == cut
    rest = uploader.piece(data, cut, len(data))
    assert (rest.status, rest.headers["Upload-Complete"]) == (201, "?1")
    assert uploader.head(data).headers["Upload-Complete"] == "?1"


@pytest.mark.parametrize("cut", ["within a chunk", "after a chunk", "between chunks"])
def test_a_piece_without_a_length_that_breaks_off_leaves_the_bytes_that_came(
    uploader: Uploader, cut: str
) -> None:
    data = fresh_jpeg()
    third = len(data) // 3
    first, second = data[:third], data[third : 2 * third]
    sent = b"%x\r\n%s\r\n" % (len(first), first)
    if cut == "within a chunk":
        came = first + second[:100]
        sent += b"%x\r\n%s" % (len(second), second[:100])
    elif cut == "after a chunk":
        came = first + second
        sent += b"%x\r\n%s" % (len(second), second)
    else:
        came = first
    uploader.cut_chunks(data, sent)
    assert uploader.offset_after(data) == len(came)
    rest = uploader.piece(data, len(came), len(data))
    assert (rest.status, rest.headers["Upload-Complete"]) == (201, "?1")


def test_a_whole_photo_without_a_length_is_one(uploader: Uploader) -> None:
    data = fresh_jpeg()
    answer = uploader.piece_in_chunks(data)
    assert (answer.status, answer.headers["Upload-Complete"]) == (201, "?1")


def test_copies_that_race_the_last_piece_leave_no_pieces_behind(
    uploader: Uploader, live_chain: Chain
) -> None:
    for _ in range(12):
        data = fresh_jpeg()
        middle = len(data) // 2
        assert uploader.piece(data, 0, middle).headers["Upload-Offset"] == str(middle)
        jobs = [(middle, len(data)), (0, middle), (0, middle), (0, middle)]
        with ThreadPoolExecutor(len(jobs)) as threads:
            racing = [threads.submit(uploader.piece, data, *job) for job in jobs]
            assert {future.result().status for future in racing} <= {201, 204, 409}
        assert uploader.head(data).headers["Upload-Complete"] == "?1"
    with db.transaction(live_chain.organisation.id) as session:
        assert session.scalars(select(Piece.sha256)).all() == []
