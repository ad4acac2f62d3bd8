"""The kinds of item, and what each may say about itself.

Shapes only: what fits together (target below limit, a critical item with a weight, …) is
checked in ``meaning``, which can name several faults of one item at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StrictBool, StrictInt, Tag

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
    #: On a covert visit a comment stands in the photo's place.
    covert: Literal["comment"] | None = None


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
    text: Text
    guidance: Text | None = None
    #: The earlier item whose place this one takes in the line of versions.
    replaces: Key | None = None
    weight: Amount = Decimal(0)
    tag: Literal["must_be", "linear", "delight"] | None = None
    na: StrictBool = False
    required: StrictBool = True
    bonus: StrictBool = False
    critical: Critical | None = None
    #: The critical fires when the result is below this; any result below 1 when absent.
    critical_below: Part | None = None
    #: The result from which a must-be or delight item counts as met.
    met_at: Part | None = None
    audience: Literal["store", "head_office"] = "store"
    show_if: Condition | None = None
    evidence: tuple[Evidence, ...] = ()

    @cached_property
    def exact_weight(self) -> Fraction:
        return Fraction(self.weight)


class YesNoItem(Item):
    """Answered ``yes`` or ``no``."""

    kind: Literal["yes_no"]
    good: YesNo = "yes"


class ScaleItem(Item):
    """Answered with a whole number from 1 to ``top``."""

    kind: Literal["scale"]
    anchors: Mapping[int, Text] = Field(default_factory=dict)
    max: ScaleTop | None = None

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
    #: ``[[0, 1], [2, 0.5]]``: up to 0 gives 1, up to 2 gives 0.5, above that 0.
    steps: tuple[tuple[Annotated[StrictInt, Field(ge=0)], Points], ...] | None = None
    counted_as: Literal["encounters"] | None = None


class SecondsItem(Item):
    """Answered with a time: full marks up to ``target``, none from ``limit`` on."""

    kind: Literal["seconds"]
    target: Amount | None = None
    limit: Amount | None = None
    counted_as: Literal["stopwatch"] | None = None


class Option(Frozen):
    """One answer to choose from. ``scored: false`` takes the item out of the score."""

    key: Key
    text: Text
    points: Points | None = None
    scored: StrictBool = True


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
