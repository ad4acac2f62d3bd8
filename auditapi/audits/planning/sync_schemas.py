"""What a phone takes along, on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from auditapi.audits.planning.schemas import (
    PlannedChecklistSchema,
    VisitSchema,
    by_value,
    texts,
)
from auditapi.audits.states import VisitKind
from auditapi.people.models import Role
from auditapi.people.schemas import PhoneSettingsSchema, language


class SyncPersonSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    code = fields.String(required=True)
    role = by_value(Role, required=True)
    language = language(required=True)


class SyncStoreSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    time_zone = fields.String(required=True, metadata={"example": "Asia/Seoul"})
    attributes = fields.Dict(keys=fields.String(), required=True)


class FailedItemSchema(Schema):
    item = fields.String(required=True, metadata={"example": "A3"})
    text = texts()
    answer = fields.Raw(required=True, allow_none=True, metadata={"example": "no"})
    note = fields.String(required=True, allow_none=True)
    audit_id = fields.UUID(required=True)
    visited_on = fields.Date(required=True, allow_none=True)


class ReturnedAuditSchema(Schema):
    """An audit of mine that head office has sent back; `POST /audits/{id}/reply` answers it.
    `context` is what the conditions of its checklist read."""

    id = fields.UUID(required=True)
    assignment_id = fields.UUID(required=True, allow_none=True)
    store_id = fields.UUID(required=True)
    kind = by_value(VisitKind, required=True)
    language = fields.String(required=True, allow_none=True)
    checklist = fields.Nested(PlannedChecklistSchema, required=True)
    context = fields.Dict(keys=fields.String(), required=True)
    revision = fields.Integer(required=True, metadata={"example": 1})
    reason = fields.String(required=True)
    until = fields.AwareDateTime(required=True)


class SyncSchema(Schema):
    server_time = fields.AwareDateTime(required=True)
    person = fields.Nested(SyncPersonSchema, required=True)
    settings = fields.Nested(PhoneSettingsSchema, required=True)
    assignments = fields.List(fields.Nested(VisitSchema), required=True)
    stores = fields.List(fields.Nested(SyncStoreSchema), required=True)
    checklists = fields.List(fields.Nested(PlannedChecklistSchema), required=True)
    last_failed = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Nested(FailedItemSchema)), required=True
    )
    returned = fields.List(fields.Nested(ReturnedAuditSchema), required=True)
