"""The JSON Schema of the format, as editors want it: short, every field with its description.

Pydantic's own output names every field a second time, offers null for whatever may be left
out, and writes exact numbers as text; none of that helps someone who writes YAML.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from auditapi.checklists.structure import Checklist
from auditapi.checklists.values import as_number

SCHEMA_ID = "checklist.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _ForEditors(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def encode_default(self, dft: Any) -> Any:
        return as_number(dft) if isinstance(dft, Decimal) else super().encode_default(dft)

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        found = super().dict_schema(schema)
        # Names that don't fit the pattern are refused, not ignored.
        return found | {"additionalProperties": False} if "patternProperties" in found else found


def json_schema() -> dict[str, Any]:
    """The schema, draft 2020-12; committed as checklists/checklist.schema.json."""
    schema = Checklist.model_json_schema(by_alias=True, schema_generator=_ForEditors)
    return {"$schema": DIALECT, "$id": SCHEMA_ID, **schema}
