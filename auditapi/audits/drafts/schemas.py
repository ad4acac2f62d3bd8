"""Drafts on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from auditapi.core.headers import ETAG_EXAMPLE
from auditapi.core.schemas import PageSchema

CONTENT = {"type": "object", "description": "Whatever the phone saved."}
BEGUN = {
    "id": "0192a9c4-7c1e-7b3a-9d53-0c8a4e7f2b11",
    "assignment_id": "0192a9c0-11aa-7c44-8d20-5b8f3d1e6a90",
    "store_id": "0192a0b2-63d4-7a10-b1c8-91f0a2b3c4d5",
    "answers": {"A1": {"value": "yes"}},
    "photos": [],
}


class DraftSchema(Schema):
    id = fields.UUID(required=True, metadata={"description": "The name its audit will have."})
    etag = fields.String(required=True, metadata={"example": ETAG_EXAMPLE})
    saved_at = fields.AwareDateTime(required=True)
    device = fields.String(required=True, metadata={"example": "Cleo's phone"})
    bytes = fields.Integer(required=True, metadata={"example": 18234})
    assignment_id = fields.UUID(required=True, allow_none=True)
    store_id = fields.UUID(required=True, allow_none=True)


class DraftsSchema(PageSchema):
    drafts = fields.List(fields.Nested(DraftSchema), required=True)
