"""The small values a checklist is made of: keys, texts, exact numbers.

Numbers are exact decimals and never text, so that ``weight: "3"`` is a fault that is shown and
0.1 stays 0.1 whether it came from YAML (a Decimal) or from JSON (a float, by its shortest
form). In JSON they are plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

LARGEST = Decimal(10**9)
DECIMAL_PLACES = 6


class Frozen(BaseModel):
    """The base of everything in a checklist: immutable, and strict about unknown names.

    The text under a field is its description in the published JSON Schema, which editors show
    to those who write checklists.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


def exact(value: object) -> Decimal:
    """An int, float or Decimal as the decimal that people would write for it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number", "must be a number")
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite() or abs(number) > LARGEST:
        raise PydanticCustomError("number", "must be a number of at most nine digits")
    # normalize() makes 3.0 and 3 one value, so that they have one digest.
    number = number.normalize()
    if -int(number.as_tuple().exponent) > DECIMAL_PLACES:
        raise PydanticCustomError("number", "must have at most six decimal places")
    return number


def as_number(value: Decimal) -> int | float:
    """A Decimal for JSON: a whole number where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)


def _scalar(value: object) -> bool | Decimal | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.strip()
    if value is None or isinstance(value, list | dict):
        raise PydanticCustomError("scalar", "must be text, a number, true or false")
    return exact(value)


def _scalar_as_json(value: bool | Decimal | str) -> bool | int | float | str:
    return as_number(value) if isinstance(value, Decimal) else value


def _between(low: int, high: int) -> Callable[[Decimal], Decimal]:
    def check(value: Decimal) -> Decimal:
        if not low <= value <= high:
            raise PydanticCustomError("range", f"must be from {low} to {high}")
        return value

    return check


def _not_empty(value: object) -> object:
    # Pydantic's own min_length counts the valid members only, and so reports a list whose
    # members are all faulty as empty too.
    if isinstance(value, list | tuple | dict) and not value:
        raise PydanticCustomError("empty", "must not be empty")
    return value


def _at_least_zero(value: Decimal) -> Decimal:
    if value < 0:
        raise PydanticCustomError("range", "must not be negative")
    return value


def _part(value: Decimal) -> Decimal:
    if not 0 < value <= 1:
        raise PydanticCustomError("range", "must be above 0 and at most 1")
    return value


_IN_JSON = PlainSerializer(as_number, return_type=int | float, when_used="json")

Number = Annotated[Decimal, PlainValidator(exact), _IN_JSON, WithJsonSchema({"type": "number"})]
#: A weight, or a time in seconds.
Amount = Annotated[
    Decimal,
    PlainValidator(exact),
    AfterValidator(_at_least_zero),
    _IN_JSON,
    WithJsonSchema({"type": "number", "minimum": 0}),
]
Percent = Annotated[
    Decimal,
    PlainValidator(exact),
    AfterValidator(_between(0, 100)),
    _IN_JSON,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]
#: A bound on an item's result, 0 < bound ≤ 1.
Part = Annotated[
    Decimal,
    PlainValidator(exact),
    AfterValidator(_part),
    _IN_JSON,
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 1}),
]
#: An option's points; only ``choices`` may use those below 0.
Points = Annotated[
    Decimal,
    PlainValidator(exact),
    AfterValidator(_between(-1, 1)),
    _IN_JSON,
    WithJsonSchema({"type": "number", "minimum": -1, "maximum": 1}),
]
#: What a condition compares with: text, a number, true or false.
Scalar = Annotated[
    bool | Decimal | str,
    PlainValidator(_scalar),
    PlainSerializer(_scalar_as_json, when_used="json"),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]


class _NotEmpty:
    """For a list or a mapping that must have something in it."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return no_info_before_validator_function(_not_empty, handler(source))

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        return schema | {"minItems" if schema.get("type") == "array" else "minProperties": 1}


NOT_EMPTY = _NotEmpty()

ChecklistKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
Language = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$", max_length=11)
]
Line = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
#: One wording in several languages. ``meaning`` checks that every language is there.
Text = Annotated[Mapping[Language, Line], NOT_EMPTY]

#: The kinds of visit; the first is the covert one.
VISIT_KINDS = ("mystery_shop", "staff_observation", "announced_audit", "self_check")
COVERT_KIND = VISIT_KINDS[0]
#: What ``show_if`` may read of an assignment, and the values where they are fixed.
ASSIGNMENT_VALUES: Mapping[str, tuple[str | bool, ...]] = {
    "kind": VISIT_KINDS,
    "covert": (True, False),
    "purchase": (True, False),
    "scenario": ("hesitant", "opinionated", "gentle", "angry", "opening", "closing"),
}
