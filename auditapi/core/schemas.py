"""Pieces of the wire that several rooms share."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from auditapi.core import paging


def storable(text: str) -> None:
    """Refuses what PostgreSQL can't keep: NUL, and halves of a character (lone surrogates)."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError("must not contain NUL or half a character")


class Line(fields.String):
    """Text that people type: stripped, storable, from `shortest` to `longest` characters."""

    def __init__(self, longest: int, *, shortest: int = 1, **options: Any) -> None:
        super().__init__(validate=[storable, validate.Length(shortest, longest)], **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *args, **options)
        return text.strip() if isinstance(text, str) else text


class PageQuerySchema(Schema):
    """What every list takes. Lists with filters inherit from this."""

    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=2000),
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
