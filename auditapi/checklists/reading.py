"""YAML as people write it → plain data, and the line on which each value stands.

YAML 1.1 takes ``no`` for false, ``10:30`` for 630 and a date for an object. Here ``yes`` and
``no`` stay text (they are answers), ``true`` and ``false`` are the only booleans, numbers are
plain decimals and kept exact, and everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

import yaml

from auditapi.checklists.problems import InvalidChecklist, Location, Problem, path_of
from auditapi.checklists.raw import DEEPEST

# Aliases may refer to one another; without bounds a few lines unfold to gigabytes.
MOST_VALUES = 100_000
MOST_CHARACTERS = 2_000_000

Result = TypeVar("Result")


class _Loader(yaml.CSafeLoader):
    """libyaml's parser with our reading of plain scalars."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


#: What makes a value of a scalar, by its tag.
_SCALARS: dict[str, Callable[[str], object]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": Decimal,
}

#: Which plain scalars are no text: tag, form, and the characters they may begin with.
_PLAIN = (
    ("tag:yaml.org,2002:null", r"~|null|", ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", r"true|false", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("tag:yaml.org,2002:float", r"[-+]?[0-9]+\.[0-9]+", list("-+0123456789")),
)
for _tag, _form, _beginnings in _PLAIN:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_form})$"), _beginnings)


@dataclass
class Source:
    """A text that was read: its data, the line of every path, and what was wrong already."""

    data: object = None
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, path: str) -> int:
        """The line of a path, or of the nearest thing around it when it is not there."""
        while path not in self.lines and path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)

    def placed(self, problem: Problem) -> Problem:
        """The problem with its line."""
        if problem.line is not None:
            return problem
        return Problem(problem.path, problem.message, self.line_of(problem.path))


def load(text: str, name: str) -> Source:
    """Read a YAML text; ``name`` is the file it came from.

    Raises InvalidChecklist when the text is no YAML at all. Lesser faults (a name given twice)
    are in ``problems`` of what is returned, so that they are shown with all the others.
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidChecklist([Problem("", "is too long for a checklist", 1)], name)
    _bound_depth(text, name)
    node = _read(text, name, _Loader.get_single_node)
    if node is None:
        raise InvalidChecklist([Problem("", "is empty", 1)], name)
    return _Builder(name).build(node)


def _bound_depth(text: str, name: str) -> None:
    """libyaml composes nodes by recursion in C, which nothing stops: some thousand brackets end
    the process. Its events come one by one, so they are counted first."""

    def count(loader: _Loader) -> None:
        depth = 0
        while (event := loader.get_event()) is not None:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                message = f"is nested too deeply: at most {DEEPEST} levels"
                raise InvalidChecklist([Problem("", message, _line(event))], name)

    _read(text, name, count)


def _read(text: str, name: str, step: Callable[[_Loader], Result]) -> Result:
    """What a step makes of the text. Raises InvalidChecklist when the text is no YAML."""
    try:
        loader = _Loader(text)
        try:
            return step(loader)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # The parser places what is missing at the end on a line after the last.
        line = min(mark.line + 1, text.count("\n") + 1) if mark else 1
        message = "is not YAML: " + (error.problem or error.context or "unreadable")
        raise InvalidChecklist([Problem("", message, line)], name) from error
    except yaml.reader.ReaderError as error:
        # It knows no lines, only how many bytes came before.
        line = text.encode()[: error.position].count(b"\n") + 1
        message = f"is not YAML: {error.reason} (U+{error.character:04X})"
        raise InvalidChecklist([Problem("", message, line)], name) from error
    except yaml.YAMLError as error:
        raise InvalidChecklist([Problem("", f"is not YAML: {error}", 1)], name) from error


class _Builder:
    """Turns composed nodes into data, noting lines on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.source = Source()
        self.seen = 0

    def build(self, node: yaml.Node) -> Source:
        self.source.data = self._value(node, ())
        return self.source

    def _value(self, node: yaml.Node, location: Location) -> object:
        self.seen += 1
        if self.seen > MOST_VALUES or len(location) > DEEPEST:
            message = "unfolds to too much: an alias refers to itself, or aliases are nested"
            raise InvalidChecklist([Problem("", message, _line(node))], self.name)
        self.source.lines.setdefault(path_of(location), _line(node))
        match node:
            case yaml.MappingNode(tag="tag:yaml.org,2002:map"):
                return self._mapping(node, location)
            case yaml.SequenceNode(tag="tag:yaml.org,2002:seq"):
                return [
                    self._value(child, (*location, index)) for index, child in enumerate(node.value)
                ]
            case yaml.ScalarNode(tag=tag) if tag in _SCALARS:
                return self._scalar(node, location)
        self._refuse(node, location, f"has a tag that is not known here: {node.tag}")
        return None

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, object]:
        mapping: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(key_node, location, "must have plain names")
                continue
            # Names are text, as in JSON: an anchor `1:` is named "1".
            key = str(key_node.value)
            inner = (*location, key)
            if key in mapping:
                first = self.source.lines[path_of(inner)]
                self._refuse(key_node, inner, f"is given twice, first on line {first}")
                continue
            self.source.lines[path_of(inner)] = _line(key_node)
            mapping[key] = self._value(value_node, inner)
        return mapping

    def _scalar(self, node: yaml.ScalarNode, location: Location) -> object:
        try:
            return _SCALARS[node.tag](node.value)
        except (ValueError, ArithmeticError):
            self._refuse(node, location, f"is not what its tag says: {node.tag}")
            return None

    def _refuse(self, node: yaml.Node, location: Location, message: str) -> None:
        self.source.problems.append(Problem(path_of(location), message, _line(node)))


def _line(node: yaml.Node | yaml.Event) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1
