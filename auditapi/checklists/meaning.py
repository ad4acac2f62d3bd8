"""What the shape of a checklist can't say: whether its parts fit together.

Here are the checks of the whole (keys, languages, bands); those of one item are in
``item_meaning``, those of ``show_if`` in ``condition_meaning``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditapi.checklists.condition_meaning import condition_problems
from auditapi.checklists.draft import Draft, PlacedItem, PlacedSection, draft_of
from auditapi.checklists.item_meaning import item_problems
from auditapi.checklists.problems import Location, Problem, at, path_of
from auditapi.checklists.structure import Checklist, Scoring
from auditapi.checklists.values import Text


def meaning_problems(source: Checklist | object) -> list[Problem]:
    """Every fault beyond shape, of a checklist or of data of which none could be made."""
    draft = draft_of(source)
    problems = [
        *_head(draft),
        *_keys(draft.sections),
        *_keys(draft.items),
        *_replaced(draft),
        *_translations(draft),
        *condition_problems(draft),
    ]
    for section in draft.sections:
        for placed in section.items:
            if placed.item is not None:
                problems += item_problems(
                    placed.item, placed.location, section.head, draft.languages
                )
    return problems


def _head(draft: Draft) -> Iterator[Problem]:
    for index, language in enumerate(draft.languages):
        if language in draft.languages[:index]:
            yield at(("languages", index), f"is given twice: {language}")
    if draft.scoring is not None:
        yield from _bands(draft.scoring)


def _bands(scoring: Scoring) -> Iterator[Problem]:
    bounds = list(scoring.bands.values())
    if min(bounds) > 0:
        yield at(("scoring", "bands"), "must have one that begins at 0")
    if len(set(bounds)) < len(bounds):
        yield at(("scoring", "bands"), "must each begin at a different percentage")


def _keys(parts: Iterable[PlacedSection | PlacedItem]) -> Iterator[Problem]:
    """Keys given twice: sections among themselves, items in the whole checklist."""
    first: dict[str, Location] = {}
    for part in parts:
        if part.key is None:
            continue
        if part.key in first:
            message = f"is given twice: {part.key} is the key of {path_of(first[part.key])}"
            yield at((*part.location, "key"), message)
        first.setdefault(part.key, part.location)


def _replaced(draft: Draft) -> Iterator[Problem]:
    present = {placed.key for placed in draft.items}
    replacing: dict[str, str] = {}
    for placed in draft.items:
        replaced = placed.item.replaces if placed.item else None
        if placed.item is None or replaced is None:
            continue
        here = (*placed.location, "replaces")
        if replaced in present:
            yield at(here, f"must be a key that is gone; {replaced} is still an item")
        elif replaced in replacing:
            yield at(here, f"is given twice: {replacing[replaced]} replaces {replaced} already")
        replacing.setdefault(replaced, placed.item.key)


def _translations(draft: Draft) -> Iterator[Problem]:
    if not draft.languages:
        return
    for location, text in _texts(draft):
        for language in draft.languages:
            if language not in text:
                yield at((*location, language), "is missing: the translation")
        for language in text:
            if language not in draft.languages:
                message = "is not one of the checklist's languages"
                yield at((*location, language), message)


def _texts(draft: Draft) -> Iterator[tuple[Location, Text]]:
    yield from draft.texts
    for section in draft.sections:
        yield from section.texts
        for placed in section.items:
            yield from placed.texts
