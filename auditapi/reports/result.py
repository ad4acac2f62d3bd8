"""The explained score, read back from its JSON (`auditapi.checklists.scoring.Score.as_json`).

Figures stay exact; they are rounded where they are printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ItemResult:
    """One item. `share` is what it could add to the overall percentage, `lost` what it cost."""

    key: str
    tag: str | None
    r: Fraction | None
    earned: Fraction
    possible: Fraction
    share: Fraction
    left_out: str | None
    critical_fired: bool
    bonus: bool = False

    @property
    def lost(self) -> Fraction:
        """Points of the overall result that this item cost."""
        return self.share * (1 - self.r) if self.missed and self.r is not None else Fraction(0)

    @property
    def missed(self) -> bool:
        """Whether the item was rated and not fully met. A bonus not earned is no miss."""
        rated = self.left_out is None and self.r is not None and not self.bonus
        return rated and (self.r or Fraction(0)) < 1


@dataclass(frozen=True, kw_only=True)
class SectionResult:
    """One section; `percentage` None when nothing in it could be rated."""

    key: str
    weight: Fraction
    designed: Fraction
    percentage: Fraction | None
    coverage: Fraction | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """The overall result and how it came about."""

    outcome: str
    percentage: Fraction | None
    raw: Fraction | None
    band: str | None
    coverage: Fraction | None
    coverage_floor: Fraction | None
    pass_mark: Fraction | None
    after_sections: Fraction | None
    with_bonus: Fraction | None
    method: str
    rules_version: str
    items: tuple[ItemResult, ...]
    sections: Mapping[str, SectionResult]
    caps: tuple[tuple[str, Fraction], ...]
    failed_sections: tuple[tuple[str, str], ...]
    failed_by: tuple[str, ...]
    below_pass_mark: bool
    below_section_mark: tuple[tuple[str, Fraction], ...]
    must_be_failed: int
    must_be_of: int | None
    linear: Fraction | None
    delight_met: int
    delight_of: int

    @property
    def binding_caps(self) -> tuple[tuple[str, Fraction], ...]:
        """Those that made the percentage what it is; none where it lay below all of them."""
        if self.with_bonus is None or not self.caps or self.with_bonus <= self.caps[0][1]:
            return ()
        return tuple(cap for cap in self.caps if cap[1] == self.caps[0][1])

    @property
    def bonus(self) -> Fraction:
        """What the bonus items added, in points: no more than there was room for."""
        return (self.with_bonus or Fraction(0)) - (self.after_sections or Fraction(0))

    @cached_property
    def by_key(self) -> dict[str, ItemResult]:
        return {item.key: item for item in self.items}


def read(score: Mapping[str, Any]) -> Result:
    """The result from the score's JSON. A score without a field it must have is a `KeyError`."""
    overall, figures, settings = score["overall"], score["figures"], score["settings"]
    criticals = score["criticals"]
    fired = {critical["item"] for critical in criticals}
    sections = {section["key"]: _section(section) for section in score["sections"]}
    marks = {section["key"]: _exact(section["pass_mark"]) for section in score["sections"]}
    low = [why["key"] for why in score["why"] if why["cause"] == "section_pass_mark"]
    return Result(
        outcome=score["outcome"],
        percentage=_exact(overall["percentage"]),
        raw=_exact(overall["raw"]),
        band=score["band"],
        coverage=_exact(overall["coverage"]),
        coverage_floor=_exact(settings["coverage_floor"]),
        pass_mark=_exact(settings["pass_mark"]),
        after_sections=_exact(overall["after_sections"]),
        with_bonus=_exact(overall["with_bonus"]),
        method=settings["method"],
        rules_version=str(score["rules"]),
        items=tuple(_item(item, fired) for item in score["items"]),
        sections=sections,
        caps=_caps(criticals),
        failed_sections=_acting(criticals, "fail_section"),
        failed_by=tuple(item for _, item in _acting(criticals, "fail_visit")),
        below_pass_mark=any(why["cause"] == "pass_mark" for why in score["why"]),
        below_section_mark=tuple((key, marks[key] or Fraction(0)) for key in low),
        must_be_failed=figures["must_be"]["failed"],
        must_be_of=figures["must_be"]["applicable"],
        linear=_exact(figures["core"]),
        delight_met=figures["delight"]["met"],
        delight_of=figures["delight"]["applicable"],
    )


def _exact(value: str | Mapping[str, str] | None) -> Fraction | None:
    """A fraction written as text, alone or beside its printed form."""
    if value is None:
        return None
    return Fraction(value if isinstance(value, str) else value["exact"])


def _sum(value: str | Mapping[str, str] | None) -> Fraction:
    return _exact(value) or Fraction(0)


def _section(section: Mapping[str, Any]) -> SectionResult:
    return SectionResult(
        key=section["key"],
        weight=_sum(section["weight"]),
        designed=_sum(section["designed"]),
        percentage=_exact(section["percentage"]),
        coverage=_exact(section["coverage"]),
    )


def _item(item: Mapping[str, Any], fired: set[str]) -> ItemResult:
    return ItemResult(
        key=item["key"],
        tag=item["tag"],
        r=_exact(item["r"]),
        earned=_sum(item["earned"]),
        possible=_sum(item["possible"]),
        share=_sum(item["points"]),
        left_out=item["left_out"],
        critical_fired=item["key"] in fired,
        bonus=item["bonus"],
    )


def _caps(criticals: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, Fraction], ...]:
    """The caps that fired, lowest first: the first is the one that counts."""
    caps = [(c["item"], _sum(c["cap"])) for c in criticals if c["action"] == "cap"]
    return tuple(sorted(caps, key=lambda cap: cap[1]))


def _acting(criticals: Sequence[Mapping[str, Any]], action: str) -> tuple[tuple[str, str], ...]:
    return tuple((c["section"], c["item"]) for c in criticals if c["action"] == action)
