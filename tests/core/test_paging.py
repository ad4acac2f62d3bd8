"""Pages of a list, and the cursors between them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from sqlalchemy import select, update

from auditapi.core import db
from auditapi.core.activity import Activity
from auditapi.core.paging import Page, page_of
from auditapi.core.problems import Problem
from auditapi.stores.models import Store
from tests.factories.chain import Chain, add_store

pytestmark = pytest.mark.database
SOME_ID = "01890000-0000-7000-8000-000000000000"


def stores(**options: Any) -> Page[Store]:
    return page_of(select(Store), Store.code, Store.id, **options)


def everything(**options: Any) -> list[str]:
    codes: list[str] = []
    page = stores(**options)
    codes += [store.code for store in page.rows]
    while page.next is not None:
        page = stores(cursor=page.next, **options)
        codes += [store.code for store in page.rows]
    return codes


def cursor(*values: object, order: str = "code,id") -> str:
    text = json.dumps([order, *values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_of_any_size_show_every_row_once(chain: Chain, limit: int) -> None:
    with db.transaction(chain.organisation.id):
        assert everything(limit=limit) == ["H1", "N1", "N2", "S1"]
        assert everything(limit=limit, newest_first=True) == ["S1", "N2", "N1", "H1"]


def test_a_full_last_page_says_that_it_is_the_last(chain: Chain) -> None:
    with db.transaction(chain.organisation.id):
        assert stores(limit=4).next is None
        assert stores(limit=3).next is not None


def test_what_arrives_meanwhile_neither_repeats_nor_hides_a_row(chain: Chain) -> None:
    with db.transaction(chain.organisation.id) as session:
        first = page_of(select(Store), Store.created_at, Store.id, newest_first=True, limit=2)
        add_store("N0", chain.regions["north"].id)
        session.delete(first.rows[0])
        session.flush()
        second = page_of(
            select(Store), Store.created_at, Store.id, newest_first=True, cursor=first.next
        )
    seen = [store.code for store in [*first.rows, *second.rows]]
    assert sorted(seen) == ["H1", "N1", "N2", "S1"]


def test_rows_of_one_moment_are_told_apart_by_their_id(chain: Chain) -> None:
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Store).values(created_at=db.now()))
        first = page_of(select(Store), Store.created_at, Store.id, limit=3)
        second = page_of(select(Store), Store.created_at, Store.id, limit=3, cursor=first.next)
    assert (len(first.rows), len(second.rows)) == (3, 1)
    assert len({store.code for store in [*first.rows, *second.rows]}) == 4


def test_a_cursor_of_ours_shows_nothing_to_another_chain(chain: Chain) -> None:
    with db.transaction(chain.organisation.id):
        found = stores(limit=1).next
    with db.transaction(chain.other.id):
        assert stores(cursor=found) == Page([], None)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "?",
        "한국어",
        "e30",
        "bnVsbA",
        base64.urlsafe_b64encode(b"[" * 1400).decode(),
        cursor("N1"),
        cursor("N1", "not-a-uuid"),
        cursor("N1", SOME_ID, "more"),
        cursor(7, SOME_ID),
        cursor(None, SOME_ID),
        cursor("a\0b", SOME_ID),
        cursor("\ud800", SOME_ID),
        cursor("2026-01-01T00:00:00+00:00", SOME_ID, order="at,id"),
    ],
)
def test_a_cursor_that_no_list_gave_is_refused(chain: Chain, wrong: str) -> None:
    with pytest.raises(Problem) as caught, db.transaction(chain.organisation.id):
        stores(cursor=wrong)
    assert caught.value.kind.slug == "invalid"
    assert [place.path for place in caught.value.places] == ["query.cursor"]


@pytest.mark.parametrize("moment", ["yesterday", "2026-01-01T00:00:00"])
def test_a_moment_without_an_offset_is_no_cursor(chain: Chain, moment: str) -> None:
    with pytest.raises(Problem), db.transaction(chain.organisation.id):
        page_of(
            select(Activity),
            Activity.at,
            Activity.id,
            cursor=cursor(moment, SOME_ID, order="at,id"),
        )
