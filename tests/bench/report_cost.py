"""What a report costs: ours and the rivals', in one run, and how it grows."""

from __future__ import annotations

import io
import math
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader

from auditapi.reports.render import Cost, Renderer
from auditapi.reports.view import Language, ReportInput
from tests.bench import report_rivals as rivals
from tests.bench.report_document import Roll, Taken, document

LANGUAGES: tuple[Language, ...] = ("en", "ko")
ROUNDS, RENDERS, GROWTH_ROUNDS = 7, 5, 9
MANY_PHOTOS = 80
ITEMS_SOAKED, PHOTOS_SOAKED = 16, 10
ITEMS = (50, 100, 200, 400)
PHOTOS = (0, 50, 100, 200)


@dataclass(frozen=True)
class Printed:
    """One way of making the report; CPU in seconds, the median; bytes; None: not measured."""

    cpu: float
    peak: int
    pages: int
    size: int


@dataclass(frozen=True)
class Compared:
    """The document in one language, by us and by others, in turn.

    The ratios are medians of those of each round: a machine that slows down slows all of a round.
    """

    language: str
    ours: Printed
    naive: Printed
    chromium: Printed
    naive_to_ours: float
    ours_to_chromium: float
    photos: int
    photos_in_pdf: int


@dataclass(frozen=True)
class Growth:
    """CPU seconds by number of items without photos, and of photos with 50 items: the least of some
    rounds, since what a shared machine adds is never negative."""

    items: dict[int, float]
    photos: dict[int, float]


@dataclass(frozen=True)
class Paper:
    compared: list[Compared]
    many_photos: Printed
    growth: Growth


def measure(folder: Path) -> Paper:
    """All of it; `folder` keeps the drawn photos."""
    roll = Roll(folder)
    photos = roll.photos()
    with Renderer() as renderer:
        compared = [compare(renderer, language, photos) for language in LANGUAGES]
        many = roll.photos(MANY_PHOTOS)
        many_photos = ours(renderer, document("ko", many, marks=3 * MANY_PHOTOS), many)
        return Paper(compared, many_photos, growth(renderer, roll))


def compare(renderer: Renderer, language: Language, photos: list[Taken]) -> Compared:
    """Ours, Chromium's and the naive one, in rounds; each was warmed before."""
    report = document(language, photos)
    pictures = _pictures(photos)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        theirs, slow = Path(name) / "chromium", Path(name) / "naive"
        theirs.mkdir()
        slow.mkdir()
        source = rivals.page(report, theirs, pictures)
        with rivals.chromium(theirs) as browser, rivals.naive(report, photos, slow) as naive:
            rounds, peaks = [], []
            for _ in range(ROUNDS + 1):
                before = browser.cpu()
                printed = browser.print(source)
                chromium = browser.cpu() - before
                pdf, cost = once(renderer, report, pictures)
                rounds.append((cost.cpu_seconds, chromium, naive.print()))
                peaks.append((cost.peak_bytes, browser.memory(), naive.peak))
            mine, his, its = zip(*rounds[1:], strict=True)
            peak = [max(each) for each in zip(*peaks, strict=True)]
            by_naive = naive.pdf()
        return Compared(
            language=language,
            ours=Printed(statistics.median(mine), peak[0], _pages(pdf), len(pdf)),
            chromium=Printed(statistics.median(his), peak[1], _pages(printed), len(printed)),
            naive=Printed(statistics.median(its), peak[2], _pages(by_naive), len(by_naive)),
            naive_to_ours=_ratio(its, mine),
            ours_to_chromium=_ratio(mine, his),
            photos=sum(len(photo.printed) for photo in photos),
            photos_in_pdf=rivals.pictures_alone(photos),
        )


def _ratio(of: Sequence[float], to: Sequence[float]) -> float:
    return statistics.median(one / other for one, other in zip(of, to, strict=True))


def once(renderer: Renderer, report: ReportInput, pictures: dict[str, bytes]) -> tuple[bytes, Cost]:
    """One report. CPU of the child and of who asks it; memory of the child, as the kernel saw
    it."""
    begun = time.process_time()
    pdf = renderer.render(report, pictures)
    asking = time.process_time() - begun
    cost = renderer.last_cost
    if cost is None:
        raise RuntimeError("nothing was rendered")
    return pdf, Cost(asking + cost.cpu_seconds, cost.peak_bytes)


def ours(renderer: Renderer, report: ReportInput, photos: Sequence[Taken]) -> Printed:
    """Warm; the median."""
    pictures = _pictures(photos)
    made = [once(renderer, report, pictures) for _ in range(RENDERS + 1)]
    pdf, _ = made[0]
    cpu = statistics.median(cost.cpu_seconds for _, cost in made[1:])
    return Printed(cpu, max(cost.peak_bytes for _, cost in made), _pages(pdf), len(pdf))


def growth(renderer: Renderer, roll: Roll) -> Growth:
    photos = roll.photos(max(PHOTOS))
    sizes = [*((items, 0) for items in ITEMS), *((ITEMS[0], shown) for shown in PHOTOS)]
    least = dict.fromkeys(sizes, math.inf)
    for _ in range(GROWTH_ROUNDS):
        for items, shown in least:
            taken = photos[:shown]
            report = document("en", taken, items=items, marks=2 * shown)
            _, cost = once(renderer, report, _pictures(taken))
            least[items, shown] = min(least[items, shown], cost.cpu_seconds)
    return Growth(
        {items: least[items, 0] for items in ITEMS},
        {shown: least[ITEMS[0], shown] for shown in PHOTOS},
    )


def _pictures(photos: Sequence[Taken]) -> dict[str, bytes]:
    return {photo.print_sha256: photo.printed for photo in photos}


def _pages(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def fit(points: dict[int, float]) -> tuple[float, float, float]:
    """A straight line: seconds at 0, seconds for each, and how much of the spread it explains."""
    slope, start = statistics.linear_regression([*points], [*points.values()])
    explained = statistics.correlation([*points], [*points.values()]) ** 2
    return start, slope, explained


@dataclass(frozen=True)
class Soaked:
    renders: int
    children: list[int]
    parents: list[int]


def soak(folder: Path, renders: int) -> Soaked:
    """Bytes after every twentieth of so many renders: the peak of the child, the parent's own.

    Alternating between the languages; a third of the document, so that it ends some time.
    """
    photos = Roll(folder).photos(PHOTOS_SOAKED)
    pictures = _pictures(photos)
    reports = [
        document(language, photos, items=ITEMS_SOAKED, marks=2 * PHOTOS_SOAKED)
        for language in LANGUAGES
    ]
    children, parents, peak = [], [], 0
    with Renderer() as renderer:
        for number in range(renders):
            renderer.render(reports[number % 2], pictures)
            if renderer.last_cost is not None:
                peak = max(peak, renderer.last_cost.peak_bytes)
            if (number + 1) % (renders // 20) == 0:
                children.append(peak)
                parents.append(renderer.resident_bytes())
                peak = 0
    return Soaked(renders, children, parents)
