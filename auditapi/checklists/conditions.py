"""``show_if``: when a section or an item is shown.

A condition is ``{all: […]}``, ``{any: […]}``, ``{not: …}`` or one test of an earlier answer, a
store's attribute or the assignment. How it is decided is in ``visibility``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field, StrictBool, Tag, model_validator
from pydantic_core import PydanticCustomError

from auditapi.checklists.values import NOT_EMPTY, Frozen, Key, Number, Scalar

Source = Literal["item", "store", "assignment"]
SOURCES: tuple[Source, ...] = ("item", "store", "assignment")
COMPARISONS = ("is", "in", "at_least", "at_most", "answered")


class AllOf(Frozen):
    """Holds when every part holds."""

    all: Annotated[tuple[Condition, ...], NOT_EMPTY]


class AnyOf(Frozen):
    """Holds when at least one part holds."""

    any: Annotated[tuple[Condition, ...], NOT_EMPTY]


class Not(Frozen):
    """Holds when the part does not."""

    negated: Annotated[Condition, Field(alias="not")]


class Test(Frozen):
    """One comparison. Exactly one of ``item``, ``store``, ``assignment`` names what is read,
    exactly one of ``is``, ``in``, ``at_least``, ``at_most``, ``answered`` says what holds."""

    #: Keeps pytest from taking the class for a test of its own.
    __test__ = False

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {"oneOf": [{"required": [name]} for name in SOURCES]},
                {"oneOf": [{"required": [name]} for name in COMPARISONS]},
            ]
        }
    )

    item: Key | None = None
    """An earlier item, by its key."""
    store: Key | None = None
    """An attribute of the store, such as format."""
    assignment: Key | None = None
    """kind, covert, purchase or scenario."""
    equals: Annotated[Scalar | None, Field(alias="is")] = None
    among: Annotated[tuple[Scalar, ...] | None, NOT_EMPTY, Field(alias="in")] = None
    at_least: Number | None = None
    at_most: Number | None = None
    answered: StrictBool | None = None
    """true: there is an answer. false: there is none."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Test:
        sources = (self.item, self.store, self.assignment)
        compared = (self.equals, self.among, self.at_least, self.at_most, self.answered)
        for values, names in ((sources, SOURCES), (compared, COMPARISONS)):
            if sum(value is not None for value in values) != 1:
                raise PydanticCustomError("test", "must have exactly one of " + ", ".join(names))
        return self

    @property
    def source(self) -> Source:
        if self.item is not None:
            return "item"
        return "store" if self.store is not None else "assignment"

    @property
    def name(self) -> str:
        """The item key or the attribute that is read."""
        return self.item or self.store or self.assignment or ""


_MEMBERS: dict[type, str] = {AllOf: "@all", AnyOf: "@any", Not: "@not", Test: "@test"}


def _member(value: object) -> str | None:
    """Which union member a raw or parsed condition is."""
    if isinstance(value, dict):
        named = [name for name in ("all", "any", "not") if name in value]
        return f"@{named[0]}" if named else "@test"
    return _MEMBERS.get(type(value))


Condition = Annotated[
    Annotated[AllOf, Tag("@all")]
    | Annotated[AnyOf, Tag("@any")]
    | Annotated[Not, Tag("@not")]
    | Annotated[Test, Tag("@test")],
    Discriminator(
        _member,
        custom_error_type="condition",
        custom_error_message="must be a condition: all, any, not, or a test",
    ),
]

for _model in (AllOf, AnyOf, Not):
    _model.model_rebuild()


def tests_in(condition: Condition) -> Iterator[Test]:
    """Every test of a condition, in reading order."""
    for _, test in located_tests(condition, ()):
        yield test


def located_tests(
    condition: Condition, location: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Test]]:
    """Every test with the location at which it stands."""
    match condition:
        case AllOf():
            parts, name = condition.all, "all"
        case AnyOf():
            parts, name = condition.any, "any"
        case Not():
            yield from located_tests(condition.negated, (*location, "not"))
            return
        case Test():
            yield location, condition
            return
    for index, part in enumerate(parts):
        yield from located_tests(part, (*location, name, index))
