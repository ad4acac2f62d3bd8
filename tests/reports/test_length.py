"""How long a report will be is known well enough before it is laid out that it is laid out once."""

from __future__ import annotations

from typing import Any

import pytest

from auditapi.reports import length
from auditapi.reports.story import tell
from tests.reports import pdf, samples

SHELVES = [samples.jpeg(*size, seed=size[0]) for size in ((640, 480), (480, 640), (900, 300))]


def report(photos: int, **changes: Any) -> Any:
    shown = [
        samples.photo(SHELVES[n % 3], item=("A2", "C5", "D1")[n % 3], marks=samples.MARKS[: n % 4])
        for n in range(photos)
    ]
    return samples.report(photos=shown, bad=4, **changes)


@pytest.mark.parametrize("visit", [samples.ANNOUNCED, samples.COVERT], ids=["announced", "covert"])
@pytest.mark.parametrize(("language", "photos"), [("en", 0), ("ko", 15), ("ru", 10)])
def test_the_pages_without_contents_are_told_within_one(
    language: str, photos: int, visit: dict[str, Any]
) -> None:
    told = report(photos, language=language, notes=language, assignment=visit)
    pages = pdf.page_count(pdf.made(told, samples.pictures_of(*SHELVES)))
    assert abs(length.pages(tell(told)) - pages) <= 1


def has_contents(told: Any) -> bool:
    return "Contents" in pdf.lines(pdf.made(told, samples.pictures_of(*SHELVES)))


def test_long_reports_have_contents_and_short_ones_none() -> None:
    assert has_contents(report(40, language="en"))
    assert not has_contents(report(5, language="en"))


@pytest.mark.parametrize("changes", [{"variant": "photo_sheet"}, {"blocks": ("photos",)}])
def test_what_has_but_one_block_needs_no_contents(changes: dict[str, Any]) -> None:
    told = report(80, language="en", **changes)
    assert pdf.page_count(pdf.made(told, samples.pictures_of(*SHELVES))) > length.CONTENTS_OVER
    assert not has_contents(told)
