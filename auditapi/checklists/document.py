"""The door to the checklist format: read it, check it, write it, name it by its content.

Callers import from here. The shapes are in ``structure``, ``items`` and ``conditions``, the
checks beyond shape in ``meaning``, the YAML in ``reading``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from auditapi.checklists import raw, reading
from auditapi.checklists.items import AnyItem, Item
from auditapi.checklists.meaning import meaning_problems
from auditapi.checklists.problems import InvalidChecklist, Problem, shape_problems
from auditapi.checklists.schema import json_schema
from auditapi.checklists.structure import Checklist, Scoring, Section

__all__ = [
    "AnyItem",
    "Checklist",
    "InvalidChecklist",
    "Item",
    "Problem",
    "Scoring",
    "Section",
    "as_json",
    "canonical_bytes",
    "check_file",
    "digest",
    "json_schema",
    "parse",
    "read_yaml",
]


def parse(data: object) -> Checklist:
    """A checklist from plain data: parsed YAML, or the JSON that ``as_json`` made.

    Raises InvalidChecklist with everything that is wrong.
    """
    if problems := raw.bounds_problems(data):
        raise InvalidChecklist(problems)
    data = raw.taken(data, problems)
    try:
        checklist = Checklist.model_validate(data)
    except ValidationError as error:
        raise InvalidChecklist(
            [*problems, *shape_problems(error), *meaning_problems(data)]
        ) from error
    if problems := [*problems, *meaning_problems(checklist)]:
        raise InvalidChecklist(problems)
    return checklist


def read_yaml(text: str, name: str) -> Checklist:
    """A checklist from YAML text. Raises InvalidChecklist, each problem with its line in the
    file called ``name``."""
    source = reading.load(text, name)
    problems = list(source.problems)
    try:
        checklist = parse(source.data)
    except InvalidChecklist as error:
        problems += [source.placed(problem) for problem in error.problems]
    if problems:
        raise InvalidChecklist(sorted(problems, key=lambda problem: problem.line or 0), name)
    return checklist


def check_file(path: Path) -> list[Problem]:
    """Everything that is wrong with a checklist file; nothing when it can be published."""
    try:
        read_yaml(path.read_text(encoding="utf-8"), str(path))
    except InvalidChecklist as error:
        return error.problems
    except UnicodeDecodeError:
        return [Problem("", "is not UTF-8 text", 1)]
    return []


def as_json(checklist: Checklist) -> dict[str, Any]:
    """The canonical form, which phones get and which is frozen; ``parse`` reads it again.

    What equals its default is left out: the same checklist has the same form whether or not
    somebody wrote ``required: true``, and a format that grows keeps old digests.
    """
    return checklist.canonical()


def canonical_bytes(checklist: Checklist) -> bytes:
    """``as_json`` as UTF-8 with sorted names and no spaces: the bytes that ``digest`` names."""
    return checklist.canonical_bytes()


def digest(checklist: Checklist) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return checklist.sha256
