"""The first page: where, when, what; how it was; what went wrong; what deserves praise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from auditapi.reports import charts, findings, text
from auditapi.reports.pages import Finding, Free, Head, Verdict
from auditapi.reports.story_photos import picture
from auditapi.reports.telling import Telling
from auditapi.reports.words import local_day

MOST_HISTORY = 6
MOST_CRITICALS = 3
CROWDED = 5


@dataclass(frozen=True)
class Room:
    """What one finding may take: ems of text and of note (None: all), and the photo's box."""

    text: int
    note: int | None
    photo: tuple[float, float, float]


# Measured so that the first page holds five findings, praise and the lines for action on A4 and
# on Letter; a line of a pictured finding is about 44 ems.
_FIRST_PAGE = {1: Room(130, 400, (34, 25, 0.62)), 2: Room(130, 260, (34, 25, 0.62)),
               3: Room(130, 130, (34, 25, 0.62)), 4: Room(130, 88, (30, 20, 0.55))}  # fmt: skip
_FIRST_PAGE_CROWDED = {"A4": Room(86, 84, (24, 15.5, 0.5)), "Letter": Room(86, 45, (18, 11, 0.4))}
_SHORT = Room(130, 92, (24, 18, 0.5))
_WHOLE = Room(600, None, (58, 44, 0.8))


def head(telling: Telling) -> Head:
    """Who, where and when."""
    report, word = telling.report, telling.word
    organisation = telling.line(report.organisation.name, 80)
    logo = report.organisation.logo
    ratio = min(40.0 / logo.width, 12.0 / logo.height) if logo else 0.0
    place = word.joined("place", report.store.address, report.store.region)
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
        place=_one_line(telling, place),
        facts=tuple(_facts(telling)),
    )


def _one_line(telling: Telling, words: str) -> Free:
    line = telling.line(words)
    return Free(text.fit(line.text, 56), line.lang)


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
    name = (
        word(f"kind.{audit.kind}")
        if word.has(f"kind.{audit.kind}")
        else text.one_line(audit.kind, 40)
    )
    scenario = f"scenario.{audit.scenario}"
    return word.joined("kind", name, word(scenario) if word.has(scenario) else "")


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
        return word.joined("moment", written, word(f"daypart.{audit.daypart}"))
    if audit.started_at and audit.finished_at:
        return word.joined("moment", written, word.span(audit.started_at, audit.finished_at, zone))
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
        details=telling.word.sentences(details(telling)),
        criticals=word("first.criticals", n=len(fired)) if fired else word("first.criticals_none"),
        critical_items=tuple(
            _fitted(telling, item.key, 27)
            for item in fired[:MOST_CRITICALS]
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


def details(telling: Telling) -> list[str]:
    """Why the outcome is what it is, then why the figure is: whole sentences, each of them once
    for all the items and sections that it speaks of."""
    return [*_of_outcome(telling), *_of_figure(telling)]


def _of_outcome(telling: Telling) -> Iterator[str]:
    word, result = telling.word, telling.result
    if result.failed_by:
        yield word("first.fail_visit", item=telling.names(result.failed_by))
    if result.below_pass_mark and result.pass_mark is not None:
        yield word("first.below_pass", mark=telling.percent(result.pass_mark))
    if result.below_section_mark:
        below = [
            word("first.with_mark", section=telling.name_of(key), mark=telling.percent(mark))
            for key, mark in result.below_section_mark
        ]
        yield word("first.below_section", sections=word.listing(below))


def _of_figure(telling: Telling) -> Iterator[str]:
    """The raw result stands wherever it is not the figure itself, with what lies between."""
    word, result = telling.word, telling.result
    if telling.percent(result.raw) != telling.percent(result.percentage):
        yield word("first.raw", raw=telling.percent(result.raw))
    if result.failed_sections:
        yield word("first.section_failed", sections=_failed_sections(telling))
    if result.binding_caps:
        by = telling.names([key for key, _ in result.binding_caps])
        yield word("first.capped", cap=telling.percent(result.binding_caps[0][1]), item=by)
    elif result.bonus:
        yield word("first.bonus", points=telling.points(result.bonus))
    if telling.report.provisional:
        yield word("first.provisional", item=telling.names(telling.report.provisional))


def _failed_sections(telling: Telling) -> str:
    """Each once, with all the items that failed it."""
    by_section: dict[str, list[str]] = {}
    for section, item in telling.result.failed_sections:
        by_section.setdefault(section, []).append(item)
    return telling.word.listing(
        [
            telling.word(
                "first.because", section=telling.name_of(section), item=telling.names(items)
            )
            for section, items in by_section.items()
        ]
    )


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
    room = _FIRST_PAGE.get(len(top)) or _FIRST_PAGE_CROWDED[telling.report.paper]
    first = [_finding(telling, n, one, room) for n, one in enumerate(top, start=1)]
    rest = found[len(top) :]
    room = _SHORT if telling.report.variant == "short" else _WHOLE
    others = [_finding(telling, n, one, room) for n, one in enumerate(rest, start=len(top) + 1)]
    return first, others


def _finding(telling: Telling, number: int, found: findings.Ranked, room: Room) -> Finding:
    item = telling.items[found.item.key]
    note = telling.note(item)
    if note is not None and room.note is not None:
        note = Free(text.fit(" ".join(note.text.split()), room.note), note.lang)
    photos = [(n, p) for n, p in telling.photos_of(found.item.key) if p.print_sha256]
    photos.sort(key=lambda numbered: not numbered[1].marks)
    asked = telling.tell(item["text"])
    return Finding(
        number=number,
        key=telling.name_of(found.item.key),
        text=Free(text.fit(asked.text, room.text), asked.lang),
        section=telling.tell(telling.section_of[found.item.key]["title"], 80),
        labels=telling.labels(found.item),
        answer=telling.answer(item),
        lost=telling.word("findings.lost", points=telling.points(found.item.lost)),
        note=note,
        picture=picture(telling, *photos[0], *room.photo) if photos else None,
    )


def praised(telling: Telling) -> tuple[Free, ...]:
    """The texts of what deserves praise; fewer where the page is full of findings."""
    praise = findings.praise(telling.result.items)[: 2 if crowded(telling) else None]
    return tuple(_fitted(telling, item.key, 56) for item in praise if item.key in telling.items)


def crowded(telling: Telling) -> bool:
    """Whether findings take most of the first page."""
    return len(ranked(telling)) >= CROWDED


def _fitted(telling: Telling, key: str, ems: float) -> Free:
    """The text of an item on one line."""
    asked = telling.tell(telling.items[key]["text"])
    return Free(text.fit(asked.text, ems), asked.lang)
