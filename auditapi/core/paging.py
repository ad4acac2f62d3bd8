"""Lists in pages, by a cursor that says where the last page ended.

A page starts after a *row*, not after a number of rows: what arrives or goes meanwhile neither
repeats nor hides a neighbour. A cursor carries no rights; whoever sends it sees what the
statement lets them see.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from auditapi.core.db import session
from auditapi.core.problems import INVALID, Place, Problem

MOST = 200
USUAL = 50

One = TypeVar("One")

_PLAIN: Final[dict[type, Callable[[str], object]]] = {
    str: str,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


@dataclass(frozen=True)
class Page(Generic[One]):
    """Some rows, and the cursor of those that follow (none: this was the last page)."""

    rows: Sequence[One]
    next: str | None


def page_of(
    statement: Select[One],
    *order: InstrumentedAttribute[Any],
    cursor: str | None = None,
    limit: int = USUAL,
    newest_first: bool = False,
) -> Page[One]:
    """The page after `cursor` of a statement that selects one thing a row and has no order yet.

    `order` are columns that are never NULL and together unique, such as `Store.code, Store.id`.
    Raises `Problem(INVALID)` for a cursor that no list in this order gave.
    """
    if cursor is not None:
        last, here = tuple_(*order), tuple_(*_read(cursor, order))
        statement = statement.where(last < here if newest_first else last > here)
    statement = statement.order_by(*(key.desc() if newest_first else key for key in order))
    # One more than asked for tells whether anything follows.
    found = session().execute(statement.add_columns(*order).limit(limit + 1)).all()
    rows = [row[0] for row in found[:limit]]
    follows = len(found) > limit
    return Page(rows, _write(order, found[limit - 1][-len(order) :]) if follows else None)


def _write(order: Sequence[InstrumentedAttribute[Any]], values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    text = json.dumps([_name(order), *plain], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


def _read(cursor: str, order: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, *plain = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if name != _name(order):
            raise ValueError(name)
        return [_value(key, value) for key, value in zip(order, plain, strict=True)]
    except (ValueError, TypeError, RecursionError):
        place = Place("query.cursor", "must be the `next` of an earlier page of this list")
        raise Problem(INVALID, "The cursor is not one of this list.", places=[place]) from None


def _name(order: Sequence[InstrumentedAttribute[Any]]) -> str:
    """Which order a cursor belongs to."""
    return ",".join(key.key for key in order)


def _value(column: InstrumentedAttribute[Any], plain: object) -> object:
    """A cursor's value as its column has it. Raises ValueError or TypeError."""
    kind = column.type.python_type
    if kind is int and isinstance(plain, int):
        return plain
    if not isinstance(plain, str) or "\0" in plain or kind not in _PLAIN:
        raise TypeError(plain)
    plain.encode()  # half a character can't be compared
    value = _PLAIN[kind](plain)
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(plain)
    return value
