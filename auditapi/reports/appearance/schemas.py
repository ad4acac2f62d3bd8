"""The organisation and the look of its reports on the wire."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates

from auditapi.core.schemas import Name
from auditapi.people.schemas import language
from auditapi.reports.view import BLOCKS

OF_ORGANISATION = ("id", "slug", "name", "language", "accent_colour")
_COLOUR = validate.Regexp(r"^#[0-9a-f]{6}\Z", error="must be #rrggbb in small letters")


class LookSchema(Schema):
    """Of the full report. `blocks` null: all of them, in the usual order."""

    blocks = fields.List(
        fields.String(validate=validate.OneOf(BLOCKS)), required=True, allow_none=True
    )
    paper = fields.String(required=True, validate=validate.OneOf(["A4", "Letter"]))
    photo_size = fields.String(required=True, validate=validate.OneOf(["small", "medium", "large"]))
    photo_order = fields.String(required=True, validate=validate.OneOf(["item", "time"]))

    @validates("blocks")
    def _once_each(self, blocks: list[str] | None, **_: str) -> None:
        """Evidence can't be left out: it is what a report is held against."""
        if blocks is None:
            return
        twice = sorted({block for block in blocks if blocks.count(block) > 1})
        if twice:
            raise ValidationError(f"names {', '.join(twice)} more than once")
        if "evidence" not in blocks:
            raise ValidationError("must hold evidence: it is what a report is held against")


class OrganisationChangesSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "name": "The Chain",
        "language": "ko",
        "accent_colour": "#1f5fa8",
        "report": {
            "blocks": None,
            "paper": "A4",
            "photo_size": "medium",
            "photo_order": "item",
        },
    }

    name = Name(200, required=True)
    language = language(required=True)
    accent_colour = fields.String(required=True, validate=_COLOUR)
    report = fields.Nested(LookSchema, required=True)


class LogoSchema(Schema):
    """`url` opens for some minutes without signing in."""

    url = fields.String(required=True)
    media_type = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)


class OrganisationSettingsSchema(OrganisationChangesSchema):
    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    logo = fields.Nested(LogoSchema, required=True, allow_none=True)
