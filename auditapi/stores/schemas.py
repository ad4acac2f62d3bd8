"""Regions and stores on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from auditapi.core.http import places_in
from auditapi.core.problems import Place
from auditapi.core.schemas import Line, Name, PageQuerySchema, PageSchema
from auditapi.people.schemas import language
from auditapi.stores import rules

LARGEST_IMPORT = 5000


class RegionSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={"example": "north"})
    name = fields.String(required=True)
    parent_id = fields.UUID(required=True, allow_none=True)


class RegionsSchema(Schema):
    regions = fields.List(fields.Nested(RegionSchema), required=True)


class NewRegionSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"code": "harbour", "name": "Harbour", "parent_id": None}

    code = Name(40, required=True, metadata={"example": "north"})
    name = Name(200, required=True, metadata={"example": "North"})
    parent_id = fields.UUID(allow_none=True, load_default=None)


class RegionChangesSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"name": "Harbour and islands"}

    code = Name(40)
    name = Name(200)
    parent_id = fields.UUID(allow_none=True)


class ManagerSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.Email(required=True)
    code = fields.String(required=True)


class ManagersSchema(Schema):
    people = fields.List(fields.Nested(ManagerSchema), required=True)


def _time_zone(name: str) -> None:
    if name not in rules.time_zones():
        raise ValidationError("must be an IANA time zone, such as Asia/Seoul")


def _attributes(given: Mapping[str, Any]) -> None:
    faults = {name: [message] for name, message in rules.attribute_faults(given)}
    whole = faults.pop("", None)
    if faults or whole:
        raise ValidationError(whole or faults)


def attributes(**options: Any) -> fields.Dict:
    """What checklists may ask of a store: names with text, numbers, true or false."""
    return fields.Dict(
        keys=fields.String(),
        validate=_attributes,
        metadata={"example": {"format": "super", "assisted_service": True}},
        **options,
    )


def _latitude() -> fields.Float:
    return fields.Float(
        allow_none=True, validate=validate.Range(-90, 90), metadata={"example": 37.5665}
    )


def _longitude() -> fields.Float:
    return fields.Float(
        allow_none=True, validate=validate.Range(-180, 180), metadata={"example": 126.978}
    )


class StoreSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    region_id = fields.UUID(required=True)
    latitude = fields.Float(required=True, allow_none=True)
    longitude = fields.Float(required=True, allow_none=True)
    time_zone = fields.String(required=True)
    language = language(required=True)
    attributes = fields.Dict(keys=fields.String(), required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class StoresSchema(PageSchema):
    stores = fields.List(fields.Nested(StoreSchema), required=True)


class StoresQuerySchema(PageQuerySchema):
    region = fields.UUID(
        metadata={"description": "Stores of this region and of all regions below it."}
    )
    code = Name(40)
    closed = fields.Boolean(metadata={"description": "Only closed stores, or only open ones."})


class _PlacedSchema(Schema):
    @validates_schema
    def _both_or_neither(self, data: Mapping[str, Any], **_options: Any) -> None:
        given = [data.get(name) is not None for name in ("latitude", "longitude")]
        named = ["latitude" in data, "longitude" in data]
        if given[0] != given[1] or named[0] != named[1]:
            raise ValidationError("must come with the other coordinate", "latitude")


class _StoreValuesSchema(_PlacedSchema):
    code = Name(40, required=True, metadata={"example": "N1"})
    name = Name(200, required=True, metadata={"example": "North Street"})
    address = Line(400, shortest=0, load_default="")
    latitude = _latitude()
    longitude = _longitude()
    time_zone = fields.String(
        required=True, validate=_time_zone, metadata={"example": "Asia/Seoul"}
    )
    language = language(load_default="en")
    attributes = attributes(load_default=dict)


class NewStoreSchema(_StoreValuesSchema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "code": "N1",
        "name": "North Street",
        "address": "1 North Street",
        "region_id": "0192a0b2-1111-7a10-b1c8-91f0a2b3c4d5",
        "latitude": 37.5665,
        "longitude": 126.978,
        "time_zone": "Asia/Seoul",
        "language": "ko",
        "attributes": {"format": "super", "assisted_service": True},
    }

    region_id = fields.UUID(required=True)


class StoreChangesSchema(_PlacedSchema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"closed": True}

    code = Name(40)
    name = Name(200)
    address = Line(400, shortest=0)
    region_id = fields.UUID()
    latitude = _latitude()
    longitude = _longitude()
    time_zone = fields.String(validate=_time_zone)
    language = language()
    attributes = attributes()
    closed = fields.Boolean()


class ImportedStoreSchema(_StoreValuesSchema):
    region = Name(40, required=True, metadata={"description": "A region's code."})


class StoreImportSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "stores": [
            {
                "code": "N2",
                "name": "Station",
                "region": "north",
                "time_zone": "Asia/Seoul",
                "attributes": {"format": "convenience"},
            }
        ]
    }

    stores = fields.List(
        fields.Nested(ImportedStoreSchema),
        required=True,
        validate=validate.Length(1, LARGEST_IMPORT),
    )


class ImportedStoresSchema(Schema):
    stores = fields.List(fields.Nested(StoreSchema), required=True)


def read_import(body: object) -> tuple[list[Any], list[Place]]:
    """The rows of a `StoreImportSchema`, and what is wrong with their shape.

    Nothing is raised: what only the database knows is to be told at the same time.
    """
    try:
        rows: list[Any] = StoreImportSchema().load(body)["stores"]  # type: ignore[arg-type]
    except ValidationError as error:
        raw = body.get("stores") if isinstance(body, Mapping) else None
        return (raw if isinstance(raw, list) else []), places_in(error.messages, "json")
    return rows, []
