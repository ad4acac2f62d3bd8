"""Pieces of the wire that several rooms share."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from auditapi.core import paging
from auditapi.core.moments import YEARS, is_kept
from auditapi.core.texts import is_storable


def storable(text: str) -> None:
    """Refuses what PostgreSQL can't keep."""
    if not is_storable(text):
        raise ValidationError("must not contain NUL or half a character")


def one_line(text: str) -> None:
    """Refuses line breaks and all else that steers instead of being read."""
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise ValidationError("must be one line, without control characters")


class Text(fields.String):
    """Exactly what was sent, such as a password: storable, from `shortest` to `longest`
    characters."""

    checks: tuple[Callable[[str], None], ...] = (storable,)

    def __init__(self, longest: int, *, shortest: int = 1, **options: Any) -> None:
        super().__init__(validate=[*self.checks, validate.Length(shortest, longest)], **options)


class Line(Text):
    """Text that people type: `Text`, stripped. It may have several lines."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *args, **options)
        return text.strip() if isinstance(text, str) else text


class Name(Line):
    """What something is called, or its code: a `Line` that is one."""

    checks = (storable, one_line)


class Moment(fields.AwareDateTime):
    """A moment in a request, in years that can be kept, as UTC. With `local`, the offset that was
    sent stays: it says which day it was there."""

    def __init__(self, *, local: bool = False, **options: Any) -> None:
        super().__init__(validate=_kept, **options)
        self.local = local

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> datetime:
        moment: datetime = super()._deserialize(value, *args, **options)
        return moment if self.local or not is_kept(moment) else moment.astimezone(UTC)


def _kept(moment: datetime) -> None:
    if not is_kept(moment):
        raise ValidationError(YEARS)


class PageQuerySchema(Schema):
    """What every list takes. Lists with filters inherit from this."""

    cursor = fields.String(
        load_default=None,
        validate=[storable, validate.Length(max=2000)],
        metadata={"description": "The `next` of the page before."},
    )
    limit = fields.Integer(
        load_default=paging.USUAL, validate=validate.Range(1, paging.MOST), metadata={"example": 50}
    )


class PageSchema(Schema):
    """What every list answers, beside its rows."""

    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The cursor of the page after this; null on the last one."},
    )
