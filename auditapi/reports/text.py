"""Making words of unknown origin safe and fit to print. Pure: no templates, no PDF.

People paste anything into a note. What reaches the page is normalised (phones send Korean in
decomposed letters), has no control or direction-changing characters, has a glyph in one of the
fonts for every character, and is no longer than the place can bear.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

ELLIPSIS = "…"
MISSING_GLYPH = "□"
LONGEST_NOTE = 5_000
LONGEST_NAME = 240

_COVERAGE = Path(__file__).parent / "fonts" / "coverage.txt"
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f]"
)
_PILED_MARKS = re.compile("([\u0300-\u036f\u20d0-\u20ff]{2})[\u0300-\u036f\u20d0-\u20ff]+")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


def clean(text: str, limit: int = LONGEST_NOTE) -> str:
    """`text` as it can be printed, cut to `limit` characters with a visible «…»."""
    # Normalising is linear but not free: cut the excess of a 200,000 character note first.
    text = unicodedata.normalize("NFC", text[: limit * 4])
    text = _SURROGATES.sub("\ufffd", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = _PILED_MARKS.sub(r"\1", text)
    text = _BLANK_LINES.sub("\n\n", text).strip()
    return shorten(_uncovered().sub(MISSING_GLYPH, text), limit)


def one_line(text: str, limit: int = LONGEST_NAME) -> str:
    """`clean`, with every run of white space as one space."""
    return shorten(" ".join(clean(text, limit + 1).split()), limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters; what was cut shows as «…»."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def width(text: str) -> float:
    """Rough width in ems: an ideograph or Hangul syllable is 1, a Latin letter about 0.55."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.55 for c in text)


def fit(text: str, ems: float) -> str:
    """`text` cut to about `ems` ems of line, with «…» where it was cut."""
    used = 0.0
    for index, character in enumerate(text):
        used += width(character)
        if used > ems:
            return text[:index].rstrip() + ELLIPSIS
    return text


def language_of(text: str, otherwise: str) -> str:
    """The language `text` is written in, told by its script; `otherwise` when in doubt.

    Latin letters do not speak against Korean, Chinese or Russian: brands and sizes stand in
    every note.
    """
    counts = {
        "ko": len(_HANGUL.findall(text)),
        "zh-Hant": len(_HAN.findall(text)),
        "ru": len(_CYRILLIC.findall(text)),
    }
    if counts["ko"]:
        return "ko"
    best = max(counts, key=lambda language: counts[language])
    if counts[best]:
        return best
    if otherwise in counts and _LATIN.search(text):
        return "en"
    return otherwise


@cache
def _uncovered() -> re.Pattern[str]:
    """Matches a character that none of the fonts can draw (see `fonts/coverage.txt`)."""
    ranges = [line.split("-") for line in _COVERAGE.read_text(encoding="ascii").split()]
    spans = (f"\\U{int(a, 16):08x}-\\U{int(b, 16):08x}" for a, b in ranges)
    return re.compile("[^\n\t" + "".join(spans) + "]")
