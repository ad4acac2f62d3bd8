"""A checklist that may still be faulty, taken apart so that what is sound can be checked.

One item of the wrong shape must not keep the faults of all the others from being found: a
draft has every part with its place, and none where the part's own shape is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from auditapi.checklists.items import AnyItem
from auditapi.checklists.problems import Location
from auditapi.checklists.structure import Checklist, Head, Section, SectionHead

Part = TypeVar("Part")

_ITEM: TypeAdapter[AnyItem] = TypeAdapter(AnyItem)
_SECTION = TypeAdapter(SectionHead)
_HEAD = TypeAdapter(Head)


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item and where it stands; no key when it has no readable one."""

    location: Location
    key: str | None
    item: AnyItem | None


@dataclass(frozen=True, slots=True)
class PlacedSection:
    """A section and where it stands."""

    location: Location
    key: str | None
    head: SectionHead | None
    items: tuple[PlacedItem, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole checklist in parts; ``languages`` is empty when they can't be read."""

    head: Head | None
    sections: tuple[PlacedSection, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return self.head.languages if self.head else ()

    @property
    def items(self) -> list[PlacedItem]:
        return [item for section in self.sections for item in section.items]


def draft_of(source: Checklist | object) -> Draft:
    """The parts of a checklist, or of the data of which none could be made."""
    if isinstance(source, Checklist):
        return Draft(source, tuple(_sound(i, s) for i, s in enumerate(source.sections)))
    data = source if isinstance(source, Mapping) else {}
    return Draft(
        _validated(_HEAD, _without(data, "sections")),
        tuple(_section(i, raw) for i, raw in enumerate(_list_in(data, "sections"))),
    )


def _sound(index: int, section: Section) -> PlacedSection:
    location: Location = ("sections", index)
    items = tuple(
        PlacedItem((*location, "items", number), item.key, item)
        for number, item in enumerate(section.items)
    )
    return PlacedSection(location, section.key, section, items)


def _section(index: int, raw: object) -> PlacedSection:
    location: Location = ("sections", index)
    data = raw if isinstance(raw, Mapping) else {}
    return PlacedSection(
        location,
        _key(data),
        _validated(_SECTION, _without(data, "items")),
        tuple(
            PlacedItem((*location, "items", number), _key(item), _validated(_ITEM, item))
            for number, item in enumerate(_list_in(data, "items"))
        ),
    )


def _validated(adapter: TypeAdapter[Part], raw: object) -> Part | None:
    try:
        return adapter.validate_python(raw)
    except ValidationError:
        return None


def _without(data: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in data.items() if key != name}


def _key(raw: object) -> str | None:
    key = raw.get("key") if isinstance(raw, Mapping) else None
    return key if isinstance(key, str) else None


def _list_in(data: Mapping[str, object], name: str) -> Sequence[object]:
    values = data.get(name)
    return values if isinstance(values, list | tuple) else ()
