"""What a store may not see leaves here, before anything else looks at the data.

The store's view (stores, regions, share links) has the auditor's code instead of the name, the
part of the day instead of the minute, no positions, no receipts, no names of staff, and nothing
that is meant for head office. The audit's id goes too: a UUIDv7 tells the millisecond it was
made in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditapi.audits.audience import (
    COVERT_KINDS,
    answer_for_store,
    is_news,
    part_of_day,
    public_items,
    reason_for_store,
    score_for_store,
)
from auditapi.audits.names import NameHider
from auditapi.reports.view import Audit, Auditor, Evidence, Photo, ReportInput, Revision


def for_audience(report: ReportInput) -> ReportInput:
    """The same report with everything gone that its audience may not see, or that only this
    module has to know."""
    if report.audience == "store":
        report = for_store(report)
    return replace(
        report,
        audit=replace(report.audit, released_at=None),
        store=replace(report.store, managers=()),
        signers=(),
    )


def for_store(report: ReportInput) -> ReportInput:
    """Strip `report` down to what people of the store may know."""
    public = public_items(report.checklist)
    hide = NameHider(_people(report), signed=report.signers)
    answers = _answers(report, public, hide)
    return replace(
        report,
        auditor=Auditor(code=report.auditor.code, name=None),
        store=replace(report.store, managers=()),
        audit=_audit(report.audit, report.store.time_zone, public, hide),
        checklist=_checklist(report.checklist, public),
        score=score_for_store(report.score, public, answers),
        answers=answers,
        signers=(),
        photos=tuple(_photo(p, hide) for p in report.photos if _shown(p, public)),
        repeated={key: n for key, n in report.repeated.items() if key in public},
        provisional=tuple(key for key in report.provisional if key in public),
        evidence=_evidence(report.evidence, report.store.time_zone),
    )


def _people(report: ReportInput) -> list[str | None]:
    authors = (revision.author for revision in report.audit.revisions)
    return [report.auditor.name, *report.store.managers, *authors]


def _audit(audit: Audit, time_zone: str, public: frozenset[str], hide: NameHider) -> Audit:
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
        released_at=None,
        revisions=tuple(
            _revision(revision, time_zone, public, hide)
            for revision in audit.revisions
            if _is_news(revision, audit.released_at, public)
        ),
    )


def _is_news(revision: Revision, released_at: str | None, public: frozenset[str]) -> bool:
    return is_news(
        number=revision.number,
        made_at=datetime.fromisoformat(revision.at),
        released_at=datetime.fromisoformat(released_at) if released_at else None,
        changed=revision.items,
        public=public,
    )


def _revision(
    revision: Revision, time_zone: str, public: frozenset[str], hide: NameHider
) -> Revision:
    local = datetime.fromisoformat(revision.at).astimezone(ZoneInfo(time_zone))
    return replace(
        revision,
        author=None,
        reason=reason_for_store(revision.reason, revision.items, hide),
        at=local.date().isoformat(),
        items=tuple(key for key in revision.items if key in public),
    )


def _evidence(evidence: Evidence, time_zone: str) -> Evidence:
    if evidence.received_at is None:
        return evidence
    local = datetime.fromisoformat(evidence.received_at).astimezone(ZoneInfo(time_zone))
    return replace(evidence, received_at=None, received_day=local.date().isoformat())


def _checklist(checklist: Mapping[str, Any], public: frozenset[str]) -> dict[str, Any]:
    sections = [
        {**section, "items": [item for item in section["items"] if item["key"] in public]}
        for section in checklist["sections"]
    ]
    return {**checklist, "sections": sections}


def _answers(report: ReportInput, public: frozenset[str], hide: NameHider) -> dict[str, Any]:
    covert = report.audit.kind in COVERT_KINDS
    return {
        key: answer_for_store(answer, hide, covert=covert)
        for key, answer in report.answers.items()
        if key in public
    }


def _shown(photo: Photo, public: frozenset[str]) -> bool:
    return photo.audience == "store" and (photo.item is None or photo.item in public)


def _photo(photo: Photo, hide: NameHider) -> Photo:
    return replace(
        photo,
        caption=hide(photo.caption),
        marks=tuple(_mark(mark, hide) for mark in photo.marks),
        taken_at=None,
        latitude=None,
        longitude=None,
        missing=hide(photo.missing),
    )


def _mark(mark: Mapping[str, Any], hide: NameHider) -> Mapping[str, Any]:
    return {**mark, "text": hide(mark["text"])} if "text" in mark else mark
