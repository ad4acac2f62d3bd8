"""What is wrong with a checklist, where, in words for the person who writes it.

Belongs here: the problem itself, the exception that carries all of them, and the translation
of pydantic's errors into our wording. The checks are in ``values``, ``items`` and ``meaning``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

#: The way from the top of the document to a value: mapping keys and list indices.
Location = tuple[str | int, ...]

#: Marks the names of union members, which pydantic weaves into its locations.
MEMBER = "@"
#: How pydantic says that an entry's name is at fault, not its value.
_NAME_OF_ENTRY = "[key]"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: ``path`` such as ``sections[2].items[4].target`` (empty for the whole
    document), what was expected there, and the line when the text is known."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidChecklist(ValueError):
    """Everything that is wrong with a checklist, in the order of the document.

    ``name`` is the file it came from, when it came from one.
    """

    def __init__(self, problems: Iterable[Problem], name: str | None = None) -> None:
        self.problems = list(problems)
        self.name = name
        super().__init__(name, self.problems)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """One line a problem, ``file:line: path: message``, as editors and people know it."""
        return [self._prefix(problem) + str(problem) for problem in self.problems]

    def _prefix(self, problem: Problem) -> str:
        if self.name is None:
            return ""
        return f"{self.name}: " if problem.line is None else f"{self.name}:{problem.line}: "


def path_of(location: Location) -> str:
    """``("sections", 2, "title")`` as ``sections[2].title``."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def at(location: Location, message: str) -> Problem:
    """A problem at a location."""
    return Problem(path_of(location), message)


def shape_problems(error: ValidationError, base: Location = ()) -> list[Problem]:
    """Pydantic's errors in our words; ``base`` is where the validated value stands."""
    details = error.errors(include_url=False, include_input=False)
    return [at(base + _without_members(detail["loc"]), _message(detail)) for detail in details]


def _without_members(location: Location) -> Location:
    return tuple(
        part
        for part in location
        if not (isinstance(part, str) and (part.startswith(MEMBER) or part == _NAME_OF_ENTRY))
    )


_MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "mapping_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "tuple_type": "must be a list",
    "string_too_short": "must not be empty",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "literal_error": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_pattern_mismatch": "must have the form {pattern}",
    "string_too_long": "must have at most {max_length} characters",
}


def _message(detail: ErrorDetails) -> str:
    wording = _MESSAGES.get(detail["type"])
    return wording.format(**detail.get("ctx", {})) if wording else detail["msg"]
