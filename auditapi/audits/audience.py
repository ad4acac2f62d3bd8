"""What a store may know of an audit, as plain rules (pure). Pages and reports share them.

The store's view, for stores and regions, has the auditor's code instead of the name, the part
of the day instead of the minute, no positions, no receipts, no names of staff, and nothing that
is meant for head office.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from auditapi.audits.names import NameHider

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


def public_items(checklist: Mapping[str, Any]) -> frozenset[str]:
    """Keys of the items that a store may see, of a checklist as JSON. Whatever has another key is
    not shown: a phone may write what it likes beside the answers."""
    every = (item["key"] for section in checklist["sections"] for item in section["items"])
    return frozenset(every) - private_items(checklist)


def is_news(
    *,
    number: int,
    made_at: datetime,
    released_at: datetime | None,
    changed: Collection[str],
    public: frozenset[str],
) -> bool:
    """Whether a store is told of a revision: it was made after the store could read the audit, and
    concerns something that a store reads. One that changes no answer covers photos."""
    # The first one is what was completed, and for most kinds released, in one go.
    after_release = released_at is not None and number > 1 and made_at > released_at
    return after_release and (not changed or not public.isdisjoint(changed))


def reason_for_store(reason: str, changed: Collection[str], hide: NameHider) -> str:
    """Why an answer that the store sees was changed. Why a photo was covered is not told: it may
    be one that only head office sees, and the reason would say what is on it."""
    return str(hide(reason)) if changed else ""


def signed_names(
    answers: Mapping[str, Any], revisions: Iterable[Iterable[Mapping[str, Any]]]
) -> list[str]:
    """Whoever signed with a name: in the document's answers, and in what each revision made of
    them, replaced since or not. The words of an audit may name them all."""
    changed = (change["answer"] for changes in revisions for change in changes)
    every = chain(answers.values(), changed)
    values = (answer.get("value") for answer in every if isinstance(answer, Mapping))
    names = (value.get("name") for value in values if isinstance(value, Mapping))
    return [name for name in names if isinstance(name, str) and name.strip()]


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
    score: Mapping[str, Any], public: frozenset[str], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The explained score of the items in `public`. The answers it repeats are those of `answers`,
    which are for the store already."""
    private = frozenset(item["key"] for item in score["items"]) - public
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
