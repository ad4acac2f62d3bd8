"""One answer → its result r, 0…1, exactly, and the rule that gave it.

Knows nothing of weights, sections or visibility: what an item's result counts for is decided
in ``scoring``. The table of rules is in docs/scoring.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from auditapi.checklists.answers import Answer, is_na, value_of
from auditapi.checklists.items import (
    AnyItem,
    ChoiceItem,
    ChoicesItem,
    CountItem,
    ScaleItem,
    SecondsItem,
    YesNoItem,
)

#: Why an answer has no result.
NoResult = Literal["not_applicable", "unanswered", "none_counted", "option_not_scored", "no_rule"]

#: A rule with its numbers, so that whoever has the answer can apply it again.
Rule = Mapping[str, Any]

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Result:
    """What an answer is worth: ``r`` with its rule, or why there is none."""

    r: Fraction | None
    rule: Rule | None = None
    missing: NoResult | None = None


def result_of(item: AnyItem, answer: Answer) -> Result:
    """The result of a valid answer (``validation`` finds the invalid ones)."""
    if is_na(answer):
        return Result(None, missing="not_applicable")
    if value_of(answer) is None:
        return Result(None, missing="unanswered")
    value = answer["value"]
    match item:
        case YesNoItem():
            return Result(Fraction(value == item.good), {"rule": "yes_no", "good": item.good})
        case ScaleItem():
            r = Fraction(value - 1, item.top - 1)
            return Result(r, {"rule": "scale", "top": item.top})
        case CountItem():
            return _count(item, value)
        case SecondsItem(target=Decimal() as target, limit=Decimal() as limit):
            return _seconds(Fraction(target), Fraction(limit), Fraction(str(value)))
        case ChoiceItem():
            return _options(item, {value})
        case ChoicesItem():
            return _options(item, set(value))
    return Result(None, missing="no_rule")


def _count(item: CountItem, value: Any) -> Result:
    if item.of == "asked":
        if value["n"] == 0:
            return Result(None, missing="none_counted")
        return Result(Fraction(value["k"], value["n"]), {"rule": "share_of_asked"})
    if item.of is not None:
        return Result(Fraction(value, item.of), {"rule": "share", "of": item.of})
    if item.steps is None:
        return Result(None, missing="no_rule")
    steps = [(bound, Fraction(points)) for bound, points in item.steps]
    r = next((points for bound, points in steps if value <= bound), ZERO)
    rule = {"rule": "steps", "steps": [[bound, str(points)] for bound, points in steps]}
    return Result(r, rule)


def _seconds(target: Fraction, limit: Fraction, seconds: Fraction) -> Result:
    r = clipped((limit - seconds) / (limit - target))
    return Result(r, {"rule": "seconds", "target": str(target), "limit": str(limit)})


def _options(item: ChoiceItem | ChoicesItem, chosen: set[str]) -> Result:
    """The points of the chosen options together. Options that are not scored add nothing; when
    only such are chosen, there is no result."""
    scored = {
        option.key: Fraction(option.points)
        for option in item.options
        if option.key in chosen and option.scored and option.points is not None
    }
    if not scored:
        return Result(None, missing="option_not_scored")
    points = {key: str(value) for key, value in scored.items()}
    return Result(clipped(sum(scored.values(), ZERO)), {"rule": "options", "points": points})


def clipped(value: Fraction) -> Fraction:
    """The value, or the nearer end of 0…1."""
    return min(max(value, ZERO), ONE)
