"""Telling one report in one language: texts picked, answers worded, items looked up.

Shared by the `story_*` modules; holds the stripped input (`privacy`) and decides nothing about
layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from auditapi.reports import text
from auditapi.reports.pages import Free
from auditapi.reports.result import ItemResult, Result, read
from auditapi.reports.view import Photo, ReportInput
from auditapi.reports.words import Words, rounded


class Telling:
    """`report` as its reader is told it."""

    def __init__(self, report: ReportInput) -> None:
        self.report = report
        self.word = Words(report.language, report.country)
        self.languages: list[str] = list(report.checklist.get("languages") or ["en"])

    @cached_property
    def result(self) -> Result:
        return read(self.report.score)

    @cached_property
    def sections(self) -> list[Mapping[str, Any]]:
        return list(self.report.checklist["sections"])

    @cached_property
    def items(self) -> dict[str, Mapping[str, Any]]:
        """Every item of the checklist by key, in the checklist's order."""
        return {item["key"]: item for section in self.sections for item in section["items"]}

    @cached_property
    def section_of(self) -> dict[str, Mapping[str, Any]]:
        """The section each item stands in, by the item's key."""
        return {item["key"]: section for section in self.sections for item in section["items"]}

    @cached_property
    def photos(self) -> list[tuple[int, Photo]]:
        """All photos with the numbers they have throughout the report, from 1."""
        order = {key: place for place, key in enumerate(self.items)}

        def by_item(photo: Photo) -> tuple[int, str]:
            return order.get(photo.item or "", len(order)), photo.taken_at or ""

        def by_time(photo: Photo) -> tuple[int, str]:
            return 0, photo.taken_at or ""

        by = by_item if self.report.photo_order == "item" else by_time
        return list(enumerate(sorted(self.report.photos, key=by), start=1))

    def photos_of(self, key: str) -> list[tuple[int, Photo]]:
        """The photos that show item `key`, with their numbers."""
        return [(number, photo) for number, photo in self.photos if photo.item == key]

    def tell(self, texts: Mapping[str, str] | None, limit: int = 600) -> Free:
        """The text in the reader's language, else in the checklist's own."""
        texts = texts or {}
        for language in (self.report.language, *self.languages, *texts):
            if texts.get(language):
                return Free(text.clean(texts[language], limit), language)
        return Free("", self.report.language)

    def own(self, words: str | None, limit: int = text.LONGEST_NOTE) -> Free | None:
        """What a person wrote; None when it is nothing."""
        cleaned = text.clean(words or "", limit)
        if not cleaned:
            return None
        return Free(cleaned, text.language_of(cleaned, self.report.audit.language))

    def line(self, words: str | None, limit: int = text.LONGEST_NAME) -> Free:
        """A name or an address: one line, in the language its script tells."""
        cleaned = text.one_line(words or "", limit)
        return Free(cleaned, text.language_of(cleaned, self.report.language))

    def said(self, words: str) -> Free:
        """The report's own words."""
        return Free(words, self.report.language)

    def percent(self, value: Fraction | None) -> str:
        """A percentage, or a dash where there is none."""
        return "–" if value is None else self.word.percent(value)

    def coverage(self, value: Fraction | None) -> str:
        """Coverage as it was held against its floor, to one decimal; «85%» where that is nothing,
        and never 100 % when it is not whole."""
        if value is None:
            return "–"
        shown = rounded(value)
        if shown == 100 and value < 100:
            shown = Decimal("99.9")
        return self.word.percent(shown, 0 if shown == int(shown) else 1)

    def moment(self, at: str) -> str:
        """Date and time at the store; what is no time is shown as the phone wrote it."""
        try:
            return self.word.moment(at, self.report.store.time_zone)
        except ValueError:
            return text.one_line(at, 40) or "–"

    def points(self, value: Fraction) -> str:
        """Points of the overall result; «0.1» at least for what is not nothing."""
        shown = rounded(value, 1)
        return self.word.number(Fraction(1, 10) if shown == 0 and value > 0 else value)

    def names(self, keys: Iterable[str]) -> str:
        """Several items or sections, as they are called in a sentence."""
        return self.word.listing([self.name_of(key) for key in keys])

    def name_of(self, key: str) -> str:
        """An item as it is called in a sentence: its key."""
        return text.one_line(key, 40)

    def answer(self, item: Mapping[str, Any]) -> Free:
        """The answer in words; empty where the answer is itself a text (see `note`)."""
        answer = self.report.answers.get(item["key"])
        if not isinstance(answer, Mapping):
            photos = self.photos_of(item["key"])
            return self.said(self.word("items.not_answered") if not photos else "")
        if answer.get("na"):
            return self.said(self.word("items.not_applicable"))
        return self._value(item, answer.get("value"))

    def note(self, item: Mapping[str, Any]) -> Free | None:
        """The note under an answer: the comment, the reason of an N/A, or the text answered."""
        answer = self.report.answers.get(item["key"])
        if not isinstance(answer, Mapping):
            return None
        if answer.get("na"):
            return self.own(answer.get("reason") or answer.get("note"))
        if item["kind"] == "text" and isinstance(answer.get("value"), str):
            both = [answer["value"], answer.get("note")]
            return self.own("\n".join(part for part in both if part))
        return self.own(answer.get("note"))

    def _value(self, item: Mapping[str, Any], value: Any) -> Free:
        match item["kind"], value:
            case "yes_no", "yes" | "no":
                return self.said(self.word(f"items.{value}"))
            case "choice", str():
                return self._options(item, [value])
            case "choices", list():
                return self._options(item, value)
            case "date", str():
                return self.said(self._day(value))
            case "signature", Mapping():
                return self.said(self.word("items.signed"))
            case "text", _:
                return self.said("")
            case _, None:
                return self.said("")
        return self.said(self._figure(item, value))

    def _day(self, value: str) -> str:
        try:
            return self.word.day(value)
        except ValueError:
            return text.one_line(value, 40)

    def _figure(self, item: Mapping[str, Any], value: Any) -> str:
        if isinstance(value, Mapping) and "k" in value:
            k, n = (self._number(value[name]) for name in ("k", "n"))
            return self.word("items.count_of", k=k, n=n)
        number = self._number(value)
        match item["kind"]:
            case "scale":
                top = item.get("max") or len(item.get("anchors") or ()) or 5
                return self.word("items.scale_of", k=number, n=top)
            case "count" if isinstance(item.get("of"), int):
                return self.word("items.count_of", k=number, n=item["of"])
            case "seconds":
                return self.word("items.seconds", n=number)
        unit = self.tell(item.get("unit"), 30).text
        return f"{number}\u00a0{unit}" if unit else number

    def _number(self, value: Any) -> str:
        try:
            return self.word.number(Fraction(str(value)), 2, trim=True)
        except (ValueError, ZeroDivisionError):
            return text.one_line(str(value), 60)

    def _options(self, item: Mapping[str, Any], keys: list[str]) -> Free:
        options = {option["key"]: option for option in item.get("options", ())}
        chosen = [self.tell(options[key]["text"], 120) for key in keys if key in options]
        if not chosen:
            return self.said(text.one_line(self.word.listing(list(map(str, keys))), 120))
        return Free(self.word.listing([one.text for one in chosen]), chosen[0].lang)

    def outcome(self, outcome: str) -> str:
        return self.word(f"outcome.{outcome}")

    def labels(self, result: ItemResult) -> tuple[tuple[str, str], ...]:
        """Small labels on an item: (style, word)."""
        labels = [("critical", self.word("findings.critical"))] if result.critical_fired else []
        times = self.report.repeated.get(result.key, 0)
        if times > 0 and result.missed:
            labels.append(("repeated", self.word("findings.repeated", n=times)))
        return tuple(labels)
