"""The whole sum again, from the explained score alone.

This is the reader's side: it takes nothing from the rest of the engine but the rounding, reads
only settings, answers, rules and weights, and gives back the figures that the explanation
states. Someone who holds an export can follow it line by line; a test holds it against
``score`` for thousands of audits.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from auditapi.checklists.scoring.rounding import printed

ZERO = Fraction(0)
Explained = Mapping[str, Any]


def recompute(explained: Explained) -> dict[str, Any]:
    """The overall figures, section percentages, outcome and band of an explained score.

    ``recompute(x) == stated(x)`` holds for every explained score that is sound.
    """
    results = {item["key"]: _result(item) for item in explained["items"]}
    sections = {s["key"]: _Section(s, explained, results) for s in explained["sections"]}
    shares = _shares(explained, sections)
    earned = sum((shares[key] * _given(results[key]) for key in shares), ZERO)
    possible = sum(shares.values(), ZERO)
    standing = sum(
        (
            shares[item["key"]] * _given(results[item["key"]])
            for item in explained["items"]
            if item["key"] in shares and not sections[item["section"]].failed
        ),
        ZERO,
    )
    raw = 100 * earned / possible if possible else None
    after = 100 * standing / possible if possible else None
    percentage = _final(explained, results, after)
    coverage = _coverage(sections)
    outcome = _outcome(explained, sections, percentage, coverage)
    return {
        "raw": _both(raw),
        "after_sections": _both(after),
        "percentage": _both(percentage),
        "coverage": _both(coverage),
        "sections": {key: _both(section.percentage) for key, section in sections.items()},
        "outcome": outcome,
        "band": _band(explained, outcome, percentage),
    }


def stated(explained: Explained) -> dict[str, Any]:
    """The same figures as the explanation states them."""
    names = ("raw", "after_sections", "percentage", "coverage")
    return {
        **{name: explained["overall"][name] for name in names},
        "sections": {s["key"]: s["percentage"] for s in explained["sections"]},
        "outcome": explained["outcome"],
        "band": explained["band"],
    }


def _result(item: Explained) -> Fraction | None:
    """The result r that the rule gives the answer; none where the item is left out."""
    if item["left_out"] is not None:
        return None
    answer, rule = item["answer"], item["rule"]
    match rule["rule"]:
        case "yes_no":
            return Fraction(answer == rule["good"])
        case "scale":
            return Fraction(answer - 1, rule["top"] - 1)
        case "share":
            return Fraction(answer, rule["of"])
        case "share_of_asked":
            return Fraction(answer["k"], answer["n"])
        case "steps":
            values = [Fraction(value) for bound, value in rule["steps"] if answer <= bound]
            return values[0] if values else ZERO
        case "seconds":
            target, limit = Fraction(rule["target"]), Fraction(rule["limit"])
            return _clipped((limit - Fraction(str(answer))) / (limit - target))
        case "options":
            return _clipped(sum(map(Fraction, rule["points"].values()), ZERO))
    raise ValueError(f"unknown rule {rule['rule']}")


def _clipped(value: Fraction) -> Fraction:
    return min(max(value, ZERO), Fraction(1))


class _Section:
    """The sums of one section, from its items."""

    def __init__(
        self, section: Explained, explained: Explained, results: Mapping[str, Fraction | None]
    ) -> None:
        own = [i for i in explained["items"] if i["section"] == section["key"] and i["designed"]]
        applicable = [item for item in own if results[item["key"]] is not None]
        self.key = section["key"]
        self.weight = Fraction(section["weight"])
        self.pass_mark = section["pass_mark"]
        self.designed = sum((Fraction(item["weight"]) for item in own), ZERO)
        self.possible = sum((Fraction(item["weight"]) for item in applicable), ZERO)
        self.earned = sum(
            (Fraction(item["weight"]) * _given(results[item["key"]]) for item in applicable), ZERO
        )
        self.failed = any(
            critical["action"] == "fail_section" and critical["section"] == self.key
            for critical in explained["criticals"]
        )

    @property
    def percentage(self) -> Fraction | None:
        if not self.possible:
            return None
        return ZERO if self.failed else 100 * self.earned / self.possible


def _shares(explained: Explained, sections: Mapping[str, _Section]) -> dict[str, Fraction]:
    """What each applicable item weighs in the overall result, by the method."""
    shares: dict[str, Fraction] = {}
    method = explained["settings"]["method"]
    for item in explained["items"]:
        if item["left_out"] is not None or not item["designed"]:
            continue
        section, weight = sections[item["section"]], Fraction(item["weight"])
        if method == "weighted":
            weight *= section.weight / section.designed
        elif method == "sections":
            weight *= section.weight / section.possible
        shares[item["key"]] = weight
    return shares


def _final(
    explained: Explained, results: Mapping[str, Fraction | None], after: Fraction | None
) -> Fraction | None:
    """With bonus, limited to 100 unless the checklist says otherwise, then the lowest cap."""
    if after is None:
        return None
    final = after
    for item in explained["items"]:
        if item["bonus"] and results[item["key"]] is not None:
            final += Fraction(item["weight"]) * _given(results[item["key"]])
    limits = [explained["settings"]["bonus_cap"]]
    limits += [critical["cap"] for critical in explained["criticals"]]
    return min([final, *(Fraction(limit) for limit in limits if limit is not None)])


def _coverage(sections: Mapping[str, _Section]) -> Fraction | None:
    designed = [section for section in sections.values() if section.designed]
    covered = sum((s.weight * s.possible / s.designed for s in designed), ZERO)
    coverable = sum((section.weight for section in designed), ZERO)
    return 100 * covered / coverable if coverable else None


def _outcome(
    explained: Explained,
    sections: Mapping[str, _Section],
    percentage: Fraction | None,
    coverage: Fraction | None,
) -> str:
    settings = explained["settings"]
    if any(critical["action"] == "fail_visit" for critical in explained["criticals"]):
        return "fail"
    if percentage is None or coverage is None:
        return "not_rated"
    if printed(coverage) < Fraction(settings["coverage_floor"]):
        return "not_rated"
    marks = [(section.percentage, section.pass_mark) for section in sections.values()]
    marks.append((percentage, settings["pass_mark"]))
    missed = any(
        reached is not None and mark is not None and printed(reached) < Fraction(mark)
        for reached, mark in marks
    )
    return "fail" if missed else "pass"


def _band(explained: Explained, outcome: str, percentage: Fraction | None) -> str | None:
    if outcome != "pass" or percentage is None:
        return None
    bands = {Fraction(low): name for name, low in explained["settings"]["bands"].items()}
    return str(bands[max(low for low in bands if printed(percentage) >= low)])


def _given(value: Fraction | None) -> Fraction:
    return ZERO if value is None else value


def _both(value: Fraction | None) -> dict[str, str] | None:
    return None if value is None else {"exact": str(value), "printed": str(printed(value))}
