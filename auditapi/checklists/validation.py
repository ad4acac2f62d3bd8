"""Whether an audit's answers make sense: each fault with the item and a stable code.

The phone runs the same rules before it seals an audit; tests/vectors/validation.json holds the
cases that both must decide alike. On the server a fault quarantines an audit, it never loses
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from auditapi.checklists.answer_values import ValueCode, value_faults
from auditapi.checklists.answers import Answer, Answers, is_given, is_na, text_in
from auditapi.checklists.evidence import missing_evidence
from auditapi.checklists.items import AnyItem
from auditapi.checklists.structure import Checklist
from auditapi.checklists.visibility import Attributes, Visibility, visibility

AnswerCode = Literal[
    "unknown_item",
    "malformed",
    "required",
    "na_not_allowed",
    "na_with_value",
    "na_without_reason",
    "comment_missing",
    "photo_missing",
]
Code = AnswerCode | ValueCode
CODES: tuple[Code, ...] = (*get_args(AnswerCode), *get_args(ValueCode))

SOURCES = (None, "timed", "counted", "remembered")

#: How many photos name each item.
Photos = Mapping[str, int]
Fault = tuple[Code, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One fault: the item's key, a code for programs, a sentence in English for people."""

    item: str
    code: Code
    message: str


def check_answers(
    checklist: Checklist,
    answers: Answers,
    photos_by_item: Photos,
    store: Attributes,
    assignment: Attributes,
    language: str | None = None,
) -> list[Reason]:
    """Every fault of the answers, in the order of the checklist.

    ``language`` is the one the auditor wrote in, for lengths of text that differ by language;
    without it the checklist's first one counts. Answers to hidden items are ignored.
    """
    visible = visibility(checklist, answers, store, assignment)
    covert = assignment.get("covert") is True
    return answer_faults(checklist, answers, photos_by_item, visible, covert, language)


def answer_faults(
    checklist: Checklist,
    answers: Answers,
    photos_by_item: Photos | None,
    visible: Visibility,
    covert: bool,
    language: str | None = None,
) -> list[Reason]:
    """``check_answers`` for callers who know already what is visible. Without photo counts
    (None) every photo counts as taken."""
    language = language if language in checklist.languages else checklist.languages[0]
    reasons = [
        Reason(str(key), "unknown_item", "The checklist has no such item.")
        for key in answers
        if key not in checklist.items
    ]
    for key, item in checklist.items.items():
        if key in visible.shown:
            photos = 1 if photos_by_item is None else photos_by_item.get(key, 0)
            faults = _faults(item, answers.get(key, {}), photos, covert, language)
            reasons += [Reason(key, code, message) for code, message in faults]
    return reasons


def _faults(
    item: AnyItem, raw: object, photos: int, covert: bool, language: str
) -> Iterator[Fault]:
    """The faults of one shown item's answer."""
    if not isinstance(raw, Mapping) or not _well_formed(raw):
        yield "malformed", "The answer does not have the form of an answer."
    elif is_na(raw):
        yield from _na_faults(item, raw)
    elif not (photos > 0 if item.kind == "photo" else is_given(raw)):
        if item.required:
            yield "required", "An answer is required."
    elif faults := [] if item.kind == "photo" else list(value_faults(item, raw["value"], language)):
        yield from faults
    else:
        for need in missing_evidence(item, raw, photos, covert):
            yield _MISSING[need]


_MISSING: Mapping[str, Fault] = {
    "comment": ("comment_missing", "This answer needs a comment."),
    "photo": ("photo_missing", "This answer needs a photo."),
}


def _well_formed(answer: Answer) -> bool:
    texts = (answer.get("note"), answer.get("reason"))
    return (
        all(text is None or isinstance(text, str) for text in texts)
        and (answer.get("na") is None or isinstance(answer["na"], bool))
        and answer.get("source") in SOURCES
    )


def _na_faults(item: AnyItem, answer: Answer) -> Iterator[Fault]:
    if not item.na:
        yield "na_not_allowed", "This item can't be answered «not applicable»."
    if is_given(answer):
        yield "na_with_value", "The answer is «not applicable» and has a value."
    if not text_in(answer, "reason"):
        yield "na_without_reason", "«Not applicable» needs a reason."
