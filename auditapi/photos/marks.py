"""Marks: what an auditor draws over a photo, as data.

Coordinates are fractions 0…1 of the **upright** picture (EXIF orientation applied), x to the
right, y down, so that a mark fits the original, the print and the thumbnail alike. Nobody burns
marks into pixels, `Redact` excepted (see `photos.derivatives`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

MOST_MARKS = 50
MOST_POINTS = 500
LONGEST_TEXT = 200

# Two fractions that a phone rounded apart may add up to a hair over 1.
_ROUNDING = 1e-6
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


class Point(NamedTuple):
    """A place on the upright picture; both numbers 0…1."""

    x: float
    y: float


class Extent(NamedTuple):
    """Width and height as fractions of the upright picture."""

    width: float
    height: float


@dataclass(frozen=True)
class Arrow:
    start: Point
    end: Point
    color: str


@dataclass(frozen=True)
class Box:
    at: Point
    size: Extent
    color: str


@dataclass(frozen=True)
class Ellipse:
    """The ellipse that fills the rectangle from `at` over `size`."""

    at: Point
    size: Extent
    color: str


@dataclass(frozen=True)
class Freehand:
    points: tuple[Point, ...]
    color: str


@dataclass(frozen=True)
class Text:
    """Text whose upper left corner is `at`."""

    at: Point
    text: str
    color: str


@dataclass(frozen=True)
class Redact:
    """A rectangle that nobody may see: burnt solid into every derivative."""

    at: Point
    size: Extent


Mark = Arrow | Box | Ellipse | Freehand | Text | Redact


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where: `marks[2].at[0]`."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class InvalidMarks(ValueError):
    """The marks of one photo are not what the format says; `problems` names every fault."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def parse_marks(data: object, path: str = "marks") -> tuple[Mark, ...]:
    """The marks of one photo from the JSON array of the audit document.

    `path` is where the array stands in the document (`photos[3].marks`): problems begin with it.
    Raises `InvalidMarks` with every problem at once.
    """
    reader = _Reader()
    marks = reader.marks(data, path)
    if reader.problems:
        raise InvalidMarks(reader.problems)
    return marks


def as_json(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """The JSON array that `parse_marks` reads back to equal marks."""
    return [mark_as_json(mark) for mark in marks]


def mark_as_json(mark: Mark) -> dict[str, Any]:
    """One mark as the JSON object of the audit document."""
    match mark:
        case Arrow(start, end, color):
            return {"kind": "arrow", "from": [*start], "to": [*end], "color": color}
        case Box(at, size, color):
            return {"kind": "box", "at": [*at], "size": [*size], "color": color}
        case Ellipse(at, size, color):
            return {"kind": "ellipse", "at": [*at], "size": [*size], "color": color}
        case Freehand(points, color):
            return {"kind": "freehand", "points": [[*p] for p in points], "color": color}
        case Text(at, text, color):
            return {"kind": "text", "at": [*at], "text": text, "color": color}
        case Redact(at, size):
            return {"kind": "redact", "at": [*at], "size": [*size]}


class _Reader:
    """Reads marks and collects problems instead of stopping at the first one.

    What could not be read comes back as a stand-in; nobody sees it, because `parse_marks` raises.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def marks(self, data: object, path: str) -> tuple[Mark, ...]:
        if not isinstance(data, list):
            self.refuse(path, "must be a list")
            return ()
        if len(data) > MOST_MARKS:
            self.refuse(path, f"must be at most {MOST_MARKS} marks, not {len(data)}")
            return ()
        read = [self.mark(item, f"{path}[{n}]") for n, item in enumerate(data)]
        return tuple(mark for mark in read if mark is not None)

    def mark(self, data: object, path: str) -> Mark | None:
        if not isinstance(data, Mapping):
            self.refuse(path, "must be an object")
            return None
        kind = data.get("kind")
        shape = _SHAPES.get(kind) if isinstance(kind, str) else None
        if shape is None:
            self.refuse(f"{path}.kind", f"must be one of {', '.join(_SHAPES)}")
            return None
        for name in sorted(str(key) for key in data.keys() - shape.fields - {"kind"}):
            self.refuse(f"{path}.{name}", f"is not a field of {kind}")
        missing = sorted(shape.fields - data.keys())
        for name in missing:
            self.refuse(f"{path}.{name}", "is missing")
        return None if missing else shape.read(self, data, path)

    def fraction(self, value: object, path: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(path, "must be a number")
            return 0.0
        # The comparison comes first: a huge integer cannot become a float at all.
        if not 0 <= value <= 1 or math.isnan(value):
            self.refuse(path, "must be between 0 and 1")
            return 0.0
        return float(value)

    def pair(self, value: object, path: str) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:
            self.refuse(path, "must be a list of two numbers")
            return 0.0, 0.0
        return self.fraction(value[0], f"{path}[0]"), self.fraction(value[1], f"{path}[1]")

    def point(self, value: object, path: str) -> Point:
        return Point(*self.pair(value, path))

    def rectangle(self, data: Mapping[str, object], path: str) -> tuple[Point, Extent]:
        at = self.point(data["at"], f"{path}.at")
        size = Extent(*self.pair(data["size"], f"{path}.size"))
        for n, (begin, length) in enumerate(zip(at, size, strict=True)):
            if begin + length > 1 + _ROUNDING:
                self.refuse(
                    f"{path}.size[{n}]", f"must end inside the picture (at most {1 - begin:g})"
                )
        return at, size

    def color(self, value: object, path: str) -> str:
        if not isinstance(value, str) or not _COLOR.fullmatch(value):
            self.refuse(path, "must be a colour like #d4351c")
            return "#000000"
        return value

    def text(self, value: object, path: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self.refuse(path, "must be a text that is not empty")
        elif len(value) > LONGEST_TEXT:
            self.refuse(path, f"must be at most {LONGEST_TEXT} characters, not {len(value)}")
        elif not all(map(_can_be_printed, value)):
            self.refuse(path, "must not contain control characters")
        else:
            return value
        return ""

    def points(self, value: object, path: str) -> tuple[Point, ...]:
        if not isinstance(value, list) or not 2 <= len(value) <= MOST_POINTS:
            self.refuse(path, f"must be a list of 2 to {MOST_POINTS} points")
            return ()
        return tuple(self.point(item, f"{path}[{n}]") for n, item in enumerate(value))


def _can_be_printed(character: str) -> bool:
    """False for what neither UTF-8 nor the XML of an SVG can carry, line breaks excepted."""
    if character in "\n\ufffe\uffff":
        return character == "\n"
    return unicodedata.category(character) not in {"Cc", "Cs"}


def _arrow(reader: _Reader, data: Mapping[str, object], path: str) -> Mark:
    return Arrow(
        reader.point(data["from"], f"{path}.from"),
        reader.point(data["to"], f"{path}.to"),
        reader.color(data["color"], f"{path}.color"),
    )


def _box(reader: _Reader, data: Mapping[str, object], path: str) -> Mark:
    return Box(*reader.rectangle(data, path), reader.color(data["color"], f"{path}.color"))


def _ellipse(reader: _Reader, data: Mapping[str, object], path: str) -> Mark:
    return Ellipse(*reader.rectangle(data, path), reader.color(data["color"], f"{path}.color"))


def _freehand(reader: _Reader, data: Mapping[str, object], path: str) -> Mark:
    return Freehand(
        reader.points(data["points"], f"{path}.points"),
        reader.color(data["color"], f"{path}.color"),
    )


def _text(reader: _Reader, data: Mapping[str, object], path: str) -> Mark:
    return Text(
        reader.point(data["at"], f"{path}.at"),
        reader.text(data["text"], f"{path}.text"),
        reader.color(data["color"], f"{path}.color"),
    )


def _redact(reader: _Reader, data: Mapping[str, object], path: str) -> Mark:
    return Redact(*reader.rectangle(data, path))


class _Shape(NamedTuple):
    fields: frozenset[str]
    read: Callable[[_Reader, Mapping[str, object], str], Mark]


_SHAPES = {
    "arrow": _Shape(frozenset({"from", "to", "color"}), _arrow),
    "box": _Shape(frozenset({"at", "size", "color"}), _box),
    "ellipse": _Shape(frozenset({"at", "size", "color"}), _ellipse),
    "freehand": _Shape(frozenset({"points", "color"}), _freehand),
    "text": _Shape(frozenset({"at", "text", "color"}), _text),
    "redact": _Shape(frozenset({"at", "size"}), _redact),
}
