"""Comparisons on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from auditapi.audits.states import VisitKind
from auditapi.core.schemas import Line

PRINTED = {"description": "Percent, with one decimal as printed.", "example": "87.5"}


class CompareQuerySchema(Schema):
    round = fields.UUID()
    visited_from = fields.Date(metadata={"example": "2026-11-01"})
    visited_until = fields.Date(metadata={"description": "This day is still in."})
    kind = fields.Enum(VisitKind, by_value=True)
    checklist = Line(80, metadata={"example": "service-standard"})
    region = fields.UUID(metadata={"description": "With all regions below it."})
    format = fields.String(
        validate=validate.OneOf(("json", "csv")),
        metadata={"description": "Instead of an Accept header."},
    )

    @validates_schema
    def _in_order(self, given: dict[str, Any], **_options: Any) -> None:
        first, last = given.get("visited_from"), given.get("visited_until")
        if first and last and first > last:
            raise ValidationError("must not be after visited_until", "visited_from")


class ComparedStoreSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    region = fields.String(required=True)


class ComparedSectionSchema(Schema):
    """`visits`: rated ones in which the section has a percentage; `fails`: visits in which a
    critical item of the section failed."""

    section = fields.String(required=True, metadata={"example": "A"})
    mean = fields.String(required=True, allow_none=True, metadata=PRINTED)
    visits = fields.Integer(required=True)
    fails = fields.Integer(required=True)
    coverage = fields.String(required=True, allow_none=True, metadata=PRINTED)


class ComparedLineSchema(Schema):
    """One store, one kind of visit, one checklist. Means are over `visits` − `not_rated`."""

    store = fields.Nested(ComparedStoreSchema, required=True)
    kind = fields.Enum(VisitKind, by_value=True, required=True)
    checklist = fields.String(required=True)
    mean = fields.String(required=True, allow_none=True, metadata=PRINTED)
    visits = fields.Integer(required=True)
    not_rated = fields.Integer(required=True)
    fails = fields.Integer(required=True)
    coverage = fields.String(required=True, allow_none=True, metadata=PRINTED)
    sections = fields.List(fields.Nested(ComparedSectionSchema), required=True)


class ComparisonSchema(Schema):
    stores = fields.List(fields.Nested(ComparedLineSchema), required=True)
