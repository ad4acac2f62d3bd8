"""Transactions: what they are told, what they forget, and what a lost connection costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, event, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from auditapi.core import db
from auditapi.core.activity import Activity
from auditapi.people.models import Person
from tests.factories.chain import Chain, make_chain
from tests.factories.live import free_port

pytestmark = pytest.mark.database
WHOSE = text("SELECT current_setting('app.organisation_id', true)")


@pytest.fixture
def committed(engine: Engine) -> Chain:
    return make_chain()


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    made: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        made.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield made
    event.remove(engine, "before_cursor_execute", note)


def test_a_transaction_knows_its_organisation_without_a_statement_for_it(
    committed: Chain, statements: list[str]
) -> None:
    with db.transaction(committed.organisation.id) as session:
        assert session.scalar(WHOSE) == str(committed.organisation.id)
    assert len(statements) == 1


def test_an_organisation_entered_later_is_told_to_a_transaction_that_has_begun(
    committed: Chain,
) -> None:
    with db.transaction() as session:
        assert session.scalar(WHOSE) in (None, "")
        assert session.scalars(select(Person)).all() == []
        db.enter(committed.organisation.id)
        assert len(session.scalars(select(Person)).all()) == len(committed.people) - 2


def test_the_next_transaction_on_the_same_connection_has_forgotten_whose_it_was(
    committed: Chain,
) -> None:
    with db.transaction(committed.organisation.id) as session:
        connection = session.scalar(text("SELECT pg_backend_pid()"))
    with db.transaction() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == connection
        assert session.scalar(WHOSE) in (None, "")


def test_raising_rolls_back(committed: Chain) -> None:
    def fails() -> None:
        with db.transaction(committed.organisation.id) as session:
            session.execute(text("UPDATE people SET name = 'Somebody else'"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with db.transaction(committed.organisation.id) as session:
        assert "Somebody else" not in session.scalars(select(Person.name)).all()


def test_what_goes_past_the_session_is_of_the_same_transaction(committed: Chain) -> None:
    def fails() -> None:
        with db.transaction(committed.organisation.id) as session:
            db.execute("UPDATE people SET name = %(name)s", {"name": "Somebody else"})
            assert set(session.scalars(select(Person.name))) == {"Somebody else"}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with db.transaction(committed.organisation.id):
        names = db.fetch("SELECT name FROM people WHERE name = %(name)s", {"name": "Somebody else"})
        assert names == []


@pytest.mark.parametrize("first", ["session", "past it"])
def test_what_goes_past_the_session_is_committed_with_it(committed: Chain, first: str) -> None:
    ada = committed.people["ada"].id
    with db.transaction(committed.organisation.id) as session:
        if first == "session":
            session.execute(update(Person).where(Person.id == ada).values(language="zh-Hant"))
        db.execute("UPDATE people SET name = 'Ada A.' WHERE id = %(id)s", {"id": ada})
        session.execute(update(Person).where(Person.id == ada).values(language="ko"))
    with db.transaction(committed.organisation.id) as session:
        assert session.execute(select(Person.name, Person.language).filter_by(id=ada)).all() == [
            ("Ada A.", "ko")
        ]


def test_what_goes_past_the_session_is_counted_with_the_rest(chain: Chain, queries: Any) -> None:
    whose, given = "SELECT photo_is_stored(%(id)s, 'x')", {"id": chain.organisation.id}
    with db.transaction(chain.organisation.id) as session, queries() as made:
        session.scalar(text("SELECT 1"))
        db.fetch("SELECT 2", {})
        db.execute("SELECT 3", {})
        assert list(db.stream("SELECT 4", {})) == [(4,)]
        db.ask(whose, given)
    with queries() as alone:
        db.ask(whose, given)
    assert made == ["SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4", whose]
    assert alone == [whose]


def test_past_the_session_a_stranger_sees_nothing_either(committed: Chain) -> None:
    with db.transaction(uuid4()):
        assert db.fetch("SELECT id FROM people", {}) == []
    with db.transaction():
        assert db.fetch("SELECT id FROM people", {}) == []


def test_past_the_session_a_constraint_is_refused_as_ever(committed: Chain) -> None:
    with pytest.raises(IntegrityError), db.transaction(committed.organisation.id):
        db.execute("UPDATE people SET email = %(email)s", {"email": "one@for.all"})
    with pytest.raises(DBAPIError, match="nonsense"), db.transaction(committed.organisation.id):
        db.execute("nonsense", {})


def test_what_is_asked_outside_of_a_transaction_leaves_nothing_behind(committed: Chain) -> None:
    whose, given = "SELECT photo_is_stored(%(id)s, 'x')", {"id": committed.organisation.id}
    assert db.ask(whose, given) == [(False,)]
    assert not db.in_transaction()
    with db.transaction() as session:
        assert session.scalar(WHOSE) in (None, "")
        assert session.scalars(select(Person)).all() == []
    with pytest.raises(DBAPIError, match="nonsense"):
        db.ask("nonsense", {})
    assert db.ask(whose, given) == [(False,)]


def test_a_database_that_is_away_is_the_same_fault_with_a_transaction_and_without(
    engine: Engine,
) -> None:
    try:
        db.open_engine(f"postgresql://nobody@127.0.0.1:{free_port()}/away", 1)
        with pytest.raises(OperationalError):
            db.ask("SELECT 1", {})
        with pytest.raises(OperationalError), db.transaction() as session:
            session.execute(text("SELECT 1"))
    finally:
        db.bind_to(engine)


def test_locks_are_held_from_the_first_statement_to_the_end(
    committed: Chain, servers: dict[str, str]
) -> None:
    superuser = servers["postgres"].replace("postgresql+psycopg://", "postgresql://", 1)
    name = committed.organisation.id.int % 2**60
    free = "SELECT pg_try_advisory_xact_lock(%s)"
    with db.transaction(committed.organisation.id, locks=[name, -name]) as session:
        database = session.scalar(text("SELECT current_database()"))
        with psycopg.connect(superuser, dbname=database, autocommit=True) as other:
            taken = [other.execute(free, [number]).fetchone() for number in (name, -name)]
    assert taken == [(False,), (False,)]
    with psycopg.connect(superuser, dbname=database, autocommit=True) as other:
        assert other.execute(free, [name]).fetchone() == (True,)


def test_a_connection_that_the_server_closed_is_replaced_before_it_is_used(
    committed: Chain, servers: dict[str, str]
) -> None:
    with db.transaction(committed.organisation.id) as session:
        lost = session.scalar(text("SELECT pg_backend_pid()"))
    superuser = servers["postgres"].replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", [lost])
    with db.transaction(committed.organisation.id) as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != lost


def test_rows_written_by_one_statement_read_back_as_they_were(committed: Chain) -> None:
    ids, at = [uuid4(), uuid4()], db.now()
    with db.transaction(committed.organisation.id) as session:
        db.insert_rows(
            Activity,
            [
                {
                    "organisation_id": committed.organisation.id,
                    "id": each,
                    "at": at,
                    "person_id": None,
                    "action": "tést «한국어» \\ \" ' 1",
                    "subject_type": "things",
                    "subject_id": each,
                    "details": {"list": [1, None, "二"]},
                }
                for each in ids
            ],
        )
        rows = session.scalars(select(Activity).where(Activity.id.in_(ids))).all()
        assert {row.id for row in rows} == set(ids)
        for row in rows:
            assert (row.at, row.person_id, row.request_id) == (at, None, None)
            assert row.action == "tést «한국어» \\ \" ' 1"
            assert row.details == {"list": [1, None, "二"]}
