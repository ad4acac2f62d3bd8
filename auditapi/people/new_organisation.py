"""What the command line is told of a new organisation, held against the rules of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from auditapi.core.http import places_in
from auditapi.core.problems import INVALID, Place, Problem
from auditapi.core.schemas import Line
from auditapi.people.models import Role
from auditapi.people.schemas import NewPersonSchema, language

ADMINISTRATOR = {"role": Role.ADMINISTRATOR.value, "code": "ADMIN"}
_SLUG_RULE = "An organisation's short name has small letters, digits and hyphens only."


class NewOrganisationSchema(Schema):
    slug = fields.String(
        required=True,
        validate=[
            validate.Length(1, 63),
            validate.Regexp(r"[a-z0-9][a-z0-9-]*\Z", error=_SLUG_RULE),
        ],
    )
    name = Line(200, required=True)
    language = language(required=True)
    administrator = fields.Nested(NewPersonSchema, required=True)


def read(
    organisation: Mapping[str, str], administrator: Mapping[str, str], options: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Both as they are to be stored. `organisation`: slug, name, language; `administrator`: name,
    email, password. Raises `Problem(INVALID)` that names all faults at once, each by what
    `options` calls it (`administrator.email`: `--admin-email`)."""
    given = {**organisation, "administrator": {**administrator, **ADMINISTRATOR}}
    try:
        found: dict[str, Any] = NewOrganisationSchema().load(given)
    except ValidationError as error:
        places = [
            Place(options.get(place.path, place.path), place.message)
            for place in places_in(error.messages, "")
        ]
        raise Problem(INVALID, "Some of the input is not right.", places=places) from None
    person = found.pop("administrator")
    return found, {name: person[name] for name in administrator}
