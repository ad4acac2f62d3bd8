"""A checklist that may still be faulty, taken apart so that what is sound can be checked.

One item of the wrong shape must not keep the faults of all the others from being found, nor its
own other faults: a draft has every part with its place, none where the part's own shape is wrong,
and of such a part its condition and its texts where those can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from auditapi.checklists.conditions import Condition
from auditapi.checklists.items import AnyItem, ChoiceItem, ChoicesItem, NumberItem, ScaleItem
from auditapi.checklists.problems import Location
from auditapi.checklists.structure import Checklist, Scoring, Section, SectionHead
from auditapi.checklists.values import Language, Text

Part = TypeVar("Part")

_ITEM: TypeAdapter[AnyItem] = TypeAdapter(AnyItem)
_SECTION = TypeAdapter(SectionHead)
_SCORING = TypeAdapter(Scoring)
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_TEXT: TypeAdapter[Text] = TypeAdapter(Text)
_LANGUAGES: TypeAdapter[tuple[Language, ...]] = TypeAdapter(tuple[Language, ...])

Texts = tuple[tuple[Location, Text], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """When a part is shown: its condition, or none; `known` is false when it can't be read."""

    condition: Condition | None
    known: bool = True


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item and where it stands; no key when it has no readable one."""

    location: Location
    key: str | None
    item: AnyItem | None
    show_if: Shown
    texts: Texts


@dataclass(frozen=True, slots=True)
class PlacedSection:
    """A section and where it stands."""

    location: Location
    key: str | None
    head: SectionHead | None
    show_if: Shown
    texts: Texts
    items: tuple[PlacedItem, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole checklist in parts; ``languages`` is empty when they can't be read."""

    languages: tuple[str, ...]
    scoring: Scoring | None
    texts: Texts
    sections: tuple[PlacedSection, ...]

    @property
    def items(self) -> list[PlacedItem]:
        return [item for section in self.sections for item in section.items]


def draft_of(source: Checklist | object) -> Draft:
    """The parts of a checklist, or of the data of which none could be made."""
    if isinstance(source, Checklist):
        sections = tuple(_sound(i, s) for i, s in enumerate(source.sections))
        texts = tuple(_named((), title=source.title, description=source.description))
        return Draft(source.languages, source.scoring, texts, sections)
    data = source if isinstance(source, Mapping) else {}
    return Draft(
        _validated(_LANGUAGES, data.get("languages")) or (),
        _validated(_SCORING, data.get("scoring", {})),
        _raw_texts(data, (), "title", "description"),
        tuple(_section(i, raw) for i, raw in enumerate(_list_in(data, "sections"))),
    )


def _sound(index: int, section: Section) -> PlacedSection:
    location: Location = ("sections", index)
    items = tuple(
        _placed((*location, "items", number), item) for number, item in enumerate(section.items)
    )
    texts = tuple(_named(location, title=section.title))
    return PlacedSection(location, section.key, section, Shown(section.show_if), texts, items)


def _placed(location: Location, item: AnyItem) -> PlacedItem:
    texts = tuple(_item_texts(item, location))
    return PlacedItem(location, item.key, item, Shown(item.show_if), texts)


def _section(index: int, raw: object) -> PlacedSection:
    location: Location = ("sections", index)
    data = raw if isinstance(raw, Mapping) else {}
    return PlacedSection(
        location,
        _key(data),
        _validated(_SECTION, _without(data, "items")),
        _shown(data),
        _raw_texts(data, location, "title"),
        tuple(
            _item((*location, "items", number), item)
            for number, item in enumerate(_list_in(data, "items"))
        ),
    )


def _item(location: Location, raw: object) -> PlacedItem:
    item = _validated(_ITEM, raw)
    if item is not None:
        return _placed(location, item)
    data = raw if isinstance(raw, Mapping) else {}
    texts = _raw_texts(data, location, "text", "guidance")
    return PlacedItem(location, _key(data), None, _shown(data), texts)


def _shown(data: Mapping[str, object]) -> Shown:
    if "show_if" not in data:
        return Shown(None)
    condition = _validated(_CONDITION, data["show_if"])
    return Shown(condition, known=condition is not None)


def _item_texts(item: AnyItem, location: Location) -> Iterator[tuple[Location, Text]]:
    yield from _named(location, text=item.text, guidance=item.guidance)
    match item:
        case ScaleItem():
            for point, text in item.anchors.items():
                yield (*location, "anchors", str(point)), text
        case ChoiceItem() | ChoicesItem():
            for index, option in enumerate(item.options):
                yield (*location, "options", index, "text"), option.text
        case NumberItem():
            yield from _named(location, unit=item.unit)


def _named(location: Location, **texts: Text | None) -> Iterator[tuple[Location, Text]]:
    for name, text in texts.items():
        if text is not None:
            yield (*location, name), text


def _raw_texts(data: Mapping[str, object], location: Location, *names: str) -> Texts:
    read = {name: _validated(_TEXT, data[name]) for name in names if name in data}
    return tuple(_named(location, **read))


def _validated(adapter: TypeAdapter[Part], raw: object) -> Part | None:
    """The part, also when it has names in it that are not known; none when its shape is wrong."""
    try:
        return adapter.validate_python(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
    if any(fault["type"] != "extra_forbidden" for fault in faults):
        return None
    known = deepcopy(raw)
    for fault in faults:
        _drop(known, fault["loc"])
    return _validated(adapter, known)


def _drop(data: Any, location: Location) -> None:
    """Take out what stands at a location, in which pydantic has woven the names of members."""
    for part in location[:-1]:
        if isinstance(part, int) or part in data:
            data = data[part]
    data.pop(location[-1], None)


def _without(data: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in data.items() if key != name}


def _key(raw: object) -> str | None:
    key = raw.get("key") if isinstance(raw, Mapping) else None
    return key if isinstance(key, str) else None


def _list_in(data: Mapping[str, object], name: str) -> Sequence[object]:
    values = data.get(name)
    return values if isinstance(values, list | tuple) else ()
