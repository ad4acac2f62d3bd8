"""A whole checklist: its sections and how it is scored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StrictStr

from auditapi.checklists.conditions import Condition
from auditapi.checklists.items import AnyItem
from auditapi.checklists.values import (
    NOT_EMPTY,
    Amount,
    ChecklistKey,
    Frozen,
    Key,
    Language,
    Percent,
    Text,
)

Method = Literal["weighted", "sections", "pooled"]
BandName = Annotated[StrictStr, Field(min_length=1, max_length=20)]

DEFAULT_BANDS: Mapping[str, Decimal] = {
    "A": Decimal(90),
    "B": Decimal(80),
    "C": Decimal(70),
    "D": Decimal(0),
}


class Scoring(Frozen):
    """How results become a percentage and an outcome; all in percent."""

    method: Method = "weighted"
    """How sections make the overall result; weighted keeps every item's share fixed."""
    coverage_floor: Percent = Decimal(85)
    """Less of the visit's weight answered than this: not rated."""
    pass_mark: Percent | None = None
    """Below it the visit fails. Without one, nobody fails by the overall percentage."""
    bands: Annotated[Mapping[BandName, Percent], NOT_EMPTY] = DEFAULT_BANDS
    """Where each band begins; one begins at 0."""
    bonus_cap: Literal[100, "none"] = 100
    """The most that a result with bonus can be."""


class SectionHead(Frozen):
    """A section without its items."""

    key: Key
    title: Text
    weight: Amount = Decimal(0)
    """What the section counts in the overall result; 0 or left out: not scored."""
    pass_mark: Percent | None = None
    """Below it the whole visit fails."""
    show_if: Condition | None = None
    """When the section is shown; always when left out."""


class Section(SectionHead):
    """A part of the checklist with a percentage of its own."""

    items: Annotated[tuple[AnyItem, ...], NOT_EMPTY]

    @cached_property
    def exact_weight(self) -> Fraction:
        return Fraction(self.weight)


class Head(Frozen):
    """A checklist without its sections."""

    key: ChecklistKey
    languages: Annotated[tuple[Language, ...], NOT_EMPTY]
    """Every text is there in each of them; the first is the default."""
    title: Text
    description: Text | None = None
    scoring: Scoring = Scoring()


class Checklist(Head):
    """One service standard, as it is published and frozen. Made by ``document.parse``."""

    sections: Annotated[tuple[Section, ...], NOT_EMPTY]

    @cached_property
    def items(self) -> Mapping[str, AnyItem]:
        """Every item by its key, in the order in which they are asked."""
        return {item.key: item for section in self.sections for item in section.items}

    @cached_property
    def section_of(self) -> Mapping[str, Section]:
        """The section in which an item stands, by the item's key."""
        return {item.key: section for section in self.sections for item in section.items}

    def canonical(self) -> dict[str, Any]:
        """See ``document.as_json``."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def canonical_bytes(self) -> bytes:
        form = json.dumps(
            self.canonical(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return form.encode()

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.canonical_bytes()).hexdigest()
