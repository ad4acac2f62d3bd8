"""Checklists on the wire."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from auditapi.checklists.values import ASSIGNMENT_VALUES, VISIT_KINDS
from auditapi.core.schemas import Moment, PageQuerySchema, PageSchema

_VERSION = validate.Range(1, 2**31 - 1)
AS_YAML = """key: till
languages: [en]
title: {en: At the till}
sections:
  - key: A
    title: {en: Waiting}
    weight: 100
    items:
      - {key: A1, kind: seconds, target: 60, limit: 300, weight: 1, tag: linear,
         text: {en: How long did you wait?}}
"""


class ChecklistVersionSchema(Schema):
    key = fields.String(required=True, metadata={"example": "service-standard"})
    version = fields.Integer(required=True, attribute="number", metadata={"example": 1})
    sha256 = fields.String(
        required=True, metadata={"description": "Names the canonical document's bytes."}
    )
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    published_at = fields.AwareDateTime(required=True)
    available_from = fields.AwareDateTime(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)


class ChecklistsSchema(Schema):
    checklists = fields.List(fields.Nested(ChecklistVersionSchema), required=True)


class ChecklistVersionsQuerySchema(PageQuerySchema):
    pass


class ChecklistVersionsSchema(PageSchema):
    versions = fields.List(fields.Nested(ChecklistVersionSchema), required=True)


class ChecklistPublishQuerySchema(Schema):
    available_from = Moment(
        load_default=None,
        metadata={"description": "From when on it is handed out as the newest; now unless said."},
    )


class ChecklistAtQuerySchema(Schema):
    at = Moment(load_default=None, metadata={"description": "At which moment; now unless said."})


class ChecklistDifferenceQuerySchema(Schema):
    old = fields.Integer(required=True, data_key="from", validate=_VERSION)
    new = fields.Integer(required=True, data_key="to", validate=_VERSION)


class ChecklistChangeSchema(Schema):
    what = fields.String(required=True, validate=validate.OneOf(["checklist", "section", "item"]))
    key = fields.String(required=True)
    change = fields.String(
        required=True,
        validate=validate.OneOf(["added", "removed", "replaced", "moved", "changed"]),
    )
    field = fields.String(required=True, allow_none=True)
    old = fields.Raw(required=True, allow_none=True)
    new = fields.Raw(required=True, allow_none=True)


class ChecklistDifferenceSchema(Schema):
    changes = fields.List(fields.Nested(ChecklistChangeSchema), required=True)


class ChecklistVisitQuerySchema(Schema):
    kind = fields.String(
        load_default=None,
        validate=validate.OneOf(VISIT_KINDS),
        metadata={"description": "At which kind of visit; without it, as if all was asked."},
    )
    scenario = fields.String(
        load_default=None, validate=validate.OneOf([*map(str, ASSIGNMENT_VALUES["scenario"])])
    )
    purchase = fields.Boolean(load_default=False)
    store = fields.UUID(load_default=None)


def percent(share: Fraction) -> float:
    """Two decimals, half up."""
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


class _Share(fields.Float):
    def _serialize(self, value: Any, *_rest: Any, **_options: Any) -> Any:
        return percent(value)


class ItemShareSchema(Schema):
    key = fields.String(required=True)
    share = _Share(
        required=True,
        metadata={"description": "Percent of the whole; of a bonus item, the points it can add."},
    )
    bonus = fields.Boolean(required=True)
    asked = fields.Boolean(required=True)


class SectionShareSchema(Schema):
    key = fields.String(required=True)
    share = _Share(required=True)
    items = fields.List(fields.Nested(ItemShareSchema), required=True)


class WeightsSchema(Schema):
    sections = fields.List(fields.Nested(SectionShareSchema), required=True)


class ChecklistPreviewSchema(WeightsSchema):
    key = fields.String(required=True)
    version = fields.Integer(
        required=True, metadata={"description": "The number that it would get."}
    )
    sha256 = fields.String(required=True)
    changes = fields.List(
        fields.Nested(ChecklistChangeSchema),
        required=True,
        metadata={"description": "Since the last version; empty for the first."},
    )


class ChecklistDocumentSchema(Schema):
    """What a version says; its whole shape is at /api/v1/checklists/schema.json."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "key": "till",
        "languages": ["en"],
        "title": {"en": "At the till"},
        "sections": [
            {
                "key": "A",
                "title": {"en": "Waiting"},
                "weight": 100,
                "items": [
                    {
                        "key": "A1",
                        "kind": "seconds",
                        "target": 60,
                        "limit": 300,
                        "weight": 1,
                        "tag": "linear",
                        "text": {"en": "How long did you wait?"},
                    }
                ],
            }
        ],
    }

    class Meta:
        unknown = "include"

    key = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    sections = fields.List(fields.Dict(), required=True)
