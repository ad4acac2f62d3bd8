"""Signed addresses: they open one object for a while, as a file and never as a page."""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from auditapi.core import media
from auditapi.core.objects import objects

pytestmark = pytest.mark.database
BYTES = bytes(range(100))


@pytest.fixture
def address(app: Flask) -> str:
    key = f"tests/{uuid4().hex}"
    objects().put(key, BYTES, "image/jpeg")
    with app.app_context():
        return media.address(key, "2026_서울_photo.jpg")


def test_a_signed_address_opens_its_object(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.data) == (200, BYTES)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert (
        "filename*=UTF-8''2026_%EC%84%9C%EC%9A%B8_photo.jpg"
        in (answer.headers["Content-Disposition"])
    )


@pytest.mark.parametrize(
    ("asked", "expected"), [("bytes=0-9", BYTES[:10]), ("bytes=-10", BYTES[-10:])]
)
def test_a_part_can_be_had(client: FlaskClient, address: str, asked: str, expected: bytes) -> None:
    answer = client.get(address, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (206, expected)


def test_a_part_that_is_not_there_is_refused(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"Range": "bytes=500-600"})
    assert answer.status_code == 416


def test_after_its_minutes_an_address_opens_nothing(client: FlaskClient, address: str) -> None:
    with time_machine.travel("2099-01-01", tick=False):
        assert client.get(address).status_code == 404


def test_a_changed_address_opens_nothing(client: FlaskClient, address: str) -> None:
    assert client.get(address[:-3] + "abc").status_code == 404


def test_an_object_that_has_gone_is_not_found(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        gone = media.address("tests/never-was-there", "x.jpg")
    assert client.get(gone).status_code == 404
