"""The database: one engine, one transaction a request or job, and nobody else commits.

`with transaction(organisation_id):` opens the only transaction there is; inside it `session()`
is the SQLAlchemy session. Leaving commits, raising rolls back. PostgreSQL's row-level security
reads `app.organisation_id`, which is set here, and by the functions that `ask` is for.
"""

from __future__ import annotations

import enum
import json
import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    PoolProxiedConnection,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from uuid_utils.compat import uuid7


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy's hook


@dataclass
class _Current:
    """`locks` are taken with BEGIN. `begun`: that has been sent, so a change of organisation needs
    a statement of its own."""

    connection: Connection
    session: Session
    organisation_id: UUID | None
    locks: Sequence[int]
    begun: bool


_current: ContextVar[_Current | None] = ContextVar("current_transaction", default=None)
_bind: Engine | Connection | None = None


def open_engine(url: str, pool_size: int) -> Engine:
    """Called once a process, by `create_app` or the worker."""
    global _bind
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,  # a few warm connections rather than all of them lukewarm
        # The driver sends no BEGIN of its own: `_begin` does, and says whose rows may be seen.
        isolation_level="AUTOCOMMIT",
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
        connect_args={
            "application_name": "auditapi",
            "options": "-c timezone=UTC",
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        },
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkout", _refuse_dead)
    _bind = engine
    return engine


def _begin(connection: Connection) -> None:
    """BEGIN, the organisation and the locks in one message: every transaction saves round trips.

    What is asked afterwards sees all that was committed while a lock was waited for, because each
    statement looks at the tables as they are when it begins.
    """
    current = _current.get()
    statement = "BEGIN"
    if current is not None:
        current.begun = True
        if current.organisation_id is not None:
            statement += f"; SET LOCAL app.organisation_id = '{current.organisation_id}'"
        statement += "".join(f"; {_lock(number)}" for number in current.locks)
    driver: Any = connection.connection.driver_connection
    driver.execute(statement, prepare=False)


def _lock(number: int) -> str:
    return f"SELECT pg_advisory_xact_lock({number:d})"


def _refuse_dead(connection: Any, _record: object, _proxy: object) -> None:
    """A server that hung up has left something to read; the pool then opens another connection.

    In the place of a question to the server at each checkout, which costs a round trip.
    """
    poller = select.poll()
    poller.register(connection.pgconn.socket, select.POLLIN)
    if poller.poll(0):
        raise DisconnectionError


def bind_to(bind: Engine | Connection | None) -> Engine | Connection | None:
    """Tests bind to one connection, so that everything can be rolled back. Returns the last."""
    global _bind
    before, _bind = _bind, bind
    return before


def _required_bind() -> Engine | Connection:
    if _bind is None:
        raise RuntimeError("no database: call open_engine first")
    return _bind


@contextmanager
def transaction(
    organisation_id: UUID | None = None, locks: Sequence[int] = ()
) -> Iterator[Session]:
    """The one transaction of a request or job; row-level security lets in `organisation_id`.

    `locks`: advisory locks to hold from its first statement to its end, taken in this order.
    """
    if _current.get() is not None:
        raise RuntimeError("a transaction is open already")
    bind = _required_bind()
    tests = isinstance(bind, Connection)
    with nullcontext(bind) if isinstance(bind, Connection) else bind.connect() as connection:
        with _session(connection, tests=tests) as opened:
            current = _Current(connection, opened, None, locks, begun=tests)
            token = _current.set(current)
            try:
                if tests:
                    _begin_savepoint(current)
                enter(organisation_id)
                yield opened
                # While column defaults can still ask whose transaction this is; and nothing for
                # a transaction that went past the session.
                if opened.in_transaction():
                    opened.commit()
            finally:
                _current.reset(token)
        if not tests:
            connection.commit()


def _session(connection: Connection, *, tests: bool) -> Session:
    if tests:
        return Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    return Session(connection, expire_on_commit=False)


def _begin_savepoint(current: _Current) -> None:
    """On a test's connection, where a savepoint takes the place of BEGIN."""
    current.session.connection()
    for number in current.locks:
        current.session.execute(text(_lock(number)))


def enter(organisation_id: UUID | None) -> None:
    """Within the open transaction, see this organisation's rows only (None: no rows at all)."""
    current = _require()
    current.organisation_id = organisation_id
    if current.begun:
        current.session.execute(
            text("SELECT set_config('app.organisation_id', :id, true)"),
            {"id": str(organisation_id or "")},
        )


def _require() -> _Current:
    current = _current.get()
    if current is None:
        raise RuntimeError("no transaction is open")
    return current


def in_transaction() -> bool:
    return _current.get() is not None


def session() -> Session:
    return _require().session


def organisation_id() -> UUID:
    current = _require().organisation_id
    if current is None:
        raise RuntimeError("this transaction belongs to no organisation")
    return current


def driver_connection() -> Any:
    """psycopg's own connection under the open transaction, for jobs and COPY."""
    return session().connection().connection.driver_connection


def fetch(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Rows, by psycopg itself: for what is asked with every photo, where SQLAlchemy's layers cost
    more than PostgreSQL. What the session still holds is not written before."""
    rows: list[tuple[Any, ...]] = _run(statement, given).fetchall()
    return rows


def stream(statement: str, given: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """As `fetch`, for rows with many bytes: one is held at a time, and they come as bytes rather
    than as twice as much text."""
    driver: Any = _begun().driver_connection
    with driver.cursor(binary=True) as cursor, _as_sqlalchemy_has_it(statement):
        yield from cursor.stream(statement, given)


def execute(statement: str, given: Mapping[str, Any]) -> None:
    """As `fetch`, for a statement that gives no rows."""
    _run(statement, given)


def ask(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of one statement that needs no transaction, nor opens one: of functions in the database
    that are told themselves whose rows they may see. Within an open transaction they tell it to
    the rest of it too, so that has to be of the same organisation."""
    if _current.get() is not None:
        return fetch(statement, given)
    bind = _required_bind()
    if isinstance(bind, Connection):
        return list(_execute(bind.connection, statement, given).fetchall())
    with _as_sqlalchemy_has_it(statement):
        connection = bind.raw_connection()
    with closing(connection):
        return list(_execute(connection, statement, given).fetchall())


def _run(statement: str, given: Mapping[str, Any]) -> Any:
    return _execute(_begun(), statement, given)


def _begun() -> PoolProxiedConnection:
    """The open transaction's connection, on which BEGIN has been sent."""
    connection = _require().connection
    if not connection.in_transaction():
        connection.begin()
    return connection.connection


def _execute(connection: PoolProxiedConnection, statement: str, given: Mapping[str, Any]) -> Any:
    driver: Any = connection.driver_connection
    with _as_sqlalchemy_has_it(statement):
        return driver.execute(statement, given, prepare=True)


@contextmanager
def _as_sqlalchemy_has_it(statement: str) -> Iterator[None]:
    """Raises what SQLAlchemy would, so that a constraint becomes the same problem."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def insert_rows(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Any number of rows by one short statement; their values are what JSON can hold, or UUIDs,
    decimals, dates and enums. A column that a row does not name becomes NULL."""
    table = model.__tablename__
    execute(
        f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset("  # noqa: S608 -- ours
        f"NULL::{table}, CAST(%(rows)s AS jsonb))",
        {"rows": json.dumps([dict(row) for row in rows], ensure_ascii=False, default=_as_text)},
    )


def _as_text(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)  # PostgreSQL reads no offset of 16 hours and more
    return str(value.value if isinstance(value, enum.Enum) else value)


def now() -> datetime:
    return datetime.now(UTC)


def column_of(kind: type[enum.Enum]) -> Enum:
    """Text with a CHECK constraint that lists the enum's values."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Scoped:
    """A row that belongs to one organisation. Key: (organisation_id, id)."""

    organisation_id: Mapped[UUID] = mapped_column(
        primary_key=True, default=organisation_id, sort_order=-20
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-19)


def belongs_to(table: str, column: str, **options: Any) -> ForeignKeyConstraint:
    """A foreign key that can't leave the organisation: (organisation_id, column) → table."""
    return ForeignKeyConstraint(
        ["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"], **options
    )


def of_organisation() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id"], ["organisations.id"])
