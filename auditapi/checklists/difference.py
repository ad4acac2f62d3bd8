"""What changed between two versions of a checklist, item by item, and what must not change.

An item's key keeps its meaning for ever: visits are compared by it across versions. Weight,
wording, guidance, anchors' wording or conditions may be bettered; what is asked for, and how
its result comes about, may not. That takes a new key with ``replaces``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from auditapi.checklists.items import AnyItem, CountItem, ScaleItem, YesNoItem
from auditapi.checklists.problems import Problem, at
from auditapi.checklists.structure import Checklist, Section
from auditapi.checklists.values import Frozen


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``field`` names what changed of the part; ``old`` and ``new`` are JSON values
    (for an item that moved the section keys, for one that replaced another both item keys)."""

    what: Literal["checklist", "section", "item"]
    key: str
    change: Literal["added", "removed", "replaced", "moved", "changed"]
    field: str | None = None
    old: Any = None
    new: Any = None


def difference(old: Checklist, new: Checklist) -> list[Change]:
    """Every change from one version to another: the checklist's own, then sections, then items,
    in the order of the new version, what was removed after that."""
    return [
        *_fields("checklist", new.key, old, new, leave_out={"sections"}),
        *_section_changes(old, new),
        *_item_changes(old, new),
    ]


def _section_changes(old: Checklist, new: Checklist) -> Iterator[Change]:
    before = {section.key: section for section in old.sections}
    after = {section.key: section for section in new.sections}
    for key, section in after.items():
        if key not in before:
            yield Change("section", key, "added")
        else:
            yield from _fields("section", key, before[key], section, leave_out={"items"})
            yield from _order("section", key, _item_keys(before[key]), _item_keys(section))
    for key in before:
        if key not in after:
            yield Change("section", key, "removed")
    yield from _order("checklist", new.key, list(before), list(after))


def _item_changes(old: Checklist, new: Checklist) -> Iterator[Change]:
    replaced: set[str] = set()
    for key, item in new.items.items():
        if key in old.items:
            was, now = old.section_of[key].key, new.section_of[key].key
            if was != now:
                yield Change("item", key, "moved", "section", was, now)
            yield from _fields("item", key, old.items[key], item)
        elif item.replaces is not None and item.replaces in old.items:
            replaced.add(item.replaces)
            yield Change("item", key, "replaced", "key", item.replaces, key)
        else:
            yield Change("item", key, "added")
    for key in old.items:
        if key not in new.items and key not in replaced:
            yield Change("item", key, "removed")


def _fields(
    what: Literal["checklist", "section", "item"],
    key: str,
    old: Frozen,
    new: Frozen,
    leave_out: set[str] | None = None,
) -> Iterator[Change]:
    before, after = _as_json(old, leave_out), _as_json(new, leave_out)
    for name in dict.fromkeys([*after, *before]):
        if before.get(name) != after.get(name):
            yield Change(what, key, "changed", name, before.get(name), after.get(name))


def _as_json(part: Frozen, leave_out: set[str] | None) -> Mapping[str, Any]:
    return part.model_dump(mode="json", by_alias=True, exclude=leave_out)


def _order(
    what: Literal["checklist", "section"], key: str, before: list[str], after: list[str]
) -> Iterator[Change]:
    """A change in the order of what both versions have."""
    stayed = [name for name in before if name in after]
    now = [name for name in after if name in before]
    if stayed != now:
        yield Change(what, key, "moved", "order", stayed, now)


def _item_keys(section: Section) -> list[str]:
    return [item.key for item in section.items]


def meaning_changes(old: Checklist, new: Checklist) -> list[Problem]:
    """Items of the new version that mean something else under a key of the old one, each with
    its path in the new version. Publishing refuses them."""
    problems = []
    for section_index, section in enumerate(new.sections):
        for index, item in enumerate(section.items):
            if item.key not in old.items:
                continue
            before, after = _meaning(old.items[item.key]), _meaning(item)
            for name in dict.fromkeys([*before, *after]):
                if before.get(name) != after.get(name):
                    location = ("sections", section_index, "items", index, name)
                    problems.append(at(location, _refusal(item.key, name, before)))
                    # Another kind brings other fields; one sentence says it all.
                    break
    return problems


def _meaning(item: AnyItem) -> dict[str, Any]:
    """What an item's key stands for, by the field that says it."""
    meaning: dict[str, Any] = {"kind": item.kind}
    match item:
        case YesNoItem():
            meaning["good"] = item.good
        case ScaleItem():
            meaning["max"] = item.top
        case CountItem(steps=None):
            # Ten products of the list or twenty are the same question; k of n is another.
            meaning["of"] = "a number" if isinstance(item.of, int) else item.of
        case CountItem():
            meaning["steps"] = "steps"
    return meaning


def _refusal(key: str, name: str, before: Mapping[str, Any]) -> str:
    was = f"must stay {before[name]}" if before.get(name) else "must not be new"
    return f"{was}, or visits before and after can't be compared: give a new key, replaces: {key}"
