"""The sections as bars, and the whole checklist with answers, points and notes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from auditapi.reports import charts
from auditapi.reports.pages import ItemRow, ItemSection, SectionRow
from auditapi.reports.result import ItemResult
from auditapi.reports.story_first import word_value
from auditapi.reports.telling import Telling


def section_rows(telling: Telling, accent: str) -> tuple[SectionRow, ...]:
    """One bar for every section that carries weight in this visit."""
    last = telling.report.history[-1].sections if telling.report.history else {}
    results = telling.result.sections
    return tuple(
        _bar(telling, section, last, accent)
        for section in telling.sections
        if section["key"] in results and results[section["key"]].designed > 0
    )


def _bar(
    telling: Telling, section: Mapping[str, Any], last: Mapping[str, str], accent: str
) -> SectionRow:
    key, word = section["key"], telling.word
    result = telling.result.sections[key]
    title = telling.tell(section["title"], 90)
    before = Fraction(last[key]) if last.get(key) else None
    now = telling.percent(result.percentage)
    values = {"section": title.text, "now": now, "last": telling.percent(before)}
    spoken = word(
        "sections.bar_title" if before is not None else "sections.bar_title_first", **values
    )
    return SectionRow(
        key=telling.name_of(key),
        title=title,
        chart=charts.bar(
            None if result.percentage is None else word_value(result.percentage),
            None if before is None else word_value(before),
            accent,
            spoken,
        ),
        figure=word("sections.unrated") if result.percentage is None else now,
        last=telling.percent(before),
        coverage=telling.coverage(result.coverage),
    )


def legend(telling: Telling) -> str | None:
    """What the bar and the line across it mean; None without an earlier audit."""
    history = telling.report.history
    if not history:
        return None
    return telling.word("sections.legend", day=telling.word.day(history[-1].day))


def rules(telling: Telling) -> str:
    """How the result was made: method and version of the rules."""
    word, result = telling.word, telling.result
    method = word(f"method.{result.method}")
    return word("page.rules", method=method, version=result.rules_version)


def figures(telling: Telling) -> tuple[tuple[str, str], ...]:
    """The three figures beside the percentage: must-be, linear, delight."""
    word, result = telling.word, telling.result
    made = []
    if result.must_be_of is not None:
        value = word("sections.of", k=result.must_be_failed, n=result.must_be_of)
        made.append((word("sections.must_be"), value))
    if result.linear is not None:
        made.append((word("sections.linear"), telling.percent(result.linear)))
    if result.delight_of:
        value = word("sections.of", k=result.delight_met, n=result.delight_of)
        made.append((word("sections.delight"), value))
    return tuple(made)


def item_sections(telling: Telling) -> tuple[ItemSection, ...]:
    """Every item that was part of this visit, section by section."""
    made = []
    for section in telling.sections:
        rows = tuple(_row(telling, i) for i in section["items"] if _belongs(telling, i["key"]))
        if rows:
            made.append(_section(telling, section, rows))
    return tuple(made)


def _section(
    telling: Telling, section: Mapping[str, Any], rows: tuple[ItemRow, ...]
) -> ItemSection:
    result = telling.result.sections.get(section["key"])
    rated = result is not None and result.designed > 0 and result.percentage is not None
    return ItemSection(
        key=telling.name_of(section["key"]),
        title=telling.tell(section["title"], 120),
        figure=telling.percent(result.percentage) if rated and result else "",
        rows=rows,
    )


def _belongs(telling: Telling, key: str) -> bool:
    """Items that the visit's kind or an answer hid are left out; nobody was asked them."""
    result = telling.result.by_key.get(key)
    left_out = (result.left_out if result is not None else None) or ""
    if left_out.startswith("hidden"):
        return False
    return key in telling.report.answers or bool(telling.photos_of(key))


def _row(telling: Telling, item: Mapping[str, Any]) -> ItemRow:
    key = item["key"]
    result = telling.result.by_key.get(key)
    scored = result is not None and result.left_out is None
    numbers = telling.word.listing([str(number) for number, _ in telling.photos_of(key)])
    return ItemRow(
        key=telling.name_of(key),
        text=telling.tell(item["text"]),
        answer=telling.answer(item),
        points=_points(telling, result) if result is not None and scored else "",
        note=telling.note(item),
        photos=telling.word("items.photo", numbers=numbers) if numbers else "",
        labels=telling.labels(result) if result is not None else (),
        quiet=not scored,
        missed=result is not None and result.missed,
    )


def _points(telling: Telling, result: ItemResult) -> str:
    number = telling.word.number
    return telling.word(
        "items.earned",
        earned=number(result.earned, 2, trim=True),
        possible=number(result.possible, 2, trim=True),
    )
