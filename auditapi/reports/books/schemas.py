"""Books on the wire."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from auditapi.audits.states import VisitKind
from auditapi.core.schemas import Line
from auditapi.reports.books.models import BookForm, BookState
from auditapi.reports.view import LANGUAGES


class NewBookSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "region_id": "0192a0b2-1111-7a10-b1c8-91f0a2b3c4d5",
        "visited_from": "2026-10-01",
        "visited_until": "2026-10-31",
        "kind": "announced_audit",
        "form": "pdf",
        "language": "ko",
    }

    region_id = fields.UUID(required=True, metadata={"description": "With all regions below it."})
    visited_from = fields.Date(required=True, metadata={"example": "2026-10-01"})
    visited_until = fields.Date(required=True, metadata={"description": "This day is still in."})
    kind = fields.Enum(VisitKind, by_value=True, load_default=None, allow_none=True)
    checklist = Line(80, load_default=None, allow_none=True)
    form = fields.Enum(BookForm, by_value=True, required=True)
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    view = fields.String(validate=validate.OneOf(["store", "head_office"]))
    variant = fields.String(load_default="full", validate=validate.OneOf(["full", "short"]))
    paper = fields.String(validate=validate.OneOf(["A4", "Letter"]))

    @validates_schema
    def _in_order(self, given: dict[str, Any], **_options: Any) -> None:
        first, last = given.get("visited_from"), given.get("visited_until")
        if first and last and first > last:
            raise ValidationError("must not be after visited_until", "visited_from")


class BookSchema(Schema):
    """`done` of `total` reports are ready; `missing` of those could not be made, and the book
    says which. `reason` tells why a book failed. The file is kept for 30 days."""

    id = fields.UUID(required=True)
    region_id = fields.UUID(required=True)
    visited_from = fields.Date(required=True)
    visited_until = fields.Date(required=True)
    kind = fields.Enum(VisitKind, by_value=True, required=True, allow_none=True)
    checklist = fields.String(required=True, allow_none=True)
    form = fields.Enum(BookForm, by_value=True, required=True)
    language = fields.String(required=True)
    view = fields.String(required=True, attribute="audience")
    variant = fields.String(required=True)
    paper = fields.String(required=True)
    state = fields.Enum(BookState, by_value=True, required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)
    bytes = fields.Integer(required=True, allow_none=True)
    asked_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
