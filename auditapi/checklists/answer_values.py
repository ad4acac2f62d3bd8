"""Whether an answer's value is one that its kind of item can have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from auditapi.checklists.answers import number_of
from auditapi.checklists.item_meaning import length_in, value_range
from auditapi.checklists.items import (
    AnyItem,
    ChoiceItem,
    ChoicesItem,
    CountItem,
    DateItem,
    NumberItem,
    ScaleItem,
    SecondsItem,
    SignatureItem,
    TextItem,
    YesNoItem,
)

ValueCode = Literal[
    "wrong_type",
    "out_of_range",
    "k_above_n",
    "unknown_option",
    "repeated_option",
    "too_short",
    "too_long",
]
ValueFault = tuple[ValueCode, str]

LONGEST_TEXT = 20_000
LONGEST_TIME = Decimal(86_400)
GREATEST_COUNT = 100_000

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def value_faults(item: AnyItem, value: object, language: str) -> Iterator[ValueFault]:
    """The faults of a given value; ``language`` is the one that a text is written in."""
    match item:
        case YesNoItem():
            if value not in ("yes", "no"):
                yield "wrong_type", "The answer must be yes or no."
        case ScaleItem():
            yield from _whole(value, 1, item.top)
        case CountItem():
            yield from _count(item, value)
        case SecondsItem():
            yield from _number(value, Decimal(0), LONGEST_TIME)
        case ChoiceItem():
            yield from _options(item, [value])
        case ChoicesItem():
            yield from _options(item, value)
        case NumberItem():
            yield from _number(value, *value_range(item))
        case TextItem():
            yield from _text(item, value, language)
        case DateItem():
            if not _is_date(value):
                yield "wrong_type", "The answer must be a date, YYYY-MM-DD."
        case SignatureItem():
            yield from _signature(value)


def _whole(value: object, least: int, most: int) -> Iterator[ValueFault]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield "wrong_type", "The answer must be a whole number."
    elif not least <= value <= most:
        yield "out_of_range", f"The answer must be from {least} to {most}."


def _number(value: object, least: Decimal, most: Decimal) -> Iterator[ValueFault]:
    number = number_of(value)
    if number is None:
        yield "wrong_type", "The answer must be a number."
    elif number < least:
        yield "out_of_range", f"The answer must be at least {least:f}."
    elif number > most:
        yield "out_of_range", f"The answer must be at most {most:f}."


def _count(item: CountItem, value: object) -> Iterator[ValueFault]:
    if item.of != "asked":
        yield from _k_of_n(value, item.of)
    elif isinstance(value, Mapping) and set(value) == {"k", "n"}:
        n_faults = list(_whole(value["n"], 0, GREATEST_COUNT))
        yield from n_faults or _k_of_n(value["k"], value["n"])
    else:
        yield "wrong_type", "The answer must have k and n."


def _k_of_n(k: object, n: int | None) -> Iterator[ValueFault]:
    faults = list(_whole(k, 0, GREATEST_COUNT))
    yield from faults
    if not faults and n is not None and isinstance(k, int) and k > n:
        yield "k_above_n", f"{k} of {n} can't be."


def _options(item: ChoiceItem | ChoicesItem, chosen: object) -> Iterator[ValueFault]:
    if not isinstance(chosen, list) or not all(isinstance(key, str) for key in chosen):
        yield "wrong_type", "The answer must be chosen from the options."
        return
    known = {option.key for option in item.options}
    for key in chosen:
        if key not in known:
            yield "unknown_option", f"There is no option {key}."
    if len(set(chosen)) < len(chosen):
        yield "repeated_option", "An option is chosen twice."


def _text(item: TextItem, value: object, language: str) -> Iterator[ValueFault]:
    if not isinstance(value, str):
        yield "wrong_type", "The answer must be text."
        return
    length = len(value.strip())
    least = length_in(item.min_length, language)
    most = min(length_in(item.max_length, language) or LONGEST_TEXT, LONGEST_TEXT)
    if least is not None and length < least:
        yield "too_short", f"The text must have at least {least} characters; it has {length}."
    if length > most:
        yield "too_long", f"The text must have at most {most} characters; it has {length}."


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _signature(value: object) -> Iterator[ValueFault]:
    if not isinstance(value, Mapping) or not _is_signature(value):
        yield "wrong_type", "The answer must be a name and the strokes of a signature."
    elif not all(_is_point(point) for stroke in value["strokes"] for point in stroke):
        yield "out_of_range", "The strokes of a signature must lie from 0 to 1."


def _is_signature(value: Mapping[str, object]) -> bool:
    name, strokes = value.get("name"), value.get("strokes")
    return (
        isinstance(name, str)
        and bool(name.strip())
        and isinstance(strokes, list)
        and bool(strokes)
        and all(isinstance(stroke, list) and stroke for stroke in strokes)
    )


def _is_point(point: object) -> bool:
    match point:
        case [x, y]:
            numbers = (number_of(x), number_of(y))
            return all(number is not None and 0 <= number <= 1 for number in numbers)
    return False
