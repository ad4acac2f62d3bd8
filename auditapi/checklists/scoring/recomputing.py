"""The whole sum again, from the explained score alone.

This is the reader's side: it takes nothing from the rest of the engine but the rounding, reads
only what is given (settings, answers, rules and weights, which the checklist's digest and the
sealed answers vouch for) and gives back every figure that the explanation derives from it.
Someone who holds an export can follow it line by line; a test holds it against ``score`` for
thousands of audits, and changes one number after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from auditapi.checklists.scoring.rounding import printed

ZERO = Fraction(0)
Explained = Mapping[str, Any]
Results = Mapping[str, Fraction | None]
Shares = Mapping[str, Fraction]

_OF_OVERALL = ("earned", "possible", "raw", "after_sections", "bonus", "with_bonus", "cap",
               "percentage", "covered", "coverable", "coverage")  # fmt: skip
_OF_CRITICAL = ("item", "section", "action", "cap", "r", "below")
_OF_SECTION = ("key", "earned", "possible", "designed", "raw", "percentage", "coverage",
               "failed_by")  # fmt: skip
_OF_ITEM = ("key", "r", "earned", "possible", "share", "points")


def recompute(explained: Explained) -> dict[str, Any]:
    """Every derived figure of an explained score: of its items, sections and criticals, overall,
    the figures beside it, outcome with its causes, and band.

    ``recompute(x) == stated(x)`` holds for every explained score that is sound.
    """
    results = {item["key"]: _result(item) for item in explained["items"]}
    criticals = list(_criticals(explained, results))
    sections = {
        section["key"]: _Section(section, explained["items"], results, criticals)
        for section in explained["sections"]
    }
    shares = _shares(explained, sections)
    overall = _overall(explained, results, sections, shares, criticals)
    outcome, why = _outcome(explained, sections, overall, criticals)
    return {
        "overall": {name: _told(name, overall[name]) for name in _OF_OVERALL},
        "figures": _figures(explained["items"], results, shares),
        "criticals": criticals,
        "sections": [section.told() for section in sections.values()],
        "items": [
            _item(item, results[item["key"]], shares, overall["possible"])
            for item in explained["items"]
        ],
        "outcome": outcome,
        "why": why,
        "band": _band(explained, outcome, overall["percentage"]),
    }


def stated(explained: Explained) -> dict[str, Any]:
    """The same figures as the explanation states them."""
    return {
        "overall": _only(explained["overall"], _OF_OVERALL),
        "figures": explained["figures"],
        "criticals": [_only(critical, _OF_CRITICAL) for critical in explained["criticals"]],
        "sections": [_only(section, _OF_SECTION) for section in explained["sections"]],
        "items": [_only(item, _OF_ITEM) for item in explained["items"]],
        "outcome": explained["outcome"],
        "why": explained["why"],
        "band": explained["band"],
    }


def _only(told: Explained, names: Iterable[str]) -> dict[str, Any]:
    return {name: told[name] for name in names}


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


def _criticals(explained: Explained, results: Results) -> Iterator[dict[str, Any]]:
    """The critical items below their bound, and what that does. Scores that were made before
    items said their critical rule name those that fired only."""
    if any("critical" not in item for item in explained["items"]):
        yield from (_only(critical, _OF_CRITICAL) for critical in explained["criticals"])
        return
    for item in explained["items"]:
        rule, r = item["critical"], results[item["key"]]
        if rule is not None and r is not None and r < Fraction(rule["below"]):
            of_item = {"item": item["key"], "section": item["section"], "r": str(r)}
            yield _only({**of_item, **rule}, _OF_CRITICAL)


class _Section:
    """The sums of one section, from its items."""

    def __init__(
        self,
        section: Explained,
        items: Sequence[Explained],
        results: Results,
        criticals: Sequence[Explained],
    ) -> None:
        own = [item for item in items if item["section"] == section["key"] and item["designed"]]
        applicable = [item for item in own if results[item["key"]] is not None]
        self.key = section["key"]
        self.weight = Fraction(section["weight"])
        self.pass_mark = section["pass_mark"]
        self.designed = _sum(Fraction(item["weight"]) for item in own)
        self.possible = _sum(Fraction(item["weight"]) for item in applicable)
        self.earned = _sum(
            Fraction(item["weight"]) * _given(results[item["key"]]) for item in applicable
        )
        self.failed_by = [
            critical["item"]
            for critical in criticals
            if critical["action"] == "fail_section" and critical["section"] == self.key
        ]

    @property
    def raw(self) -> Fraction | None:
        return 100 * self.earned / self.possible if self.possible else None

    @property
    def percentage(self) -> Fraction | None:
        return ZERO if self.failed_by and self.possible else self.raw

    @property
    def coverage(self) -> Fraction | None:
        return 100 * self.possible / self.designed if self.designed else None

    def told(self) -> dict[str, Any]:
        return {name: _told(name, getattr(self, name)) for name in _OF_SECTION}


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


def _overall(
    explained: Explained,
    results: Results,
    sections: Mapping[str, _Section],
    shares: Shares,
    criticals: Sequence[Explained],
) -> dict[str, Any]:
    """Raw, failed sections, bonus (limited to 100 unless the checklist says otherwise), caps."""
    own = [item for item in explained["items"] if item["key"] in shares]
    earned, standing = (
        _sum(shares[item["key"]] * _given(results[item["key"]]) for item in counted)
        for counted in (own, [i for i in own if not sections[i["section"]].failed_by])
    )
    possible = _sum(shares.values())
    bonus = _sum(
        Fraction(item["weight"]) * _given(results[item["key"]])
        for item in explained["items"]
        if item["bonus"]
    )
    after = 100 * standing / possible if possible else None
    with_bonus = _lowest(None if after is None else after + bonus,
                         [explained["settings"]["bonus_cap"]])  # fmt: skip
    caps = [Fraction(critical["cap"]) for critical in criticals if critical["cap"] is not None]
    designed = [section for section in sections.values() if section.designed]
    covered = _sum(s.weight * s.possible / s.designed for s in designed)
    coverable = _sum(section.weight for section in designed)
    return {
        "earned": earned,
        "possible": possible,
        "raw": 100 * earned / possible if possible else None,
        "after_sections": after,
        "bonus": bonus,
        "with_bonus": with_bonus,
        "cap": min(caps, default=None),
        "percentage": _lowest(with_bonus, caps),
        "covered": covered,
        "coverable": coverable,
        "coverage": 100 * covered / coverable if coverable else None,
    }


def _lowest(value: Fraction | None, limits: Sequence[Any]) -> Fraction | None:
    if value is None:
        return None
    return min([value, *(Fraction(limit) for limit in limits if limit is not None)])


def _figures(items: Sequence[Explained], results: Results, shares: Shares) -> dict[str, Any]:
    """Must-be items not met, the result of what must be and what is better the more there is,
    delights met."""
    met: dict[str, list[bool]] = {"must_be": [], "linear": [], "delight": []}
    core = []
    for item in items:
        r = results[item["key"]]
        if r is None:
            continue
        met[item["tag"]].append(r >= Fraction(item["met_at"]))
        if item["tag"] != "delight" and item["key"] in shares:
            core.append((shares[item["key"]], r))
    possible = _sum(share for share, _ in core)
    earned = _sum(share * r for share, r in core)
    must_be, delight = met["must_be"], met["delight"]
    return {
        "must_be": {"failed": must_be.count(False), "applicable": len(must_be)},
        "core": _both(100 * earned / possible if possible else None),
        "delight": {"met": delight.count(True), "applicable": len(delight)},
    }


def _item(
    item: Explained, r: Fraction | None, shares: Shares, possible: Fraction
) -> dict[str, Any]:
    share = shares.get(item["key"])
    return {
        "key": item["key"],
        "r": _exact(r),
        "earned": None if r is None else str(Fraction(item["weight"]) * r),
        "possible": None if r is None else str(Fraction(item["weight"])),
        "share": _exact(share),
        "points": _both(None if share is None else 100 * share / possible),
    }


def _outcome(
    explained: Explained,
    sections: Mapping[str, _Section],
    overall: Mapping[str, Any],
    criticals: Sequence[Explained],
) -> tuple[str, list[dict[str, Any]]]:
    """The first kind of cause that there is decides; all causes of that kind are told."""
    settings = explained["settings"]
    failed = [critical["item"] for critical in criticals if critical["action"] == "fail_visit"]
    if failed:
        return "fail", [_why("fail_visit", item) for item in failed]
    if overall["percentage"] is None or overall["coverage"] is None:
        return "not_rated", [_why("no_percentage")]
    if printed(overall["coverage"]) < Fraction(settings["coverage_floor"]):
        return "not_rated", [_why("coverage")]
    below = _below(overall["percentage"], settings["pass_mark"])
    why = [_why("pass_mark")] if below else []
    why += [
        _why("section_pass_mark", section.key)
        for section in sections.values()
        if _below(section.percentage, section.pass_mark)
    ]
    return ("fail" if why else "pass"), why


def _why(cause: str, key: str | None = None) -> dict[str, Any]:
    return {"cause": cause, "key": key}


def _below(reached: Fraction | None, mark: str | None) -> bool:
    return reached is not None and mark is not None and printed(reached) < Fraction(mark)


def _band(explained: Explained, outcome: str, percentage: Fraction | None) -> str | None:
    if outcome != "pass" or percentage is None:
        return None
    bands = {Fraction(low): name for name, low in explained["settings"]["bands"].items()}
    return str(bands[max(low for low in bands if printed(percentage) >= low)])


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, ZERO)


def _given(value: Fraction | None) -> Fraction:
    return ZERO if value is None else value


_PERCENTAGES = {"raw", "after_sections", "bonus", "with_bonus", "percentage", "coverage"}


def _told(name: str, value: Any) -> Any:
    """As the explanation writes it: percentages with their printed decimal."""
    if name in _PERCENTAGES:
        return _both(value)
    return _exact(value) if isinstance(value, Fraction) else value


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _both(value: Fraction | None) -> dict[str, str] | None:
    return None if value is None else {"exact": str(value), "printed": str(printed(value))}
