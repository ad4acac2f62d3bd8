"""People and sign-ins on the wire."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from auditapi.people.models import Role

LANGUAGES = ("en", "ko", "zh-Hant", "ru")


def language(**options: object) -> fields.String:
    return fields.String(validate=validate.OneOf(LANGUAGES), **options)  # type: ignore[arg-type]


class OrganisationSchema(Schema):
    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    language = language(required=True)
    accent_colour = fields.String(required=True)


class PersonSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.Email(required=True)
    code = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    language = language(required=True)
    disabled_at = fields.AwareDateTime(required=True, allow_none=True)


class PeopleSchema(Schema):
    people = fields.List(fields.Nested(PersonSchema), required=True)


class NewPersonSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "name": "Cleo Example",
        "email": "cleo@demo.example",
        "code": "A17",
        "role": "auditor",
        "language": "ko",
    }

    name = fields.String(required=True, validate=validate.Length(1, 200))
    email = fields.Email(required=True, validate=validate.Length(max=254))
    code = fields.String(required=True, validate=validate.Length(1, 20))
    role = fields.Enum(Role, by_value=True, required=True)
    language = language()
    password = fields.String(load_only=True, validate=validate.Length(10, 200))


class PersonChangesSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"role": "regional_manager", "disabled": False}

    name = fields.String(validate=validate.Length(1, 200))
    email = fields.Email(validate=validate.Length(max=254))
    code = fields.String(validate=validate.Length(1, 20))
    role = fields.Enum(Role, by_value=True)
    language = language()
    disabled = fields.Boolean()


class SignInSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "organisation": "demo",
        "email": "cleo@demo.example",
        "password": "correct horse",
        "device": "Cleo's phone",
    }

    organisation = fields.String(
        required=True, validate=validate.Length(1, 63), metadata={"example": "demo"}
    )
    email = fields.Email(required=True, metadata={"example": "cleo@demo.example"})
    password = fields.String(required=True, validate=validate.Length(1, 200))
    device = fields.String(load_default="unnamed device", validate=validate.Length(1, 200))


class CodeSignInSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "code": "aud_0192a9c47c1e7b3a9d530c8a4e7f2b11_9t2kJq8mXw4R",
        "device": "Cleo's phone",
    }

    code = fields.String(required=True, validate=validate.Length(1, 200))
    device = fields.String(load_default="unnamed device", validate=validate.Length(1, 200))


class SignedInPersonSchema(PersonSchema):
    organisation = fields.Nested(OrganisationSchema, required=True)


class SignedInSchema(Schema):
    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    person = fields.Nested(SignedInPersonSchema, required=True)


class DeviceSchema(Schema):
    id = fields.UUID(required=True)
    device = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    current = fields.Boolean(required=True)


class DevicesSchema(Schema):
    devices = fields.List(fields.Nested(DeviceSchema), required=True)


class HandedOutCodeSchema(Schema):
    code = fields.String(required=True)
    expires_in_minutes = fields.Integer(required=True)
