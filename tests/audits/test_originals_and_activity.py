"""Pictures by short-lived addresses, originals for administrators only, and who did what."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from auditapi.audits.review.jobs import look_into
from tests.factories.chain import Chain
from tests.factories.reviews import Desk, problem
from tests.factories.visits import fresh_jpeg, publish

pytestmark = pytest.mark.database


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def test_print_and_thumbnail_open_by_their_addresses(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg()))
    look_into(str(desk.chain.organisation.id), audit.id)
    [photo] = desk.audit_of("sam", audit).get_json()["photos"]
    for side in ("print", "thumbnail"):
        opened = desk.client.get(photo[side])
        assert (opened.status_code, opened.content_type) == (200, "image/jpeg")
        assert opened.data[:2] == b"\xff\xd8"
    forged = desk.client.get(photo["print"][:-2] + "xx")
    assert forged.status_code == 404


def test_until_the_pictures_are_made_there_is_no_address(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg()))
    [photo] = desk.get("ana", f"/audits/{audit.id}/details").get_json()["photos"]
    assert (photo["print"], photo["thumbnail"]) == (None, None)


def test_an_administrators_look_at_an_original_is_recorded(desk: Desk) -> None:
    data = fresh_jpeg()
    audit = desk.send(desk.visit(data))
    answer = desk.get("ada", f"/audits/{audit.id}/photos/0/original")
    assert desk.client.get(answer.get_json()["address"]).data == data
    assert [seen["position"] for seen in desk.activities("photo.original_seen")] == [0]


@pytest.mark.parametrize(
    ("who", "status"),
    [("ana", 403), ("ben", 403), ("sam", 403), ("cleo", 403), ("dan", 404)],
)
def test_nobody_else_sees_an_original(desk: Desk, who: str, status: int) -> None:
    audit = desk.send(desk.visit(fresh_jpeg()))
    assert desk.get(who, f"/audits/{audit.id}/photos/0/original").status_code == status
    assert desk.activities("photo.original_seen") == []


def test_an_original_that_never_came_is_not_found(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg()), photos=False)
    for position in (0, 1):
        answer = desk.get("ada", f"/audits/{audit.id}/photos/{position}/original")
        assert problem(answer) == (404, "not-found")
    assert desk.activities("photo.original_seen") == []


def test_an_audits_activity_names_who_did_what(desk: Desk) -> None:
    shop = desk.mystery_shop()
    desk.release(shop)
    rows = desk.get("ana", f"/audits/{shop.id}/activity").get_json()["activity"]
    told = [(row["action"], row["person"]["name"]) for row in rows]
    assert told == [
        ("audit.released", "Ana Example"),
        ("audit.completed", "Cleo Example"),
        ("audit.delivered", "Cleo Example"),
        ("audit.received", "Cleo Example"),
    ]


@pytest.mark.parametrize(
    ("who", "status"), [("ben", 403), ("sam", 403), ("cleo", 403), ("dan", 404)]
)
def test_others_do_not_read_an_audits_activity(desk: Desk, who: str, status: int) -> None:
    audit = desk.send(desk.visit())
    assert desk.get(who, f"/audits/{audit.id}/activity").status_code == status


def test_administrators_read_the_whole_log_page_by_page(desk: Desk) -> None:
    shop = desk.mystery_shop()
    desk.release(shop)
    first = desk.get("ada", "/activity", limit=2).get_json()
    second = desk.get("ada", "/activity", limit=200, cursor=first["next"]).get_json()
    rows = first["activity"] + second["activity"]
    assert len({row["id"] for row in rows}) == len(rows)
    at = [row["at"] for row in rows]
    assert at == sorted(at, reverse=True)
    assert rows[-1]["action"] == "organisation.created"


def test_the_log_is_filtered(desk: Desk) -> None:
    shop = desk.mystery_shop()
    desk.release(shop)

    def actions(**query: Any) -> list[str]:
        rows = desk.get("ada", "/activity", **query).get_json()["activity"]
        return [row["action"] for row in rows]

    assert actions(action="audit.released") == ["audit.released"]
    assert actions(person=desk.chain.ana.id) == ["audit.released", "person.signed_in"]
    assert len(actions(subject=shop.id)) == 4
    assert actions(at_until="2020-01-01T00:00:00+00:00") == []
    assert actions(at_from="2099-01-01T00:00:00+00:00") == []


@pytest.mark.parametrize("who", ["ana", "ben", "sam", "cleo"])
def test_nobody_else_reads_the_log(desk: Desk, who: str) -> None:
    assert problem(desk.get(who, "/activity")) == (403, "not-allowed")


def test_another_chains_administrator_reads_another_log(desk: Desk) -> None:
    audit = desk.send(desk.visit())
    rows = desk.get("dan", "/activity", limit=200).get_json()["activity"]
    assert rows
    assert audit.id not in {row["subject_id"] for row in rows}


def test_the_log_takes_as_many_queries_for_many_lines_as_for_one(desk: Desk, queries: Any) -> None:
    desk.send(desk.visit())
    desk.get("ada", "/activity", limit=1)
    with queries() as for_one:
        desk.get("ada", "/activity", limit=1)
    with queries() as for_many:
        rows = desk.get("ada", "/activity", limit=12).get_json()["activity"]
    assert len(rows) == 12
    assert len(for_many) == len(for_one)
