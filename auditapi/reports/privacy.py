"""What a store may not see leaves here, before anything else looks at the data.

The store's view (stores, regions, share links) has the auditor's code instead of the name, the
part of the day instead of the minute, no positions, no receipts, no names of staff, and nothing
that is meant for head office. The audit's id goes too: a UUIDv7 tells the millisecond it was
made in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditapi.reports.view import Audit, Auditor, Evidence, Photo, ReportInput, Revision

HIDDEN_NAME = "[…]"
COVERT_KINDS = frozenset({"mystery_shop"})
_DAYPARTS = ((6, "night"), (12, "morning"), (17, "afternoon"), (22, "evening"), (24, "night"))


def for_audience(report: ReportInput) -> ReportInput:
    """The same report with everything gone that its audience may not see."""
    return for_store(report) if report.audience == "store" else report


def for_store(report: ReportInput) -> ReportInput:
    """Strip `report` down to what people of the store may know."""
    private = _private_items(report.checklist)
    hide = _NameHider(_names(report))
    answers = _answers(report, private, hide)
    return replace(
        report,
        auditor=Auditor(code=report.auditor.code, name=None),
        audit=_audit(report.audit, report.store.time_zone, hide),
        checklist=_checklist(report.checklist, private),
        score=_score(report.score, private, answers),
        answers=answers,
        photos=tuple(_photo(p, hide) for p in report.photos if _shown(p, private)),
        repeated={key: n for key, n in report.repeated.items() if key not in private},
        evidence=_evidence(report.evidence, report.store.time_zone),
    )


def part_of_day(at: datetime) -> str:
    """`night`, `morning`, `afternoon` or `evening`, by the hour on the clock of `at`."""
    return next(name for until, name in _DAYPARTS if at.hour < until)


def _private_items(checklist: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        item["key"]
        for section in checklist["sections"]
        for item in section["items"]
        if item.get("audience", "store") != "store"
    )


def _names(report: ReportInput) -> tuple[str, ...]:
    signed = (
        answer["value"].get("name")
        for answer in report.answers.values()
        if isinstance(answer, Mapping) and isinstance(answer.get("value"), Mapping)
    )
    authors = (revision.author for revision in report.audit.revisions)
    return tuple(name for name in (report.auditor.name, *signed, *authors) if name)


class _NameHider:
    """Blots out known names wherever somebody wrote them into a note or a caption."""

    def __init__(self, names: tuple[str, ...]) -> None:
        spellings = sorted({n.strip() for n in names if n.strip()}, key=len, reverse=True)
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


def _audit(audit: Audit, time_zone: str, hide: _NameHider) -> Audit:
    moment = audit.finished_at or audit.started_at
    day, daypart = audit.day, audit.daypart
    if moment is not None:
        local = datetime.fromisoformat(moment).astimezone(ZoneInfo(time_zone))
        day, daypart = local.date().isoformat(), part_of_day(local)
    return replace(
        audit,
        id=None,
        started_at=None,
        finished_at=None,
        positions=(),
        position_missing=None,
        day=day,
        daypart=daypart,
        revisions=tuple(_revision(r, time_zone, hide) for r in audit.revisions),
    )


def _revision(revision: Revision, time_zone: str, hide: _NameHider) -> Revision:
    local = datetime.fromisoformat(revision.at).astimezone(ZoneInfo(time_zone))
    return replace(revision, author=None, reason=hide(revision.reason), at=local.date().isoformat())


def _evidence(evidence: Evidence, time_zone: str) -> Evidence:
    if evidence.received_at is None:
        return evidence
    local = datetime.fromisoformat(evidence.received_at).astimezone(ZoneInfo(time_zone))
    return replace(evidence, received_at=None, received_day=local.date().isoformat())


def _checklist(checklist: Mapping[str, Any], private: frozenset[str]) -> dict[str, Any]:
    sections = [
        {**section, "items": [item for item in section["items"] if item["key"] not in private]}
        for section in checklist["sections"]
    ]
    return {**checklist, "sections": sections}


def _score(
    score: Mapping[str, Any], private: frozenset[str], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The score without private items; the answers it repeats are those that may be seen."""
    items = [
        {**item, "answer": answers.get(item["key"]) if item["r"] is not None else None}
        for item in score["items"]
        if item["key"] not in private
    ]
    criticals = [fired for fired in score["criticals"] if fired["item"] not in private]
    why = [cause for cause in score["why"] if cause["key"] not in private]
    return {**score, "items": items, "criticals": criticals, "why": why}


def _answers(report: ReportInput, private: frozenset[str], hide: _NameHider) -> dict[str, Any]:
    covert = report.audit.kind in COVERT_KINDS
    answers: dict[str, Any] = {}
    for key, answer in report.answers.items():
        if key in private:
            continue
        value = answer.get("value")
        if isinstance(value, Mapping) and "strokes" in value:
            strokes = [] if covert else value["strokes"]
            answers[key] = {**hide(answer), "value": {"name": None, "strokes": strokes}}
        else:
            answers[key] = hide(answer)
    return answers


def _shown(photo: Photo, private: frozenset[str]) -> bool:
    return photo.audience == "store" and photo.item not in private


def _photo(photo: Photo, hide: _NameHider) -> Photo:
    return replace(
        photo,
        caption=hide(photo.caption),
        marks=tuple(_mark(mark, hide) for mark in photo.marks),
        taken_at=None,
        latitude=None,
        longitude=None,
        missing=hide(photo.missing),
    )


def _mark(mark: Mapping[str, Any], hide: _NameHider) -> Mapping[str, Any]:
    return {**mark, "text": hide(mark["text"])} if "text" in mark else mark
