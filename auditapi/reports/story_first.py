"""The first page: where, when, what; how it was; what went wrong; what deserves praise."""

from __future__ import annotations

from fractions import Fraction

from auditapi.reports import charts, findings, text
from auditapi.reports.pages import Finding, Free, Head, Verdict
from auditapi.reports.story_photos import picture
from auditapi.reports.telling import Telling
from auditapi.reports.words import local_day

MOST_HISTORY = 6
_THUMB = (34.0, 25.0, 0.62)
_FINDING = (58.0, 44.0, 0.8)
_NOTE_EMS = {1: 400, 2: 260, 3: 170, 4: 112, 5: 84}


def head(telling: Telling) -> Head:
    """Who, where and when."""
    report, word = telling.report, telling.word
    organisation = telling.line(report.organisation.name, 80)
    logo = report.organisation.logo
    ratio = min(40.0 / logo.width, 12.0 / logo.height) if logo else 0.0
    place = ", ".join(part for part in (report.store.address, report.store.region) if part)
    return Head(
        organisation=organisation.text,
        organisation_lang=organisation.lang,
        logo=f"asset:{logo.sha256}" if logo else None,
        logo_alt=word("page.logo", name=organisation.text),
        logo_width=logo.width * ratio if logo else 0.0,
        logo_height=logo.height * ratio if logo else 0.0,
        report_name=_report_name(telling),
        kind=kind(telling),
        store=telling.line(report.store.name),
        store_code=text.one_line(report.store.code, 40),
        place=telling.line(place),
        facts=tuple(_facts(telling)),
    )


def _report_name(telling: Telling) -> str:
    """What this paper is: «Audit report · Head office only · Revision 2»."""
    report, word = telling.report, telling.word
    parts = [word(f"variant.{report.variant}"), word(f"audience.{report.audience}")]
    if report.audit.revision > 1:
        parts.append(f"{word('head.revision')} {report.audit.revision}")
    return " · ".join(parts)


def kind(telling: Telling) -> str:
    """The kind of audit, with the scenario where there is one."""
    word, audit = telling.word, telling.report.audit
    name = word(f"kind.{audit.kind}") if word.has(f"kind.{audit.kind}") else audit.kind
    scenario = f"scenario.{audit.scenario}"
    return f"{name}, {word(scenario)}" if audit.scenario and word.has(scenario) else name


def day(telling: Telling) -> str:
    """The day of the audit at the store, ISO 8601."""
    audit = telling.report.audit
    moment = audit.finished_at or audit.started_at
    if audit.day is None and moment is not None:
        return local_day(moment, telling.report.store.time_zone)
    return audit.day or ""


def _facts(telling: Telling) -> list[tuple[str, Free]]:
    report, word = telling.report, telling.word
    code, name = report.auditor.code, report.auditor.name
    title = telling.tell(report.checklist.get("title"), 120)
    version = word("head.version", title=title.text, n=report.checklist_version)
    auditor = telling.line(f"{name} ({code})" if name else code)
    facts = [(word("head.date"), telling.said(_when(telling)))]
    facts.append((word("head.kind"), telling.said(kind(telling))))
    facts.append((word("head.auditor"), auditor))
    facts.append((word("head.checklist"), Free(version, title.lang)))
    return facts


def _when(telling: Telling) -> str:
    audit, word = telling.report.audit, telling.word
    zone = telling.report.store.time_zone
    written = word.day(day(telling)) if day(telling) else "–"
    if audit.daypart:
        return f"{written}, {word(f'daypart.{audit.daypart}')}"
    if audit.started_at and audit.finished_at:
        start, end = word.time(audit.started_at, zone), word.time(audit.finished_at, zone)
        return f"{written}, {word('head.from_to', start=start, end=end)}"
    return written


def verdict(telling: Telling, accent: str) -> Verdict:
    """Outcome, result, criticals, coverage, and how it compares with the last ones."""
    word, result, report = telling.word, telling.result, telling.report
    fired = [item for item in result.items if item.critical_fired]
    chart, note = _history(telling, accent)
    trust = report.trust
    return Verdict(
        outcome=result.outcome,
        outcome_word=telling.outcome(result.outcome),
        figure=telling.percent(result.percentage),
        band=result.band,
        details=tuple(_details(telling)),
        criticals=word("first.criticals", n=len(fired)) if fired else word("first.criticals_none"),
        critical_items=tuple(
            telling.tell(telling.items[item.key]["text"], 140)
            for item in fired
            if item.key in telling.items
        ),
        coverage=word("first.coverage", coverage=telling.coverage(result.coverage)),
        coverage_note=_coverage_note(telling),
        chart=chart,
        chart_note=note,
        trust=word("first.trust", points=word.number(trust.plus_minus)) if trust else None,
    )


def _coverage_note(telling: Telling) -> str | None:
    result = telling.result
    if result.outcome != "not_rated":
        return None
    return telling.word("first.coverage_low", floor=telling.coverage(result.coverage_floor))


def _details(telling: Telling) -> list[str]:
    """Why the figure is what it is, in sentences."""
    word, result = telling.word, telling.result
    details = []
    if result.caps and result.raw is not None and result.percentage != result.raw:
        key, cap = result.caps[0]
        details.append(word("first.raw", raw=telling.percent(result.raw)))
        capped = word("first.capped", cap=telling.percent(cap), item=telling.name_of(key))
        details.append(capped)
    if result.bonus:
        details.append(word("first.bonus", points=telling.points(result.bonus)))
    details += [
        word("first.section_failed", section=telling.name_of(section), item=telling.name_of(item))
        for section, item in result.failed_sections
    ]
    details += [word("first.provisional", item=telling.name_of(k)) for k in result.provisional]
    details += [word("first.fail_visit", item=telling.name_of(k)) for k in result.failed_by]
    if result.below_pass_mark and result.pass_mark is not None:
        details.append(word("first.below_pass", mark=telling.percent(result.pass_mark)))
    details += [
        word("first.below_section", section=telling.name_of(key), mark=telling.percent(mark))
        for key, mark in result.below_section_mark
    ]
    return details


def _history(telling: Telling, accent: str) -> tuple[str, str]:
    report, word, result = telling.report, telling.word, telling.result
    if not report.history:
        return "", word("first.history_first")
    points = [
        _point(telling, past.percentage, past.day, failed=past.outcome != "pass")
        for past in report.history[-(MOST_HISTORY - 1) :]
    ]
    now = None if result.percentage is None else str(word_value(result.percentage))
    points.append(_point(telling, now, day(telling), failed=result.outcome != "pass"))
    told = word.listing([f"{point.day} {point.figure}" for point in points])
    title = word("first.history_title", points=told)
    return charts.history(points, accent, title), word("first.history")


def word_value(value: Fraction) -> float:
    """A percentage as the charts take it; drawing needs no exactness."""
    return round(float(value), 4)


def _point(telling: Telling, percentage: str | None, at: str, *, failed: bool) -> charts.Point:
    exact = None if percentage is None else Fraction(percentage)
    return charts.Point(
        value=None if exact is None else word_value(exact),
        figure="–" if exact is None else telling.word.number(exact),
        day=telling.word.short_day(at) if at else "",
        failed=failed,
    )


def ranked(telling: Telling) -> list[findings.Ranked]:
    """The findings that can be told: their items stand in the checklist."""
    found = findings.rank(telling.result.items, telling.report.repeated)
    return [finding for finding in found if finding.item.key in telling.items]


def told(telling: Telling, found: list[findings.Ranked]) -> tuple[list[Finding], list[Finding]]:
    """The findings of the first page, and the others."""
    top = found[: findings.ON_FIRST_PAGE]
    ems = _NOTE_EMS.get(len(top), 400)
    first = [_finding(telling, n, one, ems) for n, one in enumerate(top, start=1)]
    rest = found[len(top) :]
    others = [_finding(telling, n, one, None) for n, one in enumerate(rest, start=len(top) + 1)]
    return first, others


def _finding(telling: Telling, number: int, found: findings.Ranked, ems: int | None) -> Finding:
    item = telling.items[found.item.key]
    note = telling.note(item)
    if note is not None and ems is not None:
        note = Free(text.fit(" ".join(note.text.split()), ems), note.lang)
    photos = [(n, p) for n, p in telling.photos_of(found.item.key) if p.print_sha256]
    photos.sort(key=lambda numbered: not numbered[1].marks)
    size = _FINDING if ems is None else _THUMB
    return Finding(
        number=number,
        key=telling.name_of(found.item.key),
        text=telling.tell(item["text"], 220 if ems else 600),
        section=telling.tell(telling.section_of[found.item.key]["title"], 80),
        labels=telling.labels(found.item),
        answer=telling.answer(item),
        lost=telling.word("findings.lost", points=telling.points(found.item.lost)),
        note=note,
        picture=picture(telling, *photos[0], *size) if photos else None,
    )


def praised(telling: Telling) -> tuple[Free, ...]:
    """The texts of what deserves praise."""
    return tuple(
        telling.tell(telling.items[item.key]["text"], 160)
        for item in findings.praise(telling.result.items)
        if item.key in telling.items
    )
