"""Random checklists with answers to them, for the properties that every score must have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from auditapi.checklists.document import Checklist
from auditapi.checklists.items import (
    AnyItem,
    ChoiceItem,
    ChoicesItem,
    CountItem,
    ScaleItem,
    SecondsItem,
)
from tests.checklists.builders import ANNOUNCED, SHOP, Data, checklist, item, na, option, section

POINTS = st.sampled_from([0, 0.1, 0.25, 1 / 2, 0.75, 1])
NEGATIVE = st.sampled_from([-1, -0.5, -0.1])
FORMATS = ["hyper", "super"]
SCENARIOS = st.sampled_from([None, "hesitant", "angry"])
WEIGHTS = st.sampled_from([0.5, 1, 2, 3, 7])
METHODS = st.sampled_from(["weighted", "sections", "pooled"])


@dataclass(frozen=True)
class Visit:
    """A checklist and valid answers to it, in a store, for an assignment."""

    checklist: Checklist
    answers: Data
    store: Data
    assignment: Data


@st.composite
def shapes(draw: st.DrawFn) -> Data:
    """What makes an item one of the scored kinds."""
    kind = draw(st.sampled_from(["yes_no", "scale", "of", "asked", "steps", "seconds", "choice"]))
    match kind:
        case "scale":
            return {"kind": "scale", "max": draw(st.integers(2, 7))}
        case "of":
            return {"kind": "count", "of": draw(st.integers(1, 20))}
        case "asked":
            return {"kind": "count", "of": "asked"}
        case "steps":
            return {"kind": "count", "steps": [[0, 1], [draw(st.integers(1, 4)), draw(POINTS)]]}
        case "seconds":
            target = draw(st.integers(0, 100))
            return {
                "kind": "seconds",
                "target": target,
                "limit": target + draw(st.integers(1, 300)),
            }
        case "choice":
            kind = draw(st.sampled_from(["choice", "choices"]))
            points = POINTS if kind == "choice" else POINTS | NEGATIVE
            options = [option(f"o{n}", draw(points)) for n in range(draw(st.integers(1, 3)))]
            return {"kind": kind, "options": [*options, option("none", scored=False)]}
    return {"kind": "yes_no", "good": draw(st.sampled_from(["yes", "no"]))}


@st.composite
def conditions(draw: st.DrawFn, earlier: list[str]) -> Data:
    """What may hide an item: the store, the assignment, or an answer to one of the yes/no items
    before it."""
    leaves: list[Data] = [
        {"store": "format", "is": draw(st.sampled_from(FORMATS))},
        {"assignment": "covert", "is": draw(st.booleans())},
        {"assignment": "scenario", "is": "hesitant"},
        *({"item": key, "is": draw(st.sampled_from(["yes", "no"]))} for key in earlier[-2:]),
        *({"item": key, "answered": True} for key in earlier[-1:]),
    ]
    leaf = st.sampled_from(leaves)
    shape = draw(st.sampled_from(["leaf", "leaf", "not", "any"]))
    match shape:
        case "not":
            return {"not": draw(leaf)}
        case "any":
            return {"any": [draw(leaf), draw(leaf)]}
    return draw(leaf)


@st.composite
def items(draw: st.DrawFn, key: str, earlier: list[str], *, hidden: bool) -> Data:
    """A scored item; sometimes critical, sometimes a bonus, sometimes it need not be answered, and
    with `hidden` sometimes under a condition."""
    more: Data = {"na": True, "tag": draw(st.sampled_from(["must_be", "linear", "delight"]))}
    role = draw(st.sampled_from(["plain", "plain", "plain", "critical", "bonus"]))
    if role == "critical":
        more["critical"] = draw(st.sampled_from(["fail_visit", "fail_section", {"cap": 60}]))
        more["critical_below"] = draw(st.sampled_from([0.25, 0.75, 1]))
    elif role == "bonus":
        more |= {"bonus": True, "tag": "delight"}
    if draw(st.integers(0, 5)) == 0:
        more["required"] = False
    if hidden and draw(st.integers(0, 2)) == 0:
        more["show_if"] = draw(conditions(earlier))
    made = item(key, weight=draw(WEIGHTS), **draw(shapes()), **more)
    if made["kind"] == "yes_no":
        earlier.append(key)
    return made


@st.composite
def checklists(draw: st.DrawFn, method: str | None = None, *, hidden: bool = True) -> Checklist:
    """One to three sections of one to four items."""
    earlier: list[str] = []
    sections = [
        section(
            f"S{number}",
            *(
                draw(items(f"S{number}-{place}", earlier, hidden=hidden))
                for place in range(draw(st.integers(1, 4)))
            ),
            weight=draw(WEIGHTS),
            pass_mark=draw(st.sampled_from([None, 50])),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    return checklist(
        *sections,
        method=method or draw(METHODS),
        coverage_floor=draw(st.sampled_from([0, 50, 85])),
        pass_mark=draw(st.sampled_from([None, 60])),
        bonus_cap=draw(st.sampled_from([100, "none"])),
    )


def values(of: AnyItem) -> st.SearchStrategy[Any]:
    """Every valid value of an item."""
    match of:
        case ScaleItem():
            return st.integers(1, of.top)
        case CountItem(of="asked"):
            return st.integers(0, 9).flatmap(
                lambda n: st.builds(lambda k: {"k": k, "n": n}, st.integers(0, n))
            )
        case CountItem():
            return st.integers(0, of.of if isinstance(of.of, int) else 6)
        case SecondsItem():
            return st.integers(0, 500) | st.sampled_from([0.1, 12.5, 99.9])
        case ChoiceItem():
            return st.sampled_from([option.key for option in of.options])
        case ChoicesItem():
            keys = [option.key for option in of.options]
            return st.lists(st.sampled_from(keys), min_size=1, unique=True)
    return st.sampled_from(["yes", "no"])


@st.composite
def visits(draw: st.DrawFn, method: str | None = None, *, hidden: bool = True) -> Visit:
    """A checklist with an answer to every item that needs one and to most others, some of them
    not applicable. Items that are hidden have answers too: a phone may have kept them."""
    of = draw(checklists(method, hidden=hidden))
    answers = {
        key: na() if draw(st.integers(0, 5)) == 0 else {"value": draw(values(each))}
        for key, each in of.items.items()
        if each.required or draw(st.booleans())
    }
    store = {"format": draw(st.sampled_from(FORMATS))}
    assignment = {**draw(st.sampled_from([SHOP, ANNOUNCED])), "scenario": draw(SCENARIOS)}
    return Visit(of, answers, store, assignment)


def unchecked(source: Data) -> Checklist:
    """A checklist of which only the shape is right, such as a later release might refuse."""
    return Checklist.model_validate(source)
