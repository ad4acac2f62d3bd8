"""The report's part of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.bench.cost import MIB
from tests.bench.report_cost import (
    ITEMS_SOAKED,
    PHOTOS_SOAKED,
    Compared,
    Paper,
    Printed,
    Soaked,
    fit,
)

HEADING = "## The report"
_HEAD = f"""{HEADING}

One document, by us and by others, in one run of `python -m tests.bench --report`: 50 items with
notes, 30 photos of 12 MP (3 MB each, turned by EXIF in all eight ways), 71 marks, all that went
wrong with its photo, 15 pages, PDF/UA-1. CPU is user and system time, warm, the median; memory of
ours is the peak of the process that makes one report, of others that of all their processes.
The **naive** one is WeasyPrint as its first page shows it, with the same markup, automatic table
widths, flex and dotted leaders, and the originals in it. **Chromium** is Debian's, headless and
warm, and prints the same markup with our derivatives by `Page.printToPDF`, tagged. **img2pdf**
writes the same derivatives and nothing else.

| | CPU s | memory MiB | PDF MiB | pages |
| --- | --: | --: | --: | --: |"""


def section(paper: Paper, served: tuple[float, float], soaked: Soaked | None) -> str:
    lines = [_HEAD]
    for one in paper.compared:
        for name, printed in (("ours", one.ours), ("Chromium", one.chromium), ("naive", one.naive)):
            lines.append(_row(f"{name}, {one.language}", printed))
        lines.append(f"| img2pdf, the photos only | | | {one.photos_in_pdf / MIB:.2f} | |")
    lines.append(_row("ours, ko, 80 photos, 240 marks", paper.many_photos))
    lines += ["", "| | goal en / ko | en | ko |", "| --- | --- | --: | --: |", *_ratios(paper), ""]
    lines += [*_growth(paper), ""]
    lines.append(
        f"First byte of a finished report, asked for over HTTP on loopback: {served[0]:.0f} ms in "
        f"the median, {served[1]:.0f} ms in the 95th of 100 (goal: below 50)."
    )
    if soaked is not None:
        lines += ["", _soaked(soaked)]
    return "\n".join([*lines, ""])


def _row(name: str, printed: Printed) -> str:
    return (
        f"| {name} | {printed.cpu:.2f} | {printed.peak / MIB:.0f} | {printed.size / MIB:.2f} "
        f"| {printed.pages} |"
    )


def _ratios(paper: Paper) -> Iterator[str]:
    goals = {
        "CPU of the naive one against ours": ("≥ 6 / ≥ 7", _against_naive, "×"),
        "CPU of ours against Chromium's": ("≤ 1.1 / ≤ 1.0", _against_chromium, "×"),
        "memory of a render": ("≤ 90 MiB", lambda one: one.ours.peak / MIB, " MiB"),
        "bytes against img2pdf": ("≤ 1.02", _against_img2pdf, "×"),
    }
    for name, (goal, of, unit) in goals.items():
        digits = 0 if unit.strip() == "MiB" else 3 if "bytes" in name else 2
        figures = " | ".join(f"**{of(one):.{digits}f}{unit}**" for one in paper.compared)
        yield f"| {name} | {goal} | {figures} |"


def _against_naive(one: Compared) -> float:
    return one.naive.cpu / one.ours.cpu


def _against_chromium(one: Compared) -> float:
    return one.ours.cpu / one.chromium.cpu


def _against_img2pdf(one: Compared) -> float:
    return one.ours.size / one.photos_in_pdf


def _growth(paper: Paper) -> Iterator[str]:
    for what, points in (("item", paper.growth.items), ("photo", paper.growth.photos)):
        start, each, explained = fit(points)
        taken = ", ".join(f"{number}: {cpu:.2f}" for number, cpu in points.items())
        yield (
            f"Seconds of CPU by number of {what}s: {taken}. A straight line of {start:.2f} s and "
            f"{each * 1000:.1f} ms for each {what} explains {explained * 100:.1f} % of it."
        )


def _soaked(soaked: Soaked) -> str:
    def listed(of: Sequence[int]) -> str:
        return f"{min(of) / MIB:.0f} to {max(of) / MIB:.0f} MiB, at the end {of[-1] / MIB:.0f}"

    return (
        f"Soak: {soaked.renders} renders of {ITEMS_SOAKED} items and {PHOTOS_SOAKED} photos, in "
        f"English and Korean in turn, looked at {len(soaked.children)} times. Peak of the "
        f"children: {listed(soaked.children)}. The warm process: {listed(soaked.parents)}."
    )
