"""Manifests on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class ManifestQuerySchema(Schema):
    revision = fields.Integer(
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "Of which revision; the current one unless told."},
    )


class ManifestSchema(Schema):
    """`signature` is Ed25519 over the line `auditapi manifest 1`, a line feed, and the bytes of
    `manifest` as UTF-8. `code` begins the SHA-256 of manifest and signature."""

    code = fields.String(required=True)
    manifest = fields.String(required=True)
    signature = fields.String(required=True, metadata={"description": "64 bytes in hex"})
    key = fields.String(required=True, metadata={"description": "The key's name, as printed"})
    public_key = fields.String(required=True, metadata={"description": "32 bytes in hex"})
    signed_at = fields.AwareDateTime(required=True)
