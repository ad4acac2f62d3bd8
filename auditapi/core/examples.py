"""Examples for the contract: each answer and each parameter gets one that fits its shape.

What `example_values` says of a field of a certain shape goes before what stands at the field
(`metadata={"example": …}`), that before what it says of the field's name, and that before what the
type alone allows. Nothing in them is left to chance, or
docs/openapi.json would differ each time it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from auditapi.core.example_values import OF_FORMAT, OF_NAME, OF_SHAPE, THINGS

Shape = Mapping[str, Any]
JSON = "application/json"
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_FORMS: Final = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT.+"),
    "uuid": re.compile(r"[0-9a-f-]{36}"),
}
_NOTHING: Final = object()


def add(spec: dict[str, Any]) -> None:
    """To an OpenAPI document, in place."""
    maker = _Maker(spec["components"].get("schemas", {}))
    for item in spec["paths"].values():
        for parameter in _parameters(item):
            if "example" not in parameter:
                parameter["example"] = maker.of(parameter["schema"], parameter["name"])
        for answer in _answers(item):
            told = answer.get("content", {}).get(JSON)
            if told is not None and "example" not in told:
                told["example"] = maker.of(told["schema"], "")


def _parameters(item: Shape) -> Iterator[dict[str, Any]]:
    yield from item.get("parameters", ())
    for operation in _operations(item):
        yield from operation.get("parameters", ())


def _answers(item: Shape) -> Iterator[dict[str, Any]]:
    for operation in _operations(item):
        yield from operation["responses"].values()


def _operations(item: Shape) -> Iterator[dict[str, Any]]:
    return (operation for method, operation in item.items() if method != "parameters")


@dataclass(frozen=True)
class _Maker:
    shapes: Mapping[str, Shape]

    def of(self, shape: Shape, name: str, owner: str = "") -> Any:
        """An example of `shape`, which is called `name` in the shape `owner`."""
        if reference := shape.get("$ref"):
            owner = reference.rpartition("/")[2]
            return self.of(self.shapes[owner], name, owner)
        here = f"{owner}.{name}"
        for value in (
            OF_SHAPE.get(here, _NOTHING),
            shape.get("example", _NOTHING),
            OF_NAME.get(name, _NOTHING),
        ):
            if value is not _NOTHING and _fits(value, shape):
                return value
        if "anyOf" in shape:
            return self.of(shape["anyOf"][0], name, owner)
        if "enum" in shape:
            return shape["enum"][0]
        return self._by_type(shape, name, owner)

    def _by_type(self, shape: Shape, name: str, owner: str) -> Any:
        kind = _type(shape)
        if kind == "object":
            inner = shape.get("properties", {})
            return {key: self.of(one, key, owner) for key, one in inner.items()}
        if kind == "array":
            return [self.of(shape["items"], name, owner)]
        if kind == "string":
            return _id(name, owner) if shape.get("format") == "uuid" else _text(shape)
        if kind in ("integer", "number"):
            return shape.get("default") or max(shape.get("minimum", 0), 1)
        return shape.get("default", False) if kind == "boolean" else None


def _type(shape: Shape) -> str | None:
    """The first that is not null; a shape may have several."""
    kinds = shape.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return next((kind for kind in kinds if kind != "null"), None)


def _fits(value: object, shape: Shape) -> bool:
    kinds = shape.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds
    right = not kinds or any(type(value) in _TYPES[kind] for kind in kinds)
    refers = any("$ref" in one for one in shape.get("anyOf", ())) and value is not None
    if isinstance(value, str) and (form := _FORMS.get(shape.get("format", ""))):
        right = right and form.fullmatch(value) is not None
    return right and not refers and value in shape.get("enum", (value,))


def _text(shape: Shape) -> str:
    text = OF_FORMAT[shape.get("format", "")]
    return text.ljust(shape.get("minLength", 0), "0")


def _id(name: str, owner: str) -> str:
    """The same for the same thing: a store's `id` is the `store_id` of others."""
    thing = owner if name == "id" else name.removesuffix("_id")
    return str(uuid5(NAMESPACE_URL, f"auditapi/{THINGS.get(thing, thing).lower()}"))
