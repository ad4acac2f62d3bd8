"""Plain data, as YAML or JSON gave it: what has to be right before its shape is looked at.

How deep it is and how much it is bound all later work. That names and texts can be kept is
asked of the data as a whole, since any of them may be told again in a fault.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditapi.checklists.problems import Location, Problem, at

DEEPEST = 40
MOST_SECTIONS = 100
MOST_ITEMS = 500
MOST_OPTIONS = 200

#: What PostgreSQL can't keep: NUL, and halves of a character (lone surrogates).
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_UNKEPT_FAULT = "must not contain NUL or half a character"
#: Stands in faults for what could not be told.
_REPLACEMENT = "\ufffd"


class Repeating(dict[str, Any]):
    """A JSON object in which a name is given more than once; the last value counts."""

    twice: Sequence[str] = ()


def from_json(text: str) -> object:
    """JSON text as plain data. Raises ValueError or RecursionError.

    Names that are given twice are found by ``taken``, which knows where they stand.
    """
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counts = Counter(name for name, _ in pairs)
    repeating = Repeating(found)
    repeating.twice = [name for name, count in counts.items() if count > 1]
    return repeating


def bounds_problems(data: object) -> list[Problem]:
    """Why the data is too deep or too much to be looked at; nothing when it is not."""
    if _is_too_deep(data):
        return [Problem("", f"is nested too deeply: at most {DEEPEST} levels")]
    return list(_too_many(data))


def _is_too_deep(data: object) -> bool:
    level = [data]
    for _ in range(DEEPEST + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: object) -> Sequence[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list | tuple) else ()


def _too_many(data: object) -> Iterator[Problem]:
    sections = _listed(data, "sections")
    items = sum(len(_listed(section, "items")) for section in sections)
    if len(sections) > MOST_SECTIONS:
        message = f"must have at most {MOST_SECTIONS} entries; there are {len(sections)}"
        yield Problem("sections", message)
    if items > MOST_ITEMS:
        message = f"must have at most {MOST_ITEMS} items together; there are {items}"
        yield Problem("sections", message)
    for place, item in (
        (("sections", number, "items", index), item)
        for number, section in enumerate(sections)
        for index, item in enumerate(_listed(section, "items"))
    ):
        options = len(_listed(item, "options"))
        if options > MOST_OPTIONS:
            message = f"must have at most {MOST_OPTIONS} entries; there are {options}"
            yield at((*place, "options"), message)


def _listed(data: object, name: str) -> Sequence[object]:
    values = data.get(name) if isinstance(data, Mapping) else None
    return values if isinstance(values, list | tuple) else ()


def taken(data: object, problems: list[Problem], location: Location = ()) -> object:
    """The data with only such texts as can be kept; what was wrong is added to ``problems``."""
    match data:
        case str():
            if not _UNKEPT.search(data):
                return data
            problems.append(at(location, _UNKEPT_FAULT))
            return _shown(data)
        case Mapping():
            return _mapping(data, problems, location)
        case list() | tuple():
            return [taken(inner, problems, (*location, index)) for index, inner in enumerate(data)]
    return data


def _mapping(
    data: Mapping[Any, object], problems: list[Problem], location: Location
) -> dict[Any, object]:
    found: dict[Any, object] = {}
    for name in data.twice if isinstance(data, Repeating) else ():
        problems.append(at((*location, _shown(name)), "is given twice"))
    for name, value in data.items():
        shown = _shown(name) if isinstance(name, str) else name
        if shown != name:
            problems.append(at((*location, shown), f"{_UNKEPT_FAULT} in its name"))
        found[shown] = taken(value, problems, (*location, str(shown)))
    return found


def _shown(text: str) -> str:
    return _UNKEPT.sub(_REPLACEMENT, text)
