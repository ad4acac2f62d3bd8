"""In which order audits are listed; pages neither repeat nor hide one while others come in."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Select, text, tuple_
from sqlalchemy.dialects import postgresql

from auditapi.audits.readers import listing_order
from auditapi.audits.reading import queries as reading
from auditapi.audits.states import Release
from auditapi.core import db
from auditapi.people.models import Actor, Role
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.reviews import Desk
from tests.factories.visits import Visit, publish, visit

pytestmark = pytest.mark.database


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def made_at(moment: datetime) -> str:
    """A UUIDv7 as a phone makes it whose clock says so."""
    milliseconds = int(moment.timestamp() * 1000)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | secrets.randbits(62)))


def came(desk: Desk, days_ago: int = 0) -> Visit:
    """A visit of so many days ago, sealed and named by the phone then, that came in just now."""
    seen = datetime.now(UTC) - timedelta(days=days_ago, hours=2)
    times = {
        name: (seen + timedelta(minutes=minutes)).isoformat()
        for name, minutes in (("started_at", 0), ("finished_at", 40), ("sealed_at", 41))
    }
    day = timedelta(days=1)
    asked = assign(desk.chain, desk.version, not_before=seen - day, not_after=seen + day)
    named = {"id": made_at(seen), "assignment_id": str(asked.id)}
    return desk.send(visit(desk.chain, desk.version, **named, **times))


def released(desk: Desk, days_ago: int) -> Visit:
    """The same, for stores to see: what comes in late waits for a reviewer."""
    came_in = came(desk, days_ago)
    if desk.row(came_in).release is not Release.RELEASED:
        assert desk.release(came_in).status_code == 200
    return came_in


def page(desk: Desk, who: str, **query: Any) -> tuple[list[str], str | None]:
    answer = desk.get(who, "/audits", limit=2, **query).get_json()
    return [row["id"] for row in answer["audits"]], answer["next"]


def rest(desk: Desk, who: str, cursor: str | None) -> list[str]:
    """All that follows, page by page."""
    found: list[str] = []
    while cursor is not None:
        rows, cursor = page(desk, who, cursor=cursor)
        found += rows
    return found


def named(desk: Desk, who: str, *visits: Visit) -> list[str]:
    return [desk.known_as(who, one) for one in visits]


@pytest.mark.parametrize("who", ["ana", "cleo"])
def test_the_newest_is_what_came_in_last_whatever_the_phones_clock_says(
    desk: Desk, who: str
) -> None:
    of_next_year, offline, usual = came(desk, -365), came(desk, 9), came(desk)
    rows, cursor = page(desk, who)
    assert [*rows, *rest(desk, who, cursor)] == named(desk, who, usual, offline, of_next_year)


@pytest.mark.parametrize("who", ["ana", "cleo"])
def test_what_comes_in_meanwhile_is_no_part_of_the_pages_that_follow(desk: Desk, who: str) -> None:
    made = [came(desk, days) for days in (1, 4, 2, 5, 3)]
    first, cursor = page(desk, who)
    late = [came(desk, days) for days in (9, 3, 0)]
    assert [*first, *rest(desk, who, cursor)] == named(desk, who, *reversed(made))
    assert page(desk, who)[0] == named(desk, who, late[2], late[1])


@pytest.mark.parametrize("who", ["ben", "sam"])
def test_to_stores_pages_go_by_day_and_survive_arrivals_before_amid_and_behind(
    desk: Desk, who: str
) -> None:
    made = [released(desk, days) for days in (1, 2, 4, 6, 8)]
    first, cursor = page(desk, who)
    assert first == named(desk, who, *made[:2])
    before, amid, same_day, behind = (released(desk, days) for days in (0, 5, 4, 12))
    following = rest(desk, who, cursor)
    [four, of_the_same_day, five, six, eight, twelve] = following
    assert {four, of_the_same_day} == set(named(desk, who, made[2], same_day))
    assert [five, six, eight, twelve] == named(desk, who, amid, *made[3:], behind)
    assert named(desk, who, before)[0] not in following
    assert page(desk, who)[0][0] == named(desk, who, before)[0]


@pytest.mark.parametrize("first_page", [True, False])
def test_head_offices_list_comes_from_an_index_without_sorting(
    desk: Desk, first_page: bool
) -> None:
    last = came(desk)
    ana = Actor(desk.chain.ana.id, desk.chain.organisation.id, Role.ANALYST, "Ana", "en", None)
    order = listing_order(ana)
    statement: Select[Any] = reading.audits(ana)
    if not first_page:
        row = desk.row(last)
        statement = statement.where(tuple_(*order) < tuple_(row.received_at, row.id))
    statement = statement.order_by(*(key.desc() for key in order)).limit(51)
    told = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    with db.transaction(desk.chain.organisation.id) as session:
        # So few rows are read whole and sorted else; what is asked is whether the index can do it.
        for way in ("seqscan", "bitmapscan", "sort"):
            session.execute(text(f"SET LOCAL enable_{way} = off"))
        plan = "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {told}").scalars())
    assert "ix_audits_received_at" in plan
    assert "Sort" not in plan
