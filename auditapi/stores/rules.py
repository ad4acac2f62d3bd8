"""Decisions about regions and stores, on plain values."""

from __future__ import annotations

import functools
import math
import re
import zoneinfo
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from auditapi.core.problems import Place

MOST_ATTRIBUTES = 50
LONGEST_NAME = 60
LONGEST_VALUE = 400
LARGEST_NUMBER = 2**53 - 1  # up to here a phone, too, counts exactly

#: Entries of the time zone database that name no place, or another one on each machine.
_NO_ZONES = {"localtime", "Factory", "posixrules"}


@functools.cache
def time_zones() -> frozenset[str]:
    """The IANA names that are known here."""
    return frozenset(zoneinfo.available_timezones() - _NO_ZONES)


def goes_in_a_circle(
    region_id: UUID, parent_id: UUID | None, parents: Mapping[UUID, UUID | None]
) -> bool:
    """Whether a region would stand below itself with this parent. `parents` is the tree as it
    is: each region with the one above it."""
    above = parent_id
    for _ in range(len(parents) + 1):
        if above is None:
            return False
        if above == region_id:
            return True
        above = parents.get(above)
    return True


def attribute_faults(attributes: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """(name, what is wrong). Attributes are what `show_if` reads, so: text, numbers, yes or no."""
    if len(attributes) > MOST_ATTRIBUTES:
        yield "", f"must be at most {MOST_ATTRIBUTES}"
    for name, value in attributes.items():
        if not (1 <= len(name) <= LONGEST_NAME and name.isprintable()):
            yield ascii(name[:LONGEST_NAME]), f"must have a name of 1 to {LONGEST_NAME} characters"
        elif not _is_scalar(value):
            yield name, "must be text, a number, true or false"
        elif isinstance(value, str) and not (len(value) <= LONGEST_VALUE and value.isprintable()):
            yield name, f"must have at most {LONGEST_VALUE} printable characters"
        elif isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
            yield name, f"must be from -{LARGEST_NUMBER} to {LARGEST_NUMBER}"


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def import_faults(
    rows: Sequence[object], regions: Collection[str], taken: Collection[str]
) -> Iterator[Place]:
    """What is wrong with stores to be imported beyond their shape: unknown regions, codes that
    are given twice or taken. Rows of a wrong shape are passed over as far as they are wrong."""
    codes = [_text(row, "code") for row in rows]
    times = Counter(codes)
    for number, (row, code) in enumerate(zip(rows, codes, strict=True)):
        place = f"json.stores[{number}]"
        region = _text(row, "region")
        if code is not None and times[code] > 1 and codes.index(code) < number:
            first = codes.index(code)
            yield Place(f"{place}.code", f"is given twice: stores[{first}] has this code too")
        elif code in taken:
            yield Place(f"{place}.code", "is taken: there is a store of this code")
        if region is not None and region not in regions:
            yield Place(f"{place}.region", "is not the code of a region")


def _text(row: object, name: str) -> str | None:
    """A readable text of a row; none for what no column could hold anyway."""
    value = row.get(name) if isinstance(row, Mapping) else None
    if not isinstance(value, str) or not value.isprintable():
        return None
    return value.strip() or None


def codes_in(rows: Sequence[object]) -> set[str]:
    """Every readable code."""
    return {code for row in rows if (code := _text(row, "code"))}


_ROW = re.compile(r"json\.stores\[([0-9]+)\]")


def number_of_row(place: Place) -> int:
    """For sorting places as the rows stand; what concerns no row comes first."""
    found = _ROW.match(place.path)
    return int(found[1]) if found else -1
