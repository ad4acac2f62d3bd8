"""What became of an imported file, on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from auditapi.audits.importing.service import Imported, Refused
from auditapi.audits.intake.schemas import SHA256, AuditStatusSchema
from auditapi.core.http import ProblemSchema

RESULTS = ("new", "known", "quarantined", "refused")
EXAMPLE = (
    '{"about":"unsent audits","format":1,"person":{"id":"0192a0b2-63d4-7a10-b1c8-91f0a2b3c4d5",'
    '"name":"Cleo Example"},"saved_at":"2026-11-20T18:02:11+09:00"}\n'
)


class ImportedForSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)


class ImportedAuditSchema(Schema):
    id = fields.UUID(required=True)
    result = fields.String(
        required=True,
        validate=validate.OneOf(RESULTS),
        metadata={"description": "known: these very bytes were here before"},
    )
    status = fields.Nested(AuditStatusSchema, required=True, allow_none=True)
    problem = fields.Nested(ProblemSchema, required=True, allow_none=True)


class ImportedDraftSchema(Schema):
    id = fields.UUID(required=True)
    problem = fields.Nested(
        ProblemSchema,
        required=True,
        allow_none=True,
        metadata={"description": "null: kept for the auditor's next phone"},
    )


class RefusedImportedPhotoSchema(Schema):
    sha256 = fields.String(required=True, metadata={"description": SHA256})
    problem = fields.Nested(ProblemSchema, required=True)


class ImportedPhotosSchema(Schema):
    new = fields.Integer(required=True)
    known = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedImportedPhotoSchema), required=True)


class UnreadableLineSchema(Schema):
    line = fields.Integer(required=True)
    message = fields.String(required=True)


class ImportedSchema(Schema):
    person = fields.Nested(ImportedForSchema, required=True)
    audits = fields.List(fields.Nested(ImportedAuditSchema), required=True)
    photos = fields.Nested(ImportedPhotosSchema, required=True)
    drafts = fields.List(fields.Nested(ImportedDraftSchema), required=True)
    unreadable = fields.List(fields.Nested(UnreadableLineSchema), required=True)


def told(done: Imported) -> dict[str, Any]:
    """An import as `ImportedSchema` writes it."""
    taken = [
        {
            "id": audit_id,
            "result": how.name.lower(),
            "status": done.statuses[audit_id],
            "problem": None,
        }
        for audit_id, how in done.audits.items()
    ]
    refused = [
        {"id": one.name, "result": "refused", "status": None, "problem": one.problem.as_json()}
        for one in done.refused_audits
    ]
    return {
        "person": {"id": done.person.person_id, "name": done.person.name},
        "audits": taken + refused,
        "photos": {
            "new": done.new_photos,
            "known": done.known_photos,
            "refused": _refusals("sha256", done.refused_photos),
        },
        "drafts": [{"id": one, "problem": None} for one in done.drafts]
        + _refusals("id", done.refused_drafts),
        "unreadable": done.unreadable,
    }


def _refusals(key: str, refused: list[Refused]) -> list[dict[str, Any]]:
    return [{key: one.name, "problem": one.problem.as_json()} for one in refused]
