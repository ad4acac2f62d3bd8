"""A finished report on its way: whole, in parts, only its head, or from the storage itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import urllib3
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db, objects
from auditapi.core.settings import Settings
from auditapi.stores.models import Store
from tests.factories.chain import Chain
from tests.factories.reports import complete, get, render_waiting
from tests.factories.visits import Visit, publish

pytestmark = pytest.mark.database


@pytest.fixture
def version(chain: Chain) -> ChecklistVersion:
    return publish(chain)


@pytest.fixture
def done(client: FlaskClient, chain: Chain, version: ChecklistVersion) -> Visit:
    what = complete(client, chain, version)
    render_waiting(chain)
    return what


@pytest.fixture
def whole(client: FlaskClient, chain: Chain, done: Visit) -> Any:
    return get(client, chain, done, "ben")


def ask(client: FlaskClient, chain: Chain, done: Visit, **headers: str) -> Any:
    return get(client, chain, done, "ben", **headers)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=-500", slice(-500, None)),
        ("bytes=7-", slice(7, None)),
    ],
)
def test_one_part_is_had_by_its_place(
    client: FlaskClient, chain: Chain, done: Visit, whole: Any, header: str, part: slice
) -> None:
    answer = ask(client, chain, done, Range=header)
    data = whole.data
    assert (answer.status_code, answer.data) == (206, data[part])
    first = range(len(data))[part][0]
    last = range(len(data))[part][-1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(data)}"
    assert answer.headers["ETag"] == whole.headers["ETag"]


def test_several_parts_are_answered_with_all(
    client: FlaskClient, chain: Chain, done: Visit, whole: Any
) -> None:
    answer = ask(client, chain, done, Range="bytes=0-1,5-6")
    assert (answer.status_code, answer.data) == (200, whole.data)


def test_a_part_behind_the_end_is_refused_with_the_length(
    client: FlaskClient, chain: Chain, done: Visit, whole: Any
) -> None:
    answer = ask(client, chain, done, Range="bytes=99999999-")
    assert (answer.status_code, answer.get_json()["type"]) == (
        416,
        "/problems/range-not-satisfiable",
    )
    assert answer.headers["Content-Range"] == f"bytes */{len(whole.data)}"


def test_a_part_of_other_bytes_than_before_is_answered_with_all(
    client: FlaskClient, chain: Chain, done: Visit, whole: Any
) -> None:
    same = ask(client, chain, done, Range="bytes=5-9", If_Range=whole.headers["ETag"])
    assert (same.status_code, same.data) == (206, whole.data[5:10])
    other = ask(client, chain, done, Range="bytes=5-9", If_Range='"of before"')
    assert (other.status_code, other.data) == (200, whole.data)


def test_the_head_alone_says_all_but_the_bytes(
    client: FlaskClient, chain: Chain, done: Visit, whole: Any
) -> None:
    head = client.head(whole.request.path, headers=chain.as_("ben") | {"Range": "bytes=0-1"})
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "ETag", "Content-Type", "Content-Disposition", "Accept-Ranges"):
        assert head.headers[name] == whole.headers[name]
    assert head.headers["Content-Length"] == str(len(whole.data))


def test_a_korean_store_code_is_in_the_name_and_old_readers_have_one_too(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Store).where(Store.code == "N1").values(code="서울-014"))
    told = get(client, chain, done, "ben").headers["Content-Disposition"]
    assert told.isascii()
    plain, _, named = told.partition("; filename*=UTF-8''")
    assert unquote(named).endswith("_서울-014_small.pdf")
    assert "_-014_small.pdf" in plain


def test_who_waits_is_told_how_many_come_before_and_when_to_ask_again(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    first = complete(client, chain, version)
    assert get(client, chain, first, "ana", "?view=store").get_json()["ahead"] == 0
    for language in ("ko", "ru", "zh-Hant"):
        answer = get(client, chain, first, "ana", f"?view=store&lang={language}")
    told = answer.get_json()
    assert (answer.status_code, told["state"], told["ahead"]) == (202, "waiting", 3)
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers["Cache-Control"] == "no-store"
    render_waiting(chain)
    assert get(client, chain, first, "ana", "?view=store&lang=ko").status_code == 200


@pytest.fixture
def public_storage(app: Flask, settings: Settings) -> Iterator[None]:
    """As when browsers reach the storage."""
    changed = dataclasses.replace(
        settings, s3_public_url=settings.s3_endpoint_url, reports_redirect=True
    )
    app.config["SETTINGS"] = changed
    objects.connect(changed)
    yield
    app.config["SETTINGS"] = settings
    objects.connect(settings)


def test_the_storage_itself_can_send_it_under_the_same_name(
    client: FlaskClient, chain: Chain, done: Visit, whole: Any, public_storage: None
) -> None:
    answer = get(client, chain, done, "ben")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    address = answer.headers["Location"]
    assert int(parse_qs(urlsplit(address).query)["X-Amz-Expires"][0]) <= 60
    direct = urllib3.request("GET", address)
    assert direct.data == whole.data
    assert direct.headers["Content-Disposition"] == whole.headers["Content-Disposition"]
    head = client.head(whole.request.path, headers=chain.as_("ben"))
    assert head.status_code == 200
    again = get(client, chain, done, "ben", If_None_Match=whole.headers["ETag"])
    assert again.status_code == 304


def test_without_the_setting_reports_come_through_us(
    client: FlaskClient, app: Flask, chain: Chain, done: Visit, public_storage: None
) -> None:
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], reports_redirect=False)
    assert get(client, chain, done, "ben").status_code == 200
