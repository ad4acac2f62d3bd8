"""What a report costs: ours and the rivals', in one run, and how it grows."""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader

from auditapi.reports.render import Renderer
from auditapi.reports.view import Language, ReportInput
from tests.bench import report_rivals as rivals
from tests.bench.report_document import Roll, Taken, document

LANGUAGES: tuple[Language, ...] = ("en", "ko")
RENDERS, NAIVE_RENDERS = 5, 2
GROWTH_RENDERS = 2
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
    """The document in one language, by us and by others, taken in one run."""

    language: str
    ours: Printed
    naive: Printed
    chromium: Printed
    photos: int
    photos_in_pdf: int


@dataclass(frozen=True)
class Growth:
    """CPU seconds by number of items without photos, and of photos with 50 items."""

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
    """Ours, Chromium's, and the naive one, one after the other."""
    report = document(language, photos)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        return Compared(
            language=language,
            ours=ours(renderer, report, photos),
            chromium=by_chromium(report, photos, folder),
            naive=Printed(*rivals.naive(report, photos, folder, NAIVE_RENDERS)),
            photos=sum(len(photo.printed) for photo in photos),
            photos_in_pdf=rivals.pictures_alone(photos),
        )


def ours(
    renderer: Renderer, report: ReportInput, photos: Sequence[Taken], times: int = RENDERS
) -> Printed:
    """Warm. CPU of the child and of who asks it; memory of the child, as the kernel saw it."""
    pictures = {photo.print_sha256: photo.printed for photo in photos}
    costs, peaks, pdf = [], [], b""
    for _ in range(times + 1):
        begun = time.process_time()
        pdf = renderer.render(report, pictures)
        if renderer.last_cost is not None:
            costs.append(time.process_time() - begun + renderer.last_cost.cpu_seconds)
            peaks.append(renderer.last_cost.peak_bytes)
    return Printed(statistics.median(costs[1:]), max(peaks), _pages(pdf), len(pdf))


def by_chromium(report: ReportInput, photos: list[Taken], folder: Path) -> Printed:
    """Warm: the third and later prints of one browser, all its processes together."""
    printed = {photo.print_sha256: photo.printed for photo in photos}
    source = rivals.page(report, folder, printed)
    costs, peak, pdf = [], 0, b""
    with rivals.chromium(folder) as browser:
        for _ in range(RENDERS + 2):
            before = browser.cpu()
            pdf = browser.print(source)
            costs.append(browser.cpu() - before)
            peak = max(peak, browser.memory())
    return Printed(statistics.median(costs[2:]), peak, _pages(pdf), len(pdf))


def growth(renderer: Renderer, roll: Roll) -> Growth:
    photos = roll.photos(max(PHOTOS))

    def cpu(items: int, shown: int) -> float:
        report = document("en", photos[:shown], items=items, marks=2 * shown)
        return ours(renderer, report, photos[:shown], GROWTH_RENDERS).cpu

    return Growth({n: cpu(n, 0) for n in ITEMS}, {n: cpu(50, n) for n in PHOTOS})


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
    pictures = {photo.print_sha256: photo.printed for photo in photos}
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
