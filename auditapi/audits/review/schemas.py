"""What reviewers send and get."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from auditapi.audits.intake.schemas import SEALED
from auditapi.audits.reading.schemas import (
    AuditRowSchema,
    FlagSchema,
    ReadReasonSchema,
    by_value,
)
from auditapi.audits.states import Acceptance, Delivery, FlagKind, Release, VisitKind
from auditapi.core.schemas import Line, Moment, PageQuerySchema, PageSchema, storable

MOST_CHANGES = 500
MOST_AREAS = 50
MOST_PHOTOS = 200
_DEEPEST = 8
REVISION = {"description": "The revision that you have looked at.", "example": 1}


def _sound(value: Any, depth: int = 0) -> None:
    """Refuses what can't be kept as JSON: unstorable text, values nested beyond reason."""
    if depth > _DEEPEST:
        raise ValidationError("is nested too deep")
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, dict | list):
        parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        for part in parts:
            _sound(part, depth + 1)


def _revision() -> fields.Integer:
    return fields.Integer(required=True, validate=validate.Range(1, 100_000), metadata=REVISION)


class ChangedAnswerSchema(Schema):
    """An answer as in a sealed document; null takes it away."""

    item = Line(80, required=True, metadata={"example": "A1"})
    answer = fields.Dict(
        required=True,
        allow_none=True,
        validate=_sound,
        metadata={"example": {"value": "no", "note": "The photo shows two empty rows."}},
    )
    reason = Line(2000, load_default="", shortest=0)


def _changes() -> fields.List[Any]:
    return fields.List(
        fields.Nested(ChangedAnswerSchema),
        load_default=list,
        validate=validate.Length(max=MOST_CHANGES),
    )


class AreaSchema(Schema):
    """A rectangle of a photo that nobody may see, 0…1 of the upright picture."""

    position = fields.Integer(required=True, validate=validate.Range(0, MOST_PHOTOS))
    at = fields.List(fields.Float(), required=True, metadata={"example": [0.4, 0.2]})
    size = fields.List(fields.Float(), required=True, metadata={"example": [0.1, 0.15]})


class ReleaseSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "revision": 1,
        "faces_covered": True,
        "names_covered": True,
        "cards_covered": True,
        "criticals_evidenced": True,
    }

    revision = _revision()
    faces_covered = fields.Boolean(required=True, metadata={"example": True})
    names_covered = fields.Boolean(required=True, metadata={"example": True})
    cards_covered = fields.Boolean(required=True, metadata={"example": True})
    criticals_evidenced = fields.Boolean(required=True, metadata={"example": True})
    note = Line(4000, load_default=None, allow_none=True)


class ReturnSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "revision": 1,
        "reason": "Which till was it? The receipt can't be read.",
        "until": "2026-12-01T18:00:00+09:00",
    }

    revision = _revision()
    reason = Line(4000, required=True)
    until = Moment(required=True, metadata={"example": "2026-12-01T18:00:00+09:00"})


class _RevisionSchema(Schema):
    revision = _revision()
    reason = Line(4000, required=True)
    changes = _changes()


class ReplySchema(_RevisionSchema):
    """`photos`: new ones, each as a document lists it; their bytes are sent as ever, before the
    reply or after it."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "revision": 1,
        "reason": "It was till 3; I looked at the receipt again.",
        "changes": [{"item": "B2", "answer": {"value": "Till 3, about five minutes."}}],
        "photos": [SEALED["photos"][0]],
    }

    photos = fields.List(
        fields.Dict(validate=_sound),
        load_default=list,
        validate=validate.Length(max=MOST_PHOTOS),
        metadata={"example": SEALED["photos"]},
    )


class NewRevisionSchema(_RevisionSchema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "revision": 1,
        "reason": "The photo shows two empty rows.",
        "changes": [{"item": "A1", "answer": {"value": "no", "note": "Two rows are empty."}}],
        "cover": [{"position": 0, "at": [0.4, 0.2], "size": [0.1, 0.15]}],
    }

    cover = fields.List(
        fields.Nested(AreaSchema), load_default=list, validate=validate.Length(max=MOST_AREAS)
    )


class NamedVersionSchema(Schema):
    key = Line(80, required=True)
    version = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))


class FactsSchema(Schema):
    """What the document does not say, or named wrongly. What it does say can't be replaced."""

    store_id = fields.UUID()
    kind = by_value(VisitKind)
    started_at = Moment(
        local=True,
        metadata={"description": "When the visit began, with the store's offset: its date counts."},
    )
    checklist = fields.Nested(NamedVersionSchema)


class AcceptSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "reason": "The auditor was right about the store.",
        "facts": {"started_at": "2026-11-20T10:15:00+09:00"},
    }

    reason = Line(4000, required=True)
    changes = _changes()
    facts = fields.Nested(FactsSchema, load_default=dict)


class RejectSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"reason": "It is about another store, and was sent anew."}

    reason = Line(4000, required=True)


class LostSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"positions": [3], "reason": "The phone was stolen."}

    positions = fields.List(
        fields.Integer(validate=validate.Range(0, MOST_PHOTOS)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST_PHOTOS),
        metadata={"description": "None: every photo that is missing."},
    )
    reason = Line(400, required=True)


class SettleSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"note": "The same promotion poster hangs in both stores."}

    note = Line(2000, load_default=None, allow_none=True)


class StandingSchema(Schema):
    """How the audit stands after that."""

    id = fields.UUID(required=True)
    delivery = by_value(Delivery, required=True)
    acceptance = by_value(Acceptance, required=True)
    reasons = fields.List(fields.Nested(ReadReasonSchema), required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    release = by_value(Release, required=True)
    released_at = fields.AwareDateTime(required=True, allow_none=True)
    returned_until = fields.AwareDateTime(required=True, allow_none=True)
    review_note = fields.String(required=True, allow_none=True)


class QuarantinedSchema(AuditRowSchema):
    reasons = fields.List(fields.Nested(ReadReasonSchema), required=True)


class QuarantineSchema(PageSchema):
    audits = fields.List(fields.Nested(QuarantinedSchema), required=True)


class FlagsQuerySchema(PageQuerySchema):
    settled = fields.Boolean()
    kind = by_value(FlagKind)
    audit = fields.UUID()


class FlagsSchema(PageSchema):
    flags = fields.List(fields.Nested(FlagSchema), required=True)
