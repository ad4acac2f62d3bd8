"""Intake on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from auditapi.audits.states import Acceptance, Delivery, PhotoState

SHA256 = "SHA-256, 64 hexadecimal digits"
SEALED: dict[str, Any] = {
    "format": 1,
    "id": "0192a9c4-7c1e-7b3a-9d53-0c8a4e7f2b11",
    "assignment_id": "0192a9c0-11aa-7c44-8d20-5b8f3d1e6a90",
    "store_id": "0192a0b2-63d4-7a10-b1c8-91f0a2b3c4d5",
    "kind": "announced_audit",
    "checklist": {
        "key": "service-standard",
        "version": 1,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "language": "ko",
    "time_zone": "Asia/Seoul",
    "started_at": "2026-11-20T10:02:11+09:00",
    "finished_at": "2026-11-20T10:41:52+09:00",
    "sealed_at": "2026-11-20T10:42:03+09:00",
    "answers": {
        "A1": {"value": 8, "note": "두 줄이 비어 있다", "source": "counted"},
        "A3": {"na": True, "reason": "no campaign here"},
    },
    "photos": [
        {
            "sha256": "4f8a2b7c1d9e0f3a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2",
            "bytes": 312345,
            "media_type": "image/jpeg",
            "item": "A1",
            "taken_at": "2026-11-20T10:05:40+09:00",
            "location": None,
            "source": "camera",
            "marks": [
                {"kind": "arrow", "from": [0.1, 0.2], "to": [0.4, 0.5], "color": "#d81b60"},
                {"kind": "redact", "at": [0.7, 0.1], "size": [0.1, 0.12]},
            ],
        }
    ],
}


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
    reason = fields.String(
        required=True,
        metadata={
            "description": "What the bytes are instead of a photo; `too_many`: of more than 200."
        },
    )


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
