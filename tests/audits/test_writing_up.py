"""When the visit was and when it was written up: what reviewers are shown, and stores are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from auditapi.audits import writing_up
from auditapi.audits.review.jobs import look_into
from tests.factories.chain import Chain
from tests.factories.reviews import Desk
from tests.factories.visits import Visit, declared, fresh_jpeg, publish

LEFT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("hours", "late"), [(0.5, False), (24, False), (24.1, True), (80, True)])
def test_a_visit_is_to_be_written_up_within_a_day(hours: float, late: bool) -> None:
    sealed = LEFT + timedelta(hours=hours)
    assert writing_up.hours_after(LEFT, sealed) == hours
    assert writing_up.is_late(LEFT, sealed) is late


def test_what_is_not_known_is_not_late() -> None:
    assert writing_up.hours_after(None, LEFT) is None
    assert not writing_up.is_late(LEFT, None)


@pytest.mark.parametrize(
    ("device", "offset"),
    [
        ({"clock_offset": -86400}, -86400.0),
        ({"clock_offset": 0}, None),
        ({"clock_offset": True}, None),
        ({"clock_offset": "later"}, None),
        ({"clock_offset": 1e300}, None),
        ({}, None),
        ("a phone", None),
        (None, None),
    ],
)
def test_only_a_sensible_difference_of_clocks_is_believed(device: Any, offset: float) -> None:
    assert writing_up.clock_offset(device) == offset


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def shop_of(desk: Desk, hours: float, **more: Any) -> Visit:
    """cleo left the shop that many hours before she sealed the form."""
    sealed = datetime.now(UTC) - timedelta(minutes=1)
    left = sealed - timedelta(hours=hours)
    return desk.mystery_shop(
        visited_from=(left - timedelta(minutes=20)).isoformat(),
        visited_until=left.isoformat(),
        started_at=(left - timedelta(minutes=21)).isoformat(),
        finished_at=sealed.isoformat(),
        sealed_at=sealed.isoformat(),
        **more,
    )


@pytest.mark.database
def test_a_reviewer_sees_how_long_after_the_visit_it_was_written_up(desk: Desk) -> None:
    late, soon = shop_of(desk, 30), shop_of(desk, 2)
    listed = {row["id"]: row for row in desk.get("ana", "/audits").get_json()["audits"]}
    assert (listed[late.id]["hours_to_write_up"], listed[late.id]["written_up_late"]) == (30, True)
    assert (listed[soon.id]["hours_to_write_up"], listed[soon.id]["written_up_late"]) == (2, False)
    for shop in (late, soon):
        look_into(str(desk.chain.organisation.id), shop.id)
    flags = desk.get("ana", "/flags", kind="late").get_json()["flags"]
    assert [(flag["audit_id"], flag["details"]["hours"]) for flag in flags] == [(late.id, 30)]


@pytest.mark.database
def test_the_memo_of_the_note_pad_is_for_head_office(desk: Desk) -> None:
    shop = shop_of(desk, 2, memo="Name badge missing at till 3")
    assert desk.audit_of("ana", shop).get_json()["memo"] == "Name badge missing at till 3"
    assert desk.audit_of("cleo", shop).get_json()["memo"] == "Name badge missing at till 3"
    assert desk.release(shop).status_code == 200
    for who in ("ben", "sam"):
        told = desk.audit_of(who, shop)
        assert told.status_code == 200
        assert b"Name badge" not in told.data
        assert not {"memo", "visited_until", "hours_to_write_up"} & told.get_json().keys()


@pytest.mark.database
@pytest.mark.parametrize("memo", [7, {"a": 1}, "  ", None])
def test_a_memo_that_is_no_text_is_no_memo(desk: Desk, memo: Any) -> None:
    shop = shop_of(desk, 2, memo=memo)
    assert desk.audit_of("ana", shop).get_json()["memo"] is None


@pytest.mark.database
def test_a_wrong_clock_is_told_and_put_right_for_showing_only(desk: Desk) -> None:
    shop = shop_of(desk, 2, device={"app": "1.0.0", "clock_offset": 86_400})
    told = desk.audit_of("ana", shop).get_json()
    assert told["clock_offset"] == 86_400
    sealed = datetime.fromisoformat(told["sealed_at"])
    assert sealed == datetime.fromisoformat(shop.document["sealed_at"])
    assert datetime.fromisoformat(told["by_right_clock"]["sealed_at"]) - sealed == timedelta(days=1)


@pytest.mark.database
def test_a_photo_taken_elsewhere_is_told_and_flagged_without_its_place(desk: Desk) -> None:
    photo = fresh_jpeg()
    listed = [declared(photo, location=None, elsewhere=True)]
    audit = desk.send(desk.visit(photo, photos=listed))
    look_into(str(desk.chain.organisation.id), audit.id)
    [told] = desk.audit_of("ana", audit).get_json()["photos"]
    assert (told["elsewhere"], told["location"]) == (True, None)
    [flag] = desk.get("ana", "/flags", kind="far_away").get_json()["flags"]
    assert flag["details"] == {"about": "photos[0]", "position": 0}
    [shown] = desk.audit_of("sam", audit).get_json()["photos"]
    assert "elsewhere" not in shown
