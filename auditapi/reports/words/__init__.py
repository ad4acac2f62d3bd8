"""The report's own words, dates and figures, as the reader writes them.

One YAML file a language; figures and dates come from CLDR (Babel). What people wrote themselves
is never translated.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from babel import Locale, dates, numbers

_FOLDER = Path(__file__).parent
_SHARED_BEFORE = re.compile(r"(\D+)\d.*\n\1\d")
_SHARED_AFTER = re.compile(r".*\d(\D+)\n.*\d\1$")
_COUNTRIES = {"en": "GB", "ko": "KR", "zh-Hant": "TW", "ru": "RU"}

Number = Fraction | Decimal | int | float | str


def rounded(value: Number, digits: int = 1) -> Decimal:
    """`value` as it is printed: `digits` decimals, half up, exact until then."""
    exact = Fraction(value)
    quantum = Decimal(1).scaleb(-digits)
    scaled = exact * 10**digits
    # Rounding an exact fraction, not its binary neighbour: 89.95 prints as 90.0.
    whole = (abs(scaled) * 2 + 1) // 2
    return (Decimal(whole if scaled >= 0 else -whole) * quantum).quantize(quantum, ROUND_HALF_UP)


class Words:
    """The words of one language, with figures and dates of one country."""

    def __init__(self, language: str, country: str | None = None) -> None:
        self.language = language
        self._words = catalogue(language)
        territory = (country or _COUNTRIES[language]).upper()
        self.locale = Locale.parse(f"{language.replace('-', '_')}_{territory}")

    def __call__(self, key: str, **values: object) -> str:
        """The word `key` ("findings.title") with `values` filled in.

        A word that has plural forms takes the one for `n`.
        """
        word: Any = self._words
        for part in key.split("."):
            word = word[part]
        if isinstance(word, dict):
            form = self.locale.plural_form(int(str(values["n"])))
            word = word.get(form, word["other"])
        return str(word).format_map(values)

    def has(self, key: str) -> bool:
        """Whether there is a word `key`."""
        group, _, name = key.partition(".")
        return name in self._words.get(group, {})

    def number(self, value: Number, digits: int = 1, *, trim: bool = False) -> str:
        """`value` with `digits` decimals; `trim` drops zeros at the end."""
        shown = rounded(value, digits)
        pattern = "#,##0." + ("#" if trim else "0") * digits if digits else "#,##0"
        return numbers.format_decimal(shown, pattern, locale=self.locale)

    def percent(self, value: Number, digits: int = 1) -> str:
        """`value`, 0…100, as a percentage."""
        pattern = self.locale.percent_formats[None].pattern
        pattern = pattern.replace("0%", "0." + "0" * digits + "%") if digits else pattern
        if digits and "." not in pattern:
            pattern = pattern.replace("##0", "##0." + "0" * digits)
        return numbers.format_percent(rounded(value, digits) / 100, pattern, locale=self.locale)

    def day(self, value: str | date) -> str:
        """A date in full: «20 November 2026»."""
        return dates.format_date(_date(value), "long", locale=self.locale)

    def short_day(self, value: str | date) -> str:
        """Day and month, for charts: «20 Nov»."""
        return dates.format_skeleton("MMMd", _date(value), locale=self.locale)

    def time(self, moment: str, zone: str) -> str:
        """Hour and minute of an RFC 3339 moment on the clocks of `zone`."""
        return self._clock(_local(moment, zone))

    def span(self, begin: str, end: str, zone: str) -> str:
        """From one `time` to another; the half of the day that they share is written once."""
        one, other = self.time(begin, zone), self.time(end, zone)
        if shared := _SHARED_BEFORE.match(f"{one}\n{other}"):
            other = other.removeprefix(shared[1])
        elif shared := _SHARED_AFTER.match(f"{one}\n{other}"):
            one = one.removesuffix(shared[1])
        return self("head.from_to", start=one, end=other)

    def moment(self, moment: str, zone: str) -> str:
        """Date, hour and minute of an RFC 3339 moment on the clocks of `zone`."""
        local = _local(moment, zone)
        return self.joined("moment", self.day(local.date()), self._clock(local))

    def _clock(self, local: datetime) -> str:
        """The halves of the day in full: Korean abbreviates 오전 to «AM», which nobody writes."""
        pattern = self.locale.time_formats["short"].pattern
        return dates.format_time(local, pattern.replace("a", "aaaa"), locale=self.locale)

    def listing(self, parts: list[str]) -> str:
        """`parts` separated as a list of short facts is."""
        return self("joint.list").join(parts)

    def sentences(self, parts: list[str]) -> str:
        """Whole sentences, one after the other."""
        return self("joint.sentences").join(parts)

    def joined(self, joint: str, *parts: str) -> str:
        """What there is of `parts`, joined as `joint` ("place", "kind", "moment") is."""
        return self(f"joint.{joint}").join(part for part in parts if part)


@cache
def catalogue(language: str) -> dict[str, Any]:
    """The words of `language` as they stand in its file."""
    text = (_FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


def local_day(moment: str, zone: str) -> str:
    """The date of an RFC 3339 moment in `zone`, as ISO 8601."""
    return _local(moment, zone).date().isoformat()


def _date(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _local(moment: str, zone: str) -> datetime:
    at = datetime.fromisoformat(moment)
    # A moment without offset is meant on the store's clocks, never on this machine's.
    return at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at.astimezone(ZoneInfo(zone))
