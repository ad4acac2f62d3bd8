"""The report's part of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tests.bench.cost import MIB
from tests.bench.report_cost import (
    GROWTH_ROUNDS,
    ITEMS_SOAKED,
    PHOTOS_SOAKED,
    Compared,
    Paper,
    Printed,
    Soaked,
    fit,
)

HEADING = "## The report"
SOAK = "Soak"
_HEAD = f"""{HEADING}

One document, by us and by others, in one run of `python -m tests.bench --report`: 50 items with
notes, a fifth of which went wrong, 30 photos of 12 MP (3 MB each, turned by EXIF in all eight
ways), 71 marks, each finding beside its photo, PDF/UA-1. CPU is user and system time, warm, the
median of seven rounds in which each had its turn; a ratio is the median of the rounds' ratios.
Memory of ours is the peak of the process that makes one report, of others that of all their
processes after eight prints.
The **naive** one is WeasyPrint as its first page shows it, with the same markup, automatic table
widths, flex and dotted leaders, and the originals in it. **Chromium** is Debian's, headless and
warm, and prints the same markup with our derivatives by `Page.printToPDF`, tagged. **img2pdf**
writes the same derivatives and nothing else.

| | CPU s | memory MiB | PDF MiB | pages |
| --- | --: | --: | --: | --: |"""


_RATIOS = ("| | goal, en | goal, ko | en | ko |", "| --- | --: | --: | --: | --: |")
_HONESTLY = """The machine was shared while this was taken; what is C (pictures decoded by the naive
one) suffers less from that than what is Python (ours). The naive one also profits from the lean
markup that it is given (no floats, no long paths). Most of our time is WeasyPrint's layout, in
Python."""


def section(paper: Paper, served: tuple[float, float], soaked: str) -> str:
    """`soaked`: what `soak` says, or said at an earlier run; empty if there never was one."""
    lines = [_HEAD]
    for one in paper.compared:
        for name, printed in (("ours", one.ours), ("Chromium", one.chromium), ("naive", one.naive)):
            lines.append(_row(f"{name}, {one.language}", printed))
        lines.append(f"| img2pdf, the photos only | | | {one.photos_in_pdf / MIB:.2f} | |")
    lines.append(_row("ours, ko, 80 photos, 240 marks", paper.many_photos))
    lines += ["", *_RATIOS, *_ratios(paper), "", _HONESTLY, ""]
    lines += [*_growth(paper), ""]
    lines.append(
        f"First byte of a finished report, asked for over HTTP on loopback: {served[0]:.0f} ms in "
        f"the median, {served[1]:.0f} ms in the 95th of 100 (goal: below 50)."
    )
    if soaked:
        lines += ["", soaked]
    return "\n".join([*lines, ""])


def _row(name: str, printed: Printed) -> str:
    return (
        f"| {name} | {printed.cpu:.2f} | {printed.peak / MIB:.0f} | {printed.size / MIB:.2f} "
        f"| {printed.pages} |"
    )


@dataclass(frozen=True)
class Goal:
    """A figure, its unit and decimals, and what it should be in English and in Korean."""

    name: str
    of: Callable[[Compared], float]
    unit: str
    digits: int
    at_least: bool
    wanted: tuple[float, float]

    def told(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return " | ".join(f"{sign} {wanted:g}{self.unit}" for wanted in self.wanted)

    def shown(self, one: Compared, wanted: float) -> str:
        """Bold where it is met."""
        value = round(self.of(one), self.digits)
        met = value >= wanted if self.at_least else value <= wanted
        figure = f"{value:.{self.digits}f}{self.unit}"
        return f"**{figure}**" if met else f"{figure}, missed"


GOALS = (
    Goal("CPU of the naive one against ours", lambda one: one.naive_to_ours,
         "×", 2, True, (6, 7)),
    Goal("CPU of ours against Chromium's", lambda one: one.ours_to_chromium,
         "×", 2, False, (1.1, 1.0)),
    Goal("memory of a render", lambda one: one.ours.peak / MIB, " MiB", 0, False, (90, 90)),
    Goal("bytes against img2pdf", lambda one: one.ours.size / one.photos_in_pdf,
         "×", 3, False, (1.02, 1.02)),
)  # fmt: skip


def _ratios(paper: Paper) -> Iterator[str]:
    for goal in GOALS:
        taken = zip(paper.compared, goal.wanted, strict=True)
        figures = " | ".join(goal.shown(one, wanted) for one, wanted in taken)
        yield f"| {goal.name} | {goal.told()} | {figures} |"


def _growth(paper: Paper) -> Iterator[str]:
    for what, points in (("item", paper.growth.items), ("photo", paper.growth.photos)):
        start, each, explained = fit(points)
        taken = ", ".join(f"{number}: {cpu:.2f}" for number, cpu in points.items())
        yield (
            f"Seconds of CPU by number of {what}s, the least of {GROWTH_ROUNDS} rounds: {taken}. A "
            f"straight line of {start:.2f} s and {each * 1000:.1f} ms for each {what} explains "
            f"{explained * 100:.1f} % of it."
        )


def soak_of(page: str) -> str:
    """The soak's line of a page that was written before; empty if there is none."""
    return next((line for line in page.splitlines() if line.startswith(SOAK)), "")


def soak(soaked: Soaked, day: date) -> str:
    """One line, with the day: it stays on the page until the next soak."""

    def listed(of: Sequence[int]) -> str:
        return f"{min(of) / MIB:.0f} to {max(of) / MIB:.0f} MiB, at the end {of[-1] / MIB:.0f}"

    return (
        f"{SOAK} of {day.isoformat()}: {soaked.renders} renders of {ITEMS_SOAKED} items and "
        f"{PHOTOS_SOAKED} photos, in English and Korean in turn, looked at "
        f"{len(soaked.children)} times. Peak of the children: {listed(soaked.children)}. The warm "
        f"process: {listed(soaked.parents)}."
    )
