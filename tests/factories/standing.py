"""What all tests of a file stand on, made once: a transaction around them, each in a part of it.

For what is slow to make, such as a rendered report. A test may change it: that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from auditapi.core import db


@contextmanager
def standing(engine: Engine) -> Iterator[Connection]:
    """The transaction of the file, never committed."""
    with engine.connect() as opened:
        outer = opened.begin()
        yield opened
        outer.rollback()


@contextmanager
def bound(connection: Connection) -> Iterator[None]:
    """What is written goes there."""
    before = db.bind_to(connection)
    try:
        yield
    finally:
        db.bind_to(before)


@contextmanager
def part_of(connection: Connection) -> Iterator[Connection]:
    """One test: what it writes goes there too, and is rolled back alone."""
    part = connection.begin_nested()
    with bound(connection):
        yield connection
    part.rollback()
