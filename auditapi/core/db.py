"""The database: one engine, one transaction a request or job, and nobody else commits.

`with transaction(organisation_id):` opens the only transaction there is; inside it `session()`
is the SQLAlchemy session. Leaving commits, raising rolls back. PostgreSQL's row-level security
reads `app.organisation_id`, which is set here and nowhere else.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    create_engine,
    text,
)
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
    session: Session
    organisation_id: UUID | None


_current: ContextVar[_Current | None] = ContextVar("current_transaction", default=None)
_bind: Engine | Connection | None = None


def open_engine(url: str, pool_size: int) -> Engine:
    """Called once a process, by `create_app` or the worker."""
    global _bind
    _bind = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
        connect_args={"application_name": "auditapi", "options": "-c timezone=UTC"},
    )
    return _bind


def bind_to(bind: Engine | Connection | None) -> Engine | Connection | None:
    """Tests bind to one connection, so that everything can be rolled back. Returns the last."""
    global _bind
    before, _bind = _bind, bind
    return before


def _open_session() -> Session:
    if _bind is None:
        raise RuntimeError("no database: call open_engine first")
    if isinstance(_bind, Connection):
        return Session(_bind, join_transaction_mode="create_savepoint", expire_on_commit=False)
    return Session(_bind, expire_on_commit=False)


@contextmanager
def transaction(organisation_id: UUID | None = None) -> Iterator[Session]:
    """The one transaction of a request or job; row-level security lets in `organisation_id`."""
    if _current.get() is not None:
        raise RuntimeError("a transaction is open already")
    with _open_session() as opened, opened.begin():
        token = _current.set(_Current(opened, None))
        try:
            enter(organisation_id)
            yield opened
            opened.flush()  # while column defaults can still ask whose transaction this is
        finally:
            _current.reset(token)


def enter(organisation_id: UUID | None) -> None:
    """Within the open transaction, see this organisation's rows only (None: no rows at all)."""
    current = _require()
    current.organisation_id = organisation_id
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
