"""A store may know the part of the day of a mystery shop, and nothing it gets tells more.

All bytes of all answers are searched, the signed addresses, cursors and PDFs in them unpacked.
"""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from auditapi.audits.models import Assignment, Audit, AuditPhoto, Document, Flag, Revision
from auditapi.audits.review.jobs import look_into
from auditapi.core import db
from auditapi.core.activity import Activity
from auditapi.core.objects import Objects
from auditapi.photos.models import Blob, Derivative
from auditapi.reports.models import Report
from tests.contract.who_may import QUERIES, WHO_MAY, operations
from tests.factories.chain import Chain
from tests.factories.reports import render_waiting
from tests.factories.reviews import Desk
from tests.factories.visits import Visit, declared, fresh_jpeg, publish, sha256
from tests.reports import pdf

pytestmark = pytest.mark.database
ZONES = (UTC, ZoneInfo("Asia/Seoul"))
ABOUT_IT = (Audit, AuditPhoto, Document, Revision, Flag, Activity, Report, Blob, Derivative)
_UUID = re.compile(
    rb"(?<![0-9a-f])[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}"
    rb"(?![0-9a-f])"
)
_PACKED = re.compile(rb"[A-Za-z0-9_-]{16,}")
_CLOCK = re.compile(rb"\d\d:\d\d")
# Of a moment as computers write it: minutes and seconds, and how far it is from UTC.
_AFTER_THE_MINUTE = re.compile(rb"(?<=T\d\d:\d\d):\d\d(\.\d+)?([+-]\d\d:\d\d)?")


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def began() -> datetime:
    """Two hours ago, and in no round second."""
    return datetime.now(UTC).replace(microsecond=654321) - timedelta(hours=2)


def id_of(moment: datetime) -> str:
    """A UUIDv7 as a phone makes it."""
    milliseconds = int(moment.timestamp() * 1000)
    return str(UUID(int=(milliseconds << 80) | (0x7A1B << 64) | (0b10 << 62) | 0x1234567890ABC))


def photo_of(moment: datetime) -> bytes:
    """It says of itself when and where it was taken."""
    exif, said = Image.Exif(), f"{moment:%Y:%m:%d %H:%M:%S}"
    exif[0x0132] = said
    exif.get_ifd(0x8769).update({0x9003: said, 0x9291: "654321"})
    out = io.BytesIO()
    Image.open(io.BytesIO(fresh_jpeg())).save(out, "JPEG", exif=exif)
    return out.getvalue()


def released_shop(desk: Desk) -> tuple[Visit, list[datetime]]:
    """A mystery shop with its pictures and reports, and all times that its phone told."""
    start = began()
    times = [start + timedelta(minutes=n) for n in (0, 7, 31, 33)]
    photo = photo_of(times[1])
    answers = {
        "A1": {"value": "yes", "at": times[1].isoformat(), "note": "Full."},
        "A2": {"value": 4, "answered_at": times[1].timestamp()},
        "B1": {"value": "yes"},
    }
    shop = desk.mystery_shop(
        photo,
        id=id_of(start),
        started_at=times[0].isoformat(),
        finished_at=times[2].isoformat(),
        sealed_at=times[3].isoformat(),
        visited_from=times[0].isoformat(),
        positions=[{"at": times[0].isoformat(), "what": "arrived", "latitude": 1, "longitude": 2}],
        device={"app": "1.0.0", "clock": times[3].isoformat()},
        answers=answers,
        photos=[declared(photo, taken_at=times[1].isoformat())],
    )
    desk.post(
        "ana", f"/audits/{shop.id}/revisions", revision=1, reason="Read anew",
        changes=[{"item": "A2", "answer": {"value": 5}}],
    )  # fmt: skip
    assert desk.release(shop, revision=2).status_code == 200
    look_into(str(desk.chain.organisation.id), shop.id)
    return shop, times


def rows_about(desk: Desk, shop: Visit) -> list[Any]:
    """All rows that hold something of the audit; the test's chain has no other."""
    with db.transaction(desk.chain.organisation.id) as session:
        found = [row for kind in ABOUT_IT for row in session.scalars(select(kind))]
        asked = select(Assignment).where(Assignment.id == UUID(shop.document["assignment_id"]))
        found += session.scalars(asked)
        session.expunge_all()
    return found


def moments_of(rows: list[Any]) -> list[datetime]:
    values = (vars(row).values() for row in rows if not isinstance(row, Assignment))
    return [value for of in values for value in of if isinstance(value, datetime)]


def spelled(moment: datetime) -> set[bytes]:
    """To the microsecond, as nothing else in a test is; and as clocks and computers count.

    Digits without a sign between them go with their day: six of them come by chance in a PDF,
    where all that it holds is measured and counted.
    """
    to_the_second = {f"{moment:%m%d%H%M%S}", f"{moment:T%H%M%S}"}
    to_the_microsecond = {f"{moment:%M:%S.%f}", f"{moment:%M%S.%f}", moment.isoformat()}
    milliseconds = str(int(moment.timestamp() * 1000))
    return {text.encode() for text in {milliseconds, *to_the_second, *to_the_microsecond}}


def by_the_clock(moment: datetime) -> set[bytes]:
    return {f"{moment.astimezone(zone):%H:%M}".encode() for zone in ZONES} | {
        str(int(moment.timestamp())).encode()
    }


def minutes_told(moment: datetime, given: bytes) -> list[bytes]:
    """Its minute in what is told; another moment's seconds and «+00:00» are no minutes."""
    minutes = _AFTER_THE_MINUTE.sub(b"", given)
    return [text for text in by_the_clock(moment) if text in minutes]


def parts_of(answer: TestResponse) -> list[bytes]:
    """Headers and body, and what is packed in them unpacked."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
    body = pdf.parts(answer.data) if answer.data.startswith(b"%PDF-") else (answer.data,)
    text = head if answer.content_type.startswith("image/") else b"\n".join([head, *body])
    return [head, *body, *unpacked(text)]


def all_bytes(answer: TestResponse) -> bytes:
    return b"\n".join(parts_of(answer))


def clocks_in(parts: list[bytes]) -> set[bytes]:
    """In all that is text: in fonts and pictures any five bytes come by chance, «10:31» too."""
    return {clock for part in parts if is_text(part) for clock in _CLOCK.findall(part)}


def is_text(part: bytes) -> bool:
    try:
        part.decode()
    except UnicodeDecodeError:
        return False
    return True


def unpacked(text: bytes) -> Iterator[bytes]:
    """What cursors and signed addresses say in base64, be it deflated or not."""
    for found in _PACKED.findall(text):
        try:
            plain = base64.urlsafe_b64decode(found + b"=" * (-len(found) % 4))
        except ValueError:
            continue
        yield plain
        try:
            yield zlib.decompress(plain)
        except zlib.error:
            continue


def told(desk: Desk, who: str, shop: Visit) -> list[TestResponse]:
    """All answers about the audit that this person can get, with pictures and PDF."""
    name = desk.known_as(who, shop)
    lists = [desk.get(who, "/audits"), desk.get(who, "/audits", limit=1)]
    details = desk.get(who, f"/audits/{name}/details")
    score = desk.get(who, f"/audits/{name}/score")
    waiting = desk.get(who, f"/audits/{name}/report.pdf")
    render_waiting(desk.chain)
    report = desk.get(who, f"/audits/{name}/report.pdf")
    [photo] = details.get_json()["photos"]
    pictures = [desk.client.get(photo[side]) for side in ("print", "thumbnail")]
    assert waiting.status_code == 202
    answers = [*lists, details, score, report, *pictures]
    assert {answer.status_code for answer in answers} == {200}
    assert lists[1].get_json()["next"] is not None
    return [*answers, waiting]


@pytest.mark.parametrize("who", ["sam", "ben"])
def test_nothing_that_a_store_gets_of_a_mystery_shop_tells_the_time_of_it(
    desk: Desk, who: str
) -> None:
    shop, times = released_shop(desk)
    desk.send(desk.visit())  # so that lists go on
    answers = told(desk, who, shop)
    chain = desk.chain
    may_be_there = {chain.organisation.id, *(store.id for store in chain.stores.values())}
    moments = [*times, *moments_of(rows_about(desk, shop))]
    assert len(moments) > 20
    for answer in answers:
        parts, what = parts_of(answer), answer.request.path
        given = b"\n".join(parts)
        assert "Last-Modified" not in answer.headers, what
        assert shop.sha256.encode() not in given or b"%PDF-" in given, what
        ids = {UUID(found.decode()) for found in _UUID.findall(given)}
        asked = {UUID(answer.headers["X-Request-Id"])}  # of this very moment
        assert ids - may_be_there - asked == set(), what
        for moment in moments:
            assert [text for text in spelled(moment) if text in given] == [], what
        assert clocks_in(parts) == set(), what
    pictures = [answer.data for answer in answers if answer.content_type == "image/jpeg"]
    assert len(pictures) == 2
    assert [b"Exif" in data for data in pictures] == [False, False]


@pytest.mark.parametrize("who", ["sam", "ben"])
def test_no_address_at_all_tells_a_store_the_time_of_a_mystery_shop(
    app: Flask, desk: Desk, who: str
) -> None:
    shop, times = released_shop(desk)
    rows = rows_about(desk, shop)
    names = {str(row.id) for row in rows if hasattr(row, "id")}
    hidden = [name.encode() for own in names for name in (own, own.replace("-", ""))]
    version, store = desk.version, desk.chain.stores["N1"]
    open_to = [
        found
        for found in operations(app).values()
        if found.method in {"GET", "HEAD"} and who in WHO_MAY.get(found.name, "").split()
    ]
    assert len(open_to) > 15  # fmt: skip
    for audit in (desk.known_as(who, shop), shop.id):
        things = {"audit_id": audit, "store_id": store.id, "key": version.key,
                  "number": version.number, "sha256": sha256(shop.photos[0]),
                  "assignment_id": shop.document["assignment_id"]}  # fmt: skip
        for found in open_to:
            path = found.path(app, **things)
            answer = desk.client.open(
                path, method=found.method, query_string=QUERIES.get(found.name),
                headers=desk.chain.as_(who),
            )  # fmt: skip
            given = all_bytes(answer)
            for moment in [*times, *moments_of(rows)]:
                assert [text for text in spelled(moment) if text in given] == [], found.name
            for moment in times:
                assert minutes_told(moment, given) == [], found.name
            assert [name for name in hidden if name in given] == [], found.name


def test_the_time_in_a_pdfs_own_spelling_is_found_and_a_length_of_six_digits_is_no_time() -> None:
    moment = datetime(2026, 11, 22, 13, 0, 3, 98765, tzinfo=UTC)
    dated, sized = b"/CreationDate (D:20261122130003+00'00')", b"0000130003 00000 n /Length 130003"
    assert [text for text in spelled(moment) if text in dated] == [b"1122130003"]
    assert [text for text in spelled(moment) if text in sized] == []


def test_minutes_are_found_and_another_moments_seconds_and_distance_from_utc_are_none() -> None:
    moment = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # midnight in Seoul
    for told in (b"15:00", b"T15:00:31.5+00:00", b"T00:00:00+09:00", b"00:00-00:40"):
        assert len(minutes_told(moment, told)) == 1, told
    assert minutes_told(moment, b'"2026-11-22T14:15:00+00:00"') == []


def test_the_search_finds_the_time_where_it_is_told(desk: Desk) -> None:
    shop, times = released_shop(desk)
    given = all_bytes(desk.get("ana", f"/audits/{shop.id}/details"))
    found = {moment for moment in times if any(text in given for text in spelled(moment))}
    assert found == set(times)
    assert UUID(shop.id) in {UUID(name.decode()) for name in _UUID.findall(given)}
    first = all_bytes(desk.get("ana", "/audits", limit=1))
    assert shop.id.encode() in first
    desk.get("ana", f"/audits/{shop.id}/report.pdf")
    render_waiting(desk.chain)
    printed = desk.get("ana", f"/audits/{shop.id}/report.pdf")
    assert clocks_in(parts_of(printed)) & by_the_clock(times[0])


def test_a_stores_pictures_never_come_from_the_storage_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, _times = released_shop(desk)
    monkeypatch.setattr(Objects, "presigned", lambda *_: "https://storage.example/picture")
    for who, status in {"sam": 200, "ben": 200, "ana": 302}.items():
        [photo] = desk.audit_of(who, shop).get_json()["photos"]
        for side in ("print", "thumbnail"):
            assert desk.client.get(photo[side]).status_code == status, who
