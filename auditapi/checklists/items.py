"""The kinds of item, and what each may say about itself.

Shapes only: what fits together (target below limit, a critical item with a weight, …) is
checked in ``meaning``, which can name several faults of one item at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, StrictBool, StrictInt, Tag
from pydantic_core import PydanticCustomError

from auditapi.checklists.conditions import Condition
from auditapi.checklists.values import (
    NOT_EMPTY,
    Amount,
    Frozen,
    Key,
    Language,
    Number,
    Part,
    Percent,
    Points,
    Text,
)

YesNo = Literal["yes", "no"]
#: What can be tapped on the note pad inside a shop, in the order of a visit.
Tap = Literal["arrived", "near", "acknowledged", "queue", "served", "receipt", "left"]


def _point(written: object) -> object:
    """1 and 01 would be one point, of which one text is lost."""
    if isinstance(written, str) and not _PLAIN_NUMBER.fullmatch(written):
        raise PydanticCustomError("point", "must be a whole number, written as plainly as 1")
    return written


_PLAIN_NUMBER = re.compile("0|-?[1-9][0-9]{0,8}")
Point = Annotated[int, BeforeValidator(_point)]
ScaleTop = Annotated[StrictInt, Field(le=100)]
Length = Annotated[StrictInt, Field(ge=1, le=100_000)]
#: One length for all languages, or one for each: 80 Chinese characters say what 250 English do.
Lengths = Annotated[
    Annotated[Length, Tag("@length")] | Annotated[Mapping[Language, Length], Tag("@by_language")],
    Discriminator(lambda value: "@by_language" if isinstance(value, Mapping) else "@length"),
]

DEFAULT_SCALE_TOP = 5


class Below(Frozen):
    """The item's result is below a bound, whatever its weight."""

    below: Part


class AtMost(Frozen):
    """The raw value (points on the scale, the count, seconds, the number) is at most this."""

    at_most: Number


class AtLeast(Frozen):
    """The raw value is at least this."""

    at_least: Number


_BOUNDS: dict[type, str] = {Below: "@below", AtMost: "@at_most", AtLeast: "@at_least"}


def _when(value: object) -> str:
    if isinstance(value, dict):
        names = [name for name in ("below", "at_most", "at_least") if name in value]
        return f"@{names[0]}" if names else "@below"
    return _BOUNDS.get(type(value), "@answer")


When = Annotated[
    Annotated[Literal["always", "yes", "no"], Tag("@answer")]
    | Annotated[Below, Tag("@below")]
    | Annotated[AtMost, Tag("@at_most")]
    | Annotated[AtLeast, Tag("@at_least")],
    Discriminator(_when),
]


class Evidence(Frozen):
    """What an answer must bring with it, and when."""

    needs: Literal["comment", "photo"]
    when: When
    """always, yes or no (the answer), or a bound: below (the result, 0 to 1), at_most or
    at_least (the value that was entered)."""
    covert: Literal["comment"] | None = None
    """On a covert visit a comment stands in the photo's place."""


class Cap(Frozen):
    """The overall result is at most this when the item fails."""

    cap: Percent


def _critical(value: object) -> str:
    return "@cap" if isinstance(value, dict | Cap) else "@name"


Critical = Annotated[
    Annotated[Literal["fail_visit", "fail_section"], Tag("@name")] | Annotated[Cap, Tag("@cap")],
    Discriminator(_critical),
]


class Item(Frozen):
    """What every kind of item may say."""

    key: Key
    """Keeps its meaning for ever; a changed meaning is a new key that replaces the old one."""
    text: Text
    """The question, in every language."""
    guidance: Text | None = None
    """How to look and what counts, in every language."""
    replaces: Key | None = None
    """The key of the earlier item whose place this one takes."""
    weight: Amount = Decimal(0)
    """What the item counts within its section; 0 or left out: not scored."""
    tag: Literal["must_be", "linear", "delight"] | None = None
    """must_be: its absence angers. linear: the more the better. delight: its presence pleases."""
    na: StrictBool = False
    """May be answered «not applicable», with a reason."""
    required: StrictBool = True
    bonus: StrictBool = False
    """Adds its weight in percentage points to the overall result, and counts nowhere else."""
    critical: Critical | None = None
    """What it does when it fails: fail_visit, fail_section, or {cap: 60}."""
    critical_below: Part | None = None
    """The result below which the critical fires; any result below 1 when left out."""
    met_at: Part | None = None
    """The result from which it counts as met: 1 for yes/no, 0.75 for others when left out."""
    audience: Literal["store", "head_office"] = "store"
    """head_office: kept out of what stores see."""
    show_if: Condition | None = None
    """When the item is asked; always when left out."""
    evidence: tuple[Evidence, ...] = ()
    """Comments and photos that answers must bring with them."""

    @cached_property
    def exact_weight(self) -> Fraction:
        return Fraction(self.weight)


class YesNoItem(Item):
    """Answered ``yes`` or ``no``."""

    kind: Literal["yes_no"]
    good: YesNo = "yes"
    """Which of the two is the good answer."""


class ScaleItem(Item):
    """Answered with a whole number from 1 to ``top``."""

    kind: Literal["scale"]
    anchors: Mapping[Point, Text] = Field(default_factory=dict)
    """What one sees at each point, from 1, the worst, up; none may be missing."""
    max: ScaleTop | None = None
    """The best point; the number of anchors, or 5, when left out."""

    @property
    def top(self) -> int:
        """The best point: ``max``, or the number of anchors, or 5."""
        if self.max is not None:
            return self.max
        return len(self.anchors) or DEFAULT_SCALE_TOP


class CountItem(Item):
    """Answered with how many: out of a fixed number, out of a number that the auditor enters
    too, or a number of faults that is valued by steps."""

    kind: Literal["count"]
    of: Annotated[StrictInt, Field(ge=1, le=100_000)] | Literal["asked"] | None = None
    """Out of how many; asked: the auditor enters that number too."""
    steps: tuple[tuple[Annotated[StrictInt, Field(ge=0)], Points], ...] | None = None
    """Fewer is better: [[0, 1], [2, 0.5]] gives 1 for 0, 0.5 for up to 2, and 0 above."""
    counted_as: Literal["encounters"] | None = None
    """Counted with the two buttons for encounters."""


class SecondsItem(Item):
    """Answered with a time: full marks up to ``target``, none from ``limit`` on."""

    kind: Literal["seconds"]
    target: Amount | None = None
    """Seconds up to which the result is 1."""
    limit: Amount | None = None
    """Seconds from which the result is 0."""
    counted_as: Literal["stopwatch"] | None = None
    """Taken with the stopwatch."""
    between: tuple[Tap, Tap] | None = None
    """The two taps of the note pad that it lies between, which fill it in after a covert visit."""


class Option(Frozen):
    """One answer to choose from."""

    key: Key
    text: Text
    points: Points | None = None
    """0 to 1; in choices, where points are added up, -1 to 1."""
    scored: StrictBool = True
    """false: choosing it takes the item out of the score."""


Options = Annotated[tuple[Option, ...], NOT_EMPTY]


class ChoiceItem(Item):
    """Answered with one option's key."""

    kind: Literal["choice"]
    options: Options


class ChoicesItem(Item):
    """Answered with several options' keys; their points are added and clipped to 0…1."""

    kind: Literal["choices"]
    options: Options


class NumberItem(Item):
    """Answered with a number; never scored."""

    kind: Literal["number"]
    unit: Text | None = None
    min: Number | None = None
    max: Number | None = None


class TextItem(Item):
    """Answered in words; never scored."""

    kind: Literal["text"]
    min_length: Lengths | None = None
    max_length: Lengths | None = None


class DateItem(Item):
    """Answered with a date, YYYY-MM-DD; never scored."""

    kind: Literal["date"]


class PhotoItem(Item):
    """Answered by a photo that names the item; never scored."""

    kind: Literal["photo"]


class SignatureItem(Item):
    """Answered with a name and its strokes; never scored."""

    kind: Literal["signature"]


KINDS: dict[str, type[Item]] = {
    "yes_no": YesNoItem,
    "scale": ScaleItem,
    "count": CountItem,
    "seconds": SecondsItem,
    "choice": ChoiceItem,
    "choices": ChoicesItem,
    "number": NumberItem,
    "text": TextItem,
    "date": DateItem,
    "photo": PhotoItem,
    "signature": SignatureItem,
}
SCORED_KINDS = frozenset({"yes_no", "scale", "count", "seconds", "choice", "choices"})


def _kind(value: object) -> str | None:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"@{kind}" if isinstance(kind, str) and kind in KINDS else None


AnyItem = Annotated[
    Annotated[YesNoItem, Tag("@yes_no")]
    | Annotated[ScaleItem, Tag("@scale")]
    | Annotated[CountItem, Tag("@count")]
    | Annotated[SecondsItem, Tag("@seconds")]
    | Annotated[ChoiceItem, Tag("@choice")]
    | Annotated[ChoicesItem, Tag("@choices")]
    | Annotated[NumberItem, Tag("@number")]
    | Annotated[TextItem, Tag("@text")]
    | Annotated[DateItem, Tag("@date")]
    | Annotated[PhotoItem, Tag("@photo")]
    | Annotated[SignatureItem, Tag("@signature")],
    Discriminator(
        _kind,
        custom_error_type="kind",
        custom_error_message="must have a kind: " + ", ".join(KINDS),
    ),
]
