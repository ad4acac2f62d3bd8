"""Intake on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from auditapi.audits.states import Acceptance, Delivery, PhotoState

SHA256 = "SHA-256, 64 hexadecimal digits"


class ReasonSchema(Schema):
    place = fields.String(required=True, metadata={"example": "answers.B4"})
    code = fields.String(required=True, metadata={"example": "comment_missing"})
    message = fields.String(required=True)


class MissingPhotoSchema(Schema):
    sha256 = fields.String(required=True, metadata={"description": SHA256})
    offset = fields.Integer(
        required=True, metadata={"description": "Bytes of it that are here; go on from there."}
    )


class RefusedPhotoSchema(Schema):
    sha256 = fields.String(required=True)
    reason = fields.String(required=True)


class ReceivedPhotoSchema(Schema):
    sha256 = fields.String(required=True)
    state = fields.Enum(PhotoState, by_value=True, required=True)


class ReceiptSchema(Schema):
    """Everything named here is safe: the phone may forget its photos, refused ones excepted."""

    audit_id = fields.UUID(required=True)
    document_sha256 = fields.String(required=True)
    delivered_at = fields.AwareDateTime(required=True)
    photos = fields.List(fields.Nested(ReceivedPhotoSchema), required=True)


class AuditStatusSchema(Schema):
    id = fields.UUID(required=True)
    delivery = fields.Enum(Delivery, by_value=True, required=True)
    acceptance = fields.Enum(Acceptance, by_value=True, required=True)
    document_sha256 = fields.String(required=True, metadata={"description": SHA256})
    missing = fields.List(fields.Nested(MissingPhotoSchema), required=True)
    refused = fields.List(fields.Nested(RefusedPhotoSchema), required=True)
    reasons = fields.List(fields.Nested(ReasonSchema))
    receipt = fields.Nested(ReceiptSchema)
