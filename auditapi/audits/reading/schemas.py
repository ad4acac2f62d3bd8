"""Audits as they are read, on the wire. What a view may not see is left out of the answer."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from auditapi.audits.audience import View
from auditapi.audits.reading.score_schemas import ExplainedScoreSchema
from auditapi.audits.states import (
    Acceptance,
    Delivery,
    FlagKind,
    PhotoState,
    Release,
    VisitKind,
)
from auditapi.core import media
from auditapi.core.schemas import Line, Moment, PageQuerySchema, PageSchema

OUTCOMES = ("pass", "fail", "not_rated")
PRINTED = {"description": "Percent, with one decimal as printed.", "example": "87.5"}


def by_value(kind: Any, **options: Any) -> fields.Enum[Any]:
    return fields.Enum(kind, by_value=True, **options)


class Address(fields.String):
    """What `media.address` takes, dumped as an address that opens for the next minutes."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return None if value is None else media.address(*value)


class AuditsQuerySchema(PageQuerySchema):
    store = fields.UUID()
    region = fields.UUID(metadata={"description": "With all regions below it."})
    visited_from = fields.Date(metadata={"example": "2026-11-01"})
    visited_until = fields.Date(metadata={"description": "This day is still in."})
    checklist = Line(80, metadata={"example": "service-standard"})
    kind = by_value(VisitKind)
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    delivery = by_value(Delivery)
    acceptance = by_value(Acceptance)
    release = by_value(Release)
    auditor = fields.UUID(metadata={"description": "Head office asks for anybody's."})

    @validates_schema
    def _in_order(self, given: dict[str, Any], **_options: Any) -> None:
        first, last = given.get("visited_from"), given.get("visited_until")
        if first and last and first > last:
            raise ValidationError("must not be after visited_until", "visited_from")


class ReadStoreSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    time_zone = fields.String(required=True)


class ReadChecklistSchema(Schema):
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ReadAuditorSchema(Schema):
    """Stores get the code only."""

    id = fields.UUID()
    name = fields.String()
    code = fields.String(required=True)


class PhotoCountsSchema(Schema):
    """«7 of 12 photos here»: `stored` of `declared`."""

    declared = fields.Integer(required=True)
    stored = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    lost = fields.Integer(required=True)


class AuditRowSchema(Schema):
    view = by_value(View, required=True)
    id = fields.UUID(
        required=True,
        metadata={"description": "The name you know it by; stores know another one."},
    )
    alias = fields.UUID(metadata={"description": "The name that stores know it by."})
    store = fields.Nested(ReadStoreSchema, required=True, allow_none=True)
    kind = by_value(VisitKind, required=True, allow_none=True)
    checklist = fields.Nested(ReadChecklistSchema, required=True, allow_none=True)
    visited_on = fields.Date(required=True, allow_none=True)
    release = by_value(Release, required=True)
    revision = fields.Integer(required=True)
    photo_counts = fields.Nested(PhotoCountsSchema, required=True)
    daypart = fields.String(allow_none=True, metadata={"example": "afternoon"})
    auditor = fields.Nested(ReadAuditorSchema, allow_none=True)
    outcome = fields.String(allow_none=True, validate=validate.OneOf(OUTCOMES))
    percentage = fields.String(allow_none=True, metadata=PRINTED)
    band = fields.String(allow_none=True)
    coverage = fields.String(allow_none=True, metadata=PRINTED)
    assignment_id = fields.UUID(allow_none=True)
    delivery = by_value(Delivery)
    acceptance = by_value(Acceptance)
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    visited_from = fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "Where the visit and the filling in are two things."},
    )
    visited_until = fields.AwareDateTime(allow_none=True)
    hours_to_write_up = fields.Float(
        allow_none=True, metadata={"description": "From the end of the visit until it was sealed."}
    )
    written_up_late = fields.Boolean(
        metadata={"description": "More than 24 hours: written from memory."}
    )
    received_at = fields.AwareDateTime()
    completed_at = fields.AwareDateTime(allow_none=True)
    released_at = fields.AwareDateTime(allow_none=True)
    returned_until = fields.AwareDateTime(allow_none=True)
    review_note = fields.String(allow_none=True)
    open_flags = fields.Integer()


class AuditsSchema(PageSchema):
    audits = fields.List(fields.Nested(AuditRowSchema), required=True)


class StandingAnswerSchema(Schema):
    """`original`: what the sealed document says, where a revision says otherwise."""

    item = fields.String(required=True)
    answer = fields.Raw(required=True, allow_none=True)
    original = fields.Raw(allow_none=True)


class ReadPhotoSchema(Schema):
    position = fields.Integer(required=True)
    item = fields.String(required=True, allow_none=True)
    sha256 = fields.String(required=True)
    state = by_value(PhotoState, required=True)
    caption = fields.String(required=True, allow_none=True)
    marks = fields.List(fields.Dict(), required=True)
    print = Address(
        required=True,
        allow_none=True,
        metadata={"description": "Upright, redactions burnt in; opens for some minutes."},
    )
    thumbnail = Address(required=True, allow_none=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    erased = fields.Boolean(required=True)
    reason = fields.String(allow_none=True)
    bytes = fields.Integer(allow_none=True)
    media_type = fields.String(allow_none=True)
    taken_at = fields.AwareDateTime(allow_none=True)
    source = fields.String(allow_none=True)
    location = fields.Dict(allow_none=True)
    elsewhere = fields.Boolean(
        metadata={"description": "Taken over a kilometre away; the phone kept no place."}
    )
    revision = fields.Integer(
        metadata={"description": "With which it came: 1 is the document, later ones are replies."}
    )
    itself = fields.Dict(metadata={"description": "What the picture says of itself (EXIF)."})


class ReadChangeSchema(Schema):
    item = fields.String(required=True)
    answer = fields.Raw(required=True, allow_none=True)
    before = fields.Raw(required=True, allow_none=True)
    reason = fields.String(required=True)


class ReadRevisionSchema(Schema):
    """Stores get the day, and no author."""

    number = fields.Integer(required=True)
    made_at = fields.AwareDateTime()
    made_on = fields.Date()
    author = fields.Nested(ReadAuditorSchema, allow_none=True)
    reason = fields.String(required=True)
    changes = fields.List(fields.Nested(ReadChangeSchema), required=True)


class FlagSchema(Schema):
    id = fields.UUID(required=True)
    audit_id = fields.UUID(required=True)
    kind = by_value(FlagKind, required=True)
    details = fields.Dict(
        required=True,
        metadata={"example": {"about": "photos[0]", "position": 0, "metres": 2100}},
    )
    raised_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    settled_by = fields.Nested(ReadAuditorSchema, required=True, allow_none=True)


class ReadReasonSchema(Schema):
    place = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class AuditDetailsSchema(AuditRowSchema):
    answers = fields.List(fields.Nested(StandingAnswerSchema), required=True)
    photos = fields.List(fields.Nested(ReadPhotoSchema), required=True)
    revisions = fields.List(fields.Nested(ReadRevisionSchema), required=True)
    score = fields.Nested(ExplainedScoreSchema, allow_none=True)
    flags = fields.List(fields.Nested(FlagSchema))
    reasons = fields.List(fields.Nested(ReadReasonSchema))
    language = fields.String(allow_none=True)
    sealed_at = fields.AwareDateTime(allow_none=True)
    delivered_at = fields.AwareDateTime(allow_none=True)
    document_sha256 = fields.String()
    positions = fields.Raw()
    position_missing = fields.Raw(allow_none=True)
    device = fields.Raw(allow_none=True)
    memo = fields.String(
        allow_none=True,
        metadata={"description": "From the note pad inside the shop; stores never get it."},
    )
    clock_offset = fields.Float(
        allow_none=True,
        metadata={"description": "Seconds that the phone's clock was behind, if it was wrong."},
    )
    by_right_clock = fields.Dict(
        keys=fields.String(),
        values=fields.AwareDateTime(),
        metadata={"description": "The times put right by that; what is sealed stays as it is."},
    )


class ScoreQuerySchema(Schema):
    revision = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 100_000),
        metadata={"description": "An earlier one, for head office."},
    )


class OriginalSchema(Schema):
    address = Address(required=True, metadata={"description": "Opens for some minutes."})


class ActivityQuerySchema(PageQuerySchema):
    subject = fields.UUID()
    person = fields.UUID()
    action = Line(80, metadata={"example": "audit.released"})
    at_from = Moment()
    at_until = Moment(metadata={"description": "This moment is not in any more."})


class ActivitySchema(Schema):
    """`person` is null for what the service did by itself."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    person = fields.Nested(ReadAuditorSchema, required=True, allow_none=True)
    action = fields.String(required=True)
    subject_type = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    details = fields.Dict(required=True)
    request_id = fields.String(required=True, allow_none=True)


class ActivitiesSchema(PageSchema):
    activity = fields.List(fields.Nested(ActivitySchema), required=True)
