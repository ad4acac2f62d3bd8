"""From sealed bytes to the JSON object that they hold (pure)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

DEEPEST = 40
MOST_PLACES = 200
_LONGEST_KEY = 80
_LONGEST_INTEGER = 308  # digits; with more it may be beyond what a double holds
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Unreadable(ValueError):
    """The bytes are not a JSON object: truncated, not UTF-8, or nested beyond reason."""


def load(body: bytes) -> tuple[dict[str, Any], list[str]]:
    """The object, cleaned of what no database text can hold, and the places of numbers that no
    program can (`1e999`): each is null there. Raises `Unreadable`."""
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=_no_constant, parse_int=_integer)
    except RecursionError:
        raise Unreadable("The JSON is nested too deep.") from None
    except ValueError as error:
        raise Unreadable(f"The body is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise Unreadable("The body is not a JSON object.")
    cleaner = _Cleaner()
    cleaned: dict[str, Any] = cleaner.clean(data, 0)
    places = list(islice(_infinite(data, ""), MOST_PLACES)) if cleaner.kept_out else []
    return cleaned, places


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _integer(digits: str) -> int | float:
    """JSON sets no limit to a number. One that is too large becomes infinite, as `1e999` does."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


class _Cleaner:
    """`kept_out`: whether a number was too large. Where is asked only then: most documents name
    thousands of places and have none."""

    def __init__(self) -> None:
        self.kept_out = False

    def clean(self, value: Any, depth: int) -> Any:
        if depth > DEEPEST:
            raise Unreadable("The JSON is nested too deep.")
        if isinstance(value, str):
            return _storable(value)
        if isinstance(value, list):
            return [self.clean(entry, depth + 1) for entry in value]
        if isinstance(value, dict):
            return {_storable(key): self.clean(one, depth + 1) for key, one in value.items()}
        if isinstance(value, float) and not math.isfinite(value):
            self.kept_out = True
            return None
        return value


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)


def _infinite(value: Any, place: str) -> Iterator[str]:
    """Where numbers are too large: `photos[0].location.latitude`."""
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _infinite(entry, f"{place}[{index}]")
    elif isinstance(value, dict):
        for key, entry in value.items():
            name = _storable(key[:_LONGEST_KEY])
            yield from _infinite(entry, f"{place}.{name}" if place else name)
    elif isinstance(value, float) and not math.isfinite(value):
        yield place
