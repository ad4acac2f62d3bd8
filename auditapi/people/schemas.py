"""People and sign-ins on the wire."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from auditapi.core.schemas import Name, Text, storable
from auditapi.people.models import Role
from auditapi.people.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD

LANGUAGES = ("en", "ko", "zh-Hant", "ru")


def language(**options: object) -> fields.String:
    return fields.String(validate=validate.OneOf(LANGUAGES), **options)  # type: ignore[arg-type]


def _email(**options: Any) -> fields.Email:
    return fields.Email(validate=[storable, validate.Length(max=254)], **options)


def _device() -> Name:
    return Name(200, load_default="unnamed device")


class PhoneSettingsSchema(Schema):
    """What phones make of photos before they keep and send them."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"photo_originals": False, "photo_long_side": 1600}

    photo_originals = fields.Boolean(
        required=True,
        metadata={"description": "As the camera made them, neither turned nor shrunk."},
    )
    photo_long_side = fields.Integer(
        required=True,
        validate=validate.Range(800, 6000),
        metadata={"description": "Else shrunk to this many pixels on the longer side."},
    )


class OrganisationSchema(Schema):
    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    language = language(required=True)
    accent_colour = fields.String(required=True)
    settings = fields.Nested(PhoneSettingsSchema, required=True, attribute="phone_settings")


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

    name = Name(200, required=True)
    email = _email(required=True)
    code = Name(20, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    language = language()
    password = Text(LONGEST_PASSWORD, shortest=SHORTEST_PASSWORD, load_only=True)


class PersonChangesSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"role": "regional_manager", "disabled": False}

    name = Name(200)
    email = _email()
    code = Name(20)
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

    organisation = Name(63, required=True, metadata={"example": "demo"})
    email = _email(required=True, metadata={"example": "cleo@demo.example"})
    password = Text(LONGEST_PASSWORD, required=True)
    device = _device()


class CodeSignInSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "code": "aud_0192a9c47c1e7b3a9d530c8a4e7f2b11_9t2kJq8mXw4R",
        "device": "Cleo's phone",
    }

    code = Name(200, required=True)
    device = _device()


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
    """The code works once, for whoever holds it: show it to nobody else."""

    code = fields.String(required=True)
    expires_in_minutes = fields.Integer(required=True)
    address = fields.String(
        required=True, metadata={"description": "Opens the phone app and signs in there."}
    )
    picture = fields.String(
        required=True,
        metadata={"description": "The address as a QR code: an SVG, to be shown or printed."},
    )
