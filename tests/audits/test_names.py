"""By which name each person knows an audit: an id tells the millisecond of the visit."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from auditapi.audits import readers
from auditapi.audits.models import Audit
from auditapi.core import db
from auditapi.people.models import Actor
from tests.factories.chain import Chain
from tests.factories.planning import add_assignment, add_round
from tests.factories.reviews import Desk, problem
from tests.factories.visits import Visit, publish, visit

pytestmark = pytest.mark.database
PATHS = ("details", "score", "report.pdf", "share-links")


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def rows(desk: Desk, who: str, **query: Any) -> dict[str, Any]:
    answer = desk.get(who, "/audits", **query)
    assert answer.status_code == 200, answer.get_json()
    told: dict[str, Any] = answer.get_json()
    return told


def walked(desk: Desk, who: str, **query: Any) -> list[str]:
    """The ids of all pages of one, in order; no cursor holds the id of an audit."""
    seen, cursor = [], None
    secret = [row.id for row in audits(desk)] if who in {"sam", "ben"} else []
    while True:
        more: dict[str, Any] = {} if cursor is None else {"cursor": cursor}
        page = rows(desk, who, limit=1, **query, **more)
        seen += [row["id"] for row in page["audits"]]
        cursor = page["next"]
        if cursor is None:
            return seen
        plain = base64.urlsafe_b64decode(cursor + "==").decode()
        assert [audit_id for audit_id in secret if str(audit_id) in plain] == []


def audits(desk: Desk) -> list[Audit]:
    with db.transaction(desk.chain.organisation.id) as session:
        return list(session.scalars(select(Audit)))


def own_check(desk: Desk, who: str = "sam", **changes: Any) -> Visit:
    return desk.send(visit(desk.chain, desk.version, kind="self_check", **changes), who)


@pytest.mark.parametrize("who", ["sam", "ben"])
def test_stores_and_regions_know_an_audit_by_its_alias_only(desk: Desk, who: str) -> None:
    shop = desk.mystery_shop()
    desk.release(shop)
    alias = str(desk.row(shop).alias)
    assert UUID(alias).version == 4
    assert [row["id"] for row in rows(desk, who)["audits"]] == [alias]
    assert desk.get(who, f"/audits/{alias}/details").get_json()["id"] == alias
    for path in PATHS:
        found = desk.get(who, f"/audits/{alias}/{path}").status_code
        refused = desk.get(who, f"/audits/{shop.id}/{path}").status_code
        if (who, path) == ("sam", "share-links"):
            assert (found, refused) == (403, 403)
        else:
            assert (found in {200, 202}, refused) == (True, 404), path


@pytest.mark.parametrize("who", ["ana", "ada", "cleo"])
def test_head_office_and_who_made_it_know_it_by_its_id_only(desk: Desk, who: str) -> None:
    shop = desk.mystery_shop()
    desk.release(shop)
    alias = str(desk.row(shop).alias)
    assert [row["id"] for row in rows(desk, who)["audits"]] == [shop.id]
    told = desk.get(who, f"/audits/{shop.id}/details").get_json()
    assert told["id"] == shop.id
    assert told.get("alias") == (None if who == "cleo" else alias)
    assert problem(desk.get(who, f"/audits/{alias}/details")) == (404, "not-found")


def test_who_works_in_a_store_knows_what_they_made_themselves_by_its_id(desk: Desk) -> None:
    own, other = own_check(desk), desk.send(desk.visit())
    alias = str(desk.row(other).alias)
    assert {row["id"] for row in rows(desk, "sam")["audits"]} == {own.id, alias}
    for path in ("details", "score", "report.pdf"):
        assert desk.get("sam", f"/audits/{own.id}/{path}").status_code in {200, 202}
        assert desk.get("sam", f"/audits/{desk.row(own).alias}/{path}").status_code == 404
    assert {row["id"] for row in rows(desk, "ben")["audits"]} == {alias, str(desk.row(own).alias)}


def test_an_id_taken_from_an_alias_opens_nothing_new(desk: Desk) -> None:
    shop = desk.mystery_shop()
    alias = str(desk.row(shop).alias)
    own_check(desk, id=alias)
    told = desk.get("sam", f"/audits/{alias}/details").get_json()
    assert (told["id"], told["kind"]) == (alias, "self_check")
    assert desk.get("ben", f"/audits/{alias}/details").status_code == 404


def test_both_directions_of_a_name_agree_for_everybody(desk: Desk) -> None:
    made = [desk.row(desk.send(desk.visit())), desk.row(own_check(desk))]
    chain = desk.chain
    for name in ("ana", "ada", "ben", "sam", "cleo", "cora"):
        person = chain.people[name]
        actor = Actor(person.id, chain.organisation.id, person.role, name, "en", None)
        for audit in made:
            with db.transaction(chain.organisation.id) as session:
                called = readers.called(actor, readers.known_as(actor, audit))
                found = session.scalars(select(Audit.id).where(called)).all()
            assert found == [audit.id], name


@pytest.mark.parametrize("who", ["sam", "ben"])
def test_a_stores_list_goes_by_day_and_its_cursor_names_no_id(desk: Desk, who: str) -> None:
    days = ("2026-03-02", "2026-03-01", "2026-03-03", "2026-03-01")
    for day in days:
        audit = desk.send(desk.visit())
        with db.transaction(desk.chain.organisation.id) as session:
            moved = update(Audit).where(Audit.id == UUID(audit.id))
            session.execute(moved.values(visited_on=date.fromisoformat(day)))
    everything = rows(desk, who)["audits"]
    assert len(everything) == 4
    assert [row["visited_on"] for row in everything] == sorted(days, reverse=True)
    assert walked(desk, who) == [row["id"] for row in everything]


def test_pages_of_a_store_survive_arrivals(desk: Desk) -> None:
    made = {desk.known_as("sam", desk.send(desk.visit())) for _ in range(5)}
    first = rows(desk, "sam", limit=2)
    desk.send(desk.visit())
    second = rows(desk, "sam", limit=2, cursor=first["next"])
    third = rows(desk, "sam", limit=50, cursor=second["next"])
    seen = [row["id"] for page in (first, second, third) for row in page["audits"]]
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


def test_what_tells_no_day_is_listed_last_and_not_lost(desk: Desk) -> None:
    undated = own_check(desk, started_at="yesterday", finished_at=None)
    dated = [desk.known_as("sam", desk.send(desk.visit())) for _ in range(2)]
    assert desk.row(undated).visited_on is None
    seen = walked(desk, "sam")
    assert seen[-1] == undated.id
    assert set(seen) == {undated.id, *dated}


def test_a_cursor_of_head_offices_list_is_none_of_a_stores(desk: Desk) -> None:
    desk.send(desk.visit())
    desk.send(desk.visit())
    cursor = rows(desk, "ana", limit=1)["next"]
    assert problem(desk.get("sam", "/audits", cursor=cursor)) == (422, "invalid")


def test_a_visit_that_follows_up_another_names_it_as_its_auditor_may_know_it(desk: Desk) -> None:
    shop = desk.mystery_shop()
    desk.release(shop)
    round_ = add_round(desk.chain, desk.version)
    for who in ("sam", "cora", "cleo"):
        add_assignment(desk.chain, round_, auditor=who, brief={"revisit_of": shop.id})
    for who in ("sam", "cora", "cleo", "ana"):
        listed = desk.get(who, "/assignments").get_json()["assignments"]
        synced = desk.get(who, "/sync").get_json()["assignments"]
        told = {row["brief"].get("revisit_of") for row in [*listed, *synced]} - {None}
        assert told == {desk.known_as(who, shop)}, who


def test_a_store_is_not_told_when_an_announced_visit_was_made(desk: Desk) -> None:
    desk.send(desk.visit())
    [told] = desk.get("sam", "/assignments").get_json()["assignments"]
    assert (told["state"], told["changed_at"]) == ("done", None)
    [whole] = desk.get("cleo", "/assignments").get_json()["assignments"]
    assert whole["changed_at"] is not None
