"""What a store may know of an audit, as plain rules (pure). Pages and reports share them.

The store's view, for stores and regions, has the auditor's code instead of the name, the part
of the day instead of the minute, no positions, no receipts, no names of staff, and nothing that
is meant for head office.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

HIDDEN_NAME = "[…]"
COVERT_KINDS = frozenset({"mystery_shop"})
_OF_ANSWER = ("value", "note", "source", "na", "reason")
_DAYPARTS = ((6, "night"), (12, "morning"), (17, "afternoon"), (22, "evening"), (24, "night"))


class View(enum.Enum):
    """As whom somebody reads an audit."""

    HEAD_OFFICE = "head_office"
    STORE = "store"
    AUDITOR = "auditor"


def view_of(*, head_office: bool, store: bool, own: bool, released: bool) -> View | None:
    """The view a person gets of one audit; None: for this person it does not exist.

    `store`: the person sees the audit's store. Who made an audit follows its way until it is
    released, without the score.
    """
    if head_office:
        return View.HEAD_OFFICE
    if store and released:
        return View.STORE
    return View.AUDITOR if own else None


def part_of_day(at: datetime) -> str:
    """`night`, `morning`, `afternoon` or `evening`, by the hour on the clock of `at`."""
    return next(name for until, name in _DAYPARTS if at.hour < until)


def private_items(checklist: Mapping[str, Any]) -> frozenset[str]:
    """Keys of the items that only head office may see, of a checklist as JSON."""
    return frozenset(
        item["key"]
        for section in checklist["sections"]
        for item in section["items"]
        if item.get("audience", "store") != "store"
    )


def signed_names(answers: Mapping[str, Any]) -> list[str]:
    """Whoever signed with a name."""
    values = (answer.get("value") for answer in answers.values() if isinstance(answer, Mapping))
    names = (value.get("name") for value in values if isinstance(value, Mapping))
    return [name for name in names if isinstance(name, str) and name.strip()]


class NameHider:
    """Blots out known names wherever somebody wrote them into a note or a caption."""

    def __init__(self, names: Iterable[str | None]) -> None:
        spellings = sorted({n.strip() for n in names if n and n.strip()}, key=len, reverse=True)
        self._pattern = (
            re.compile("|".join(map(_spelling, spellings)), re.IGNORECASE) if spellings else None
        )

    def __call__(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._pattern.sub(HIDDEN_NAME, value) if self._pattern else value
        if isinstance(value, Mapping):
            return {key: self(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self(part) for part in value]
        return value


def _spelling(name: str) -> str:
    """Alphabets part words with spaces; in Korean and Chinese a particle may follow at once."""
    pattern = r"\s+".join(map(re.escape, name.split()))
    alphabetic = all(ord(letter) < 0x1100 for letter in name)
    return rf"(?<!\w){pattern}(?!\w)" if alphabetic else pattern


def answer_for_store(answer: Any, hide: NameHider, *, covert: bool) -> Any:
    """Nothing but what an answer has by the protocol: whatever else a phone wrote beside it could
    be a time. A signature without its name, on a covert visit without its strokes too."""
    if not isinstance(answer, Mapping):
        return hide(answer)
    told = {name: answer[name] for name in _OF_ANSWER if name in answer}
    value = told.get("value")
    if isinstance(value, Mapping) and "strokes" in value:
        strokes = [] if covert else value["strokes"]
        return {**hide(told), "value": {"name": None, "strokes": strokes}}
    if isinstance(value, Mapping):
        told["value"] = {name: value[name] for name in ("k", "n") if name in value}
    return hide(told)


def score_for_store(
    score: Mapping[str, Any], private: frozenset[str], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The explained score without private items. The answers it repeats are those of `answers`,
    which are for the store already."""
    items = [
        {**item, "answer": _value(answers.get(item["key"])) if item["r"] is not None else None}
        for item in score["items"]
        if item["key"] not in private
    ]
    criticals = [fired for fired in score["criticals"] if fired["item"] not in private]
    why = [cause for cause in score["why"] if cause["key"] not in private]
    sections = [_without(private, section) for section in score["sections"]]
    return {**score, "sections": sections, "items": items, "criticals": criticals, "why": why}


def _without(private: frozenset[str], section: Mapping[str, Any]) -> Mapping[str, Any]:
    """Which critical item failed a section is not told when the item is private."""
    failed_by = section.get("failed_by", ())
    if private.isdisjoint(failed_by):
        return section
    return {**section, "failed_by": [key for key in failed_by if key not in private]}


def _value(answer: Any) -> Any:
    return answer.get("value") if isinstance(answer, Mapping) else None
