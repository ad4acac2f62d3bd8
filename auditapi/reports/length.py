"""How many pages a report will fill, told from what will stand on them.

A long report has contents, and whether it has any must be known before it is laid out. To have
guessed wrong costs a second layout, so the guess follows report.css; lengths are millimetres.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from auditapi.reports import text
from auditapi.reports.pages import Finding, Free, ItemRow, ItemSection, Picture, Story

CONTENTS_OVER = 10
_BODY = {"A4": 267.0, "Letter": 249.0}
_HEADING, _SECTION, _LINE, _SMALL_LINE = 19.0, 16.0, 4.23, 3.81
_QUESTION, _ANSWER, _NOTE, _FINDING = 42.0, 12.0, 45.0, 46.0
"""How many ems fit into a line."""
_LOST = 1.06
"""What is left empty at the foot of a page, because the next thing is kept whole."""


def wants_contents(story: Story, pages: int) -> bool:
    """Whether a report of so many pages is led by contents."""
    return story.variant == "full" and len(story.blocks) > 1 and pages > CONTENTS_OVER


def pages(story: Story) -> int:
    """About how many it will fill without contents. The first one stands alone; what proves the
    report begins a new one."""
    body = _BODY[story.paper]
    flowing = sum(_HEIGHTS[block](story) for block in story.blocks if block in _HEIGHTS)
    proof = _proof(story) if "evidence" in story.blocks or "revisions" in story.blocks else 0.0
    return 1 + ceil(flowing * _LOST / body) + ceil(proof / body)


def _lines(words: Free | None, ems: float) -> int:
    if words is None:
        return 0
    return sum(max(1, ceil(text.width(line) / ems)) for line in words.text.splitlines() or [""])


def _items(story: Story) -> float:
    return _HEADING + sum(_item_section(section) for section in story.items)


def _item_section(section: ItemSection) -> float:
    return _SECTION + sum(_item(row) for row in section.rows)


def _item(row: ItemRow) -> float:
    question = _lines(row.text, _QUESTION) * _LINE + _lines(row.note, _NOTE) * _SMALL_LINE
    legend = 3.4 if row.photos or row.labels else 0.0
    return 2.2 + max(question + legend, _lines(row.answer, _ANSWER) * _LINE)


def _findings(story: Story) -> float:
    return (_HEADING if story.more else 0.0) + sum(_finding(one) for one in story.more)


def _finding(finding: Finding) -> float:
    words = (_lines(finding.text, _FINDING) + 1) * _LINE + _lines(finding.note, _NOTE) * _SMALL_LINE
    return 4.6 + max(words, finding.picture.height if finding.picture else 0.0)


def _sections(story: Story) -> float:
    return _HEADING + 8.0 + 7.5 * len(story.sections) + 24.0


def _photos(story: Story) -> float:
    return _HEADING + sum(max(_picture(one) for one in row) for row in story.photo_rows)


def _picture(picture: Picture) -> float:
    caption = _lines(picture.caption or picture.place, picture.column / 2.82 - 6.0)
    return picture.height + 5.0 + 3.7 * caption + 3.35 * (bool(picture.marks) + bool(picture.facts))


def _signatures(story: Story) -> float:
    return _HEADING + 34.0 * ceil(len(story.signatures) / 2) if story.signatures else 0.0


def _proof(story: Story) -> float:
    return _HEADING + 14.0 * len(story.revisions) + 50.0 + 4.1 * len(story.evidence.digests)


_HEIGHTS: dict[str, Callable[[Story], float]] = {
    "findings": _findings,
    "sections": _sections,
    "items": _items,
    "photos": _photos,
    "signatures": _signatures,
}
