"""Reports and share links on the wire."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from auditapi.reports.models import ReportState
from auditapi.reports.view import LANGUAGES


class ReportQuerySchema(Schema):
    lang = fields.String(validate=validate.OneOf(LANGUAGES))
    view = fields.String(validate=validate.OneOf(["store", "head_office"]))
    variant = fields.String(
        load_default="full",
        validate=validate.OneOf(["full", "short", "photo_sheet", "archive"]),
        metadata={
            "description": "`archive` is the full report as PDF/A-3a with the audit's answers, "
            "explained score and digests attached as JSON: in head office's view only."
        },
    )
    paper = fields.String(
        validate=validate.OneOf(["A4", "Letter"]),
        metadata={"description": "The organisation's own unless told."},
    )
    again = fields.Boolean(
        load_default=False, metadata={"description": "Try a report anew that has failed."}
    )


class WaitingReportSchema(Schema):
    """The report is being made: ask again after `Retry-After` seconds. Stores are not told since
    when: that is the time of the visit, or near it."""

    state = fields.Enum(ReportState, by_value=True, required=True)
    asked_at = fields.AwareDateTime()
    attempts = fields.Integer(required=True)
    ahead = fields.Integer(
        required=True,
        metadata={"description": "How many reports of the organisation are made before it."},
    )


class NewShareLinkSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"days": 14, "lang": "ko"}

    days = fields.Integer(load_default=14, validate=validate.Range(1, 365))
    lang = fields.String(validate=validate.OneOf(LANGUAGES))


class ShareLinkSchema(Schema):
    id = fields.UUID(required=True)
    url = fields.String(required=True)
    language = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    opened = fields.Integer(required=True)


class ShareLinksSchema(Schema):
    links = fields.List(fields.Nested(ShareLinkSchema), required=True)
