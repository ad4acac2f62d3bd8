"""`python -m tests.bench [--quick] [--intake | --report] [--soak 500]`: measure, write
docs/benchmarks.md. A soak that is not run stays on the page as it was, with its day.

Everything is bounded: audits are counted, and every server is on loopback and our own.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tests.bench import report_cost, report_serving, report_table, single, yardstick
from tests.bench.intake import Auditors, Load, Measured
from tests.bench.machine import STATE, Machine, machine
from tests.bench.pictures import LARGE, SMALL, Album
from tests.bench.report import table
from tests.factories.live import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


def loads(quick: bool) -> list[Load]:
    part = 6 if quick else 1
    return [
        Load("no photos, 8 phones", None, 8, 120 // part),
        Load("6 photos of 300 KB, 1 phone", SMALL, 1, 40 // part),
        Load("6 photos of 300 KB, 8 phones", SMALL, 8, 120 // part),
        Load("6 photos of 300 KB, 32 phones", SMALL, 32, 128 // part),
        Load("6 photos of 3 MB, 8 phones", LARGE, 8, 24 // part),
        Load("6 photos of 3 MB in pieces, 8 phones", LARGE, 8, 24 // part, in_pieces=True),
    ]


def measured_intake(servers: Machine, auditors: Auditors, album: Album, quick: bool) -> str:
    measured: list[Measured] = []
    after: dict[str | None, single.AfterWork] = {}
    auditors.run(Load("warming up", SMALL, 8, 24))
    servers.analyse()
    yardsticks = [yardstick.measure(servers)]
    for load in loads(quick):
        print(f"  {load.name} …", flush=True)
        measured.append(auditors.run(load))
        yardsticks.append(yardstick.measure(servers))
    for load in loads(quick):
        if load.size not in after:  # how many phones there were is all one to the worker
            print(f"  after-work, {load.size or 'no'} photos …", flush=True)
            after[load.size] = single.after_work(servers, auditors, load)
    print("  a cut at 90 % …", flush=True)
    cut = single.sent_after_cut(auditors, album)
    return table(measured, yardsticks, single.scoring(), cut, after)


def measured_report(served: tuple[float, float], soaked: int, before: str) -> str:
    """`before`: the section as it was, for a soak that is not run this time."""
    print("  reports, ours and others' …", flush=True)
    roll = STATE / "roll"
    paper = report_cost.measure(roll)
    if not soaked:
        return report_table.section(paper, served, report_table.soak_of(before))
    today = datetime.now(UTC).date()
    told = report_table.soak(report_cost.soak(roll, soaked), today)
    return report_table.section(paper, served, told)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a sixth of the audits")
    part = options.add_mutually_exclusive_group()
    part.add_argument("--intake", action="store_true", help="intake alone")
    part.add_argument("--report", action="store_true", help="the report alone")
    options.add_argument("--soak", type=int, default=0, metavar="RENDERS", help="so many renders")
    options.add_argument("--print-only", action="store_true", help="leave docs/benchmarks.md alone")
    given = options.parse_args()
    if given.intake and given.soak:
        options.error("--soak renders reports, and --intake leaves them out")
    album = Album(STATE / "pictures")
    intake, _, report = PAGE.read_text(encoding="utf-8").partition(report_table.HEADING)
    report = report_table.HEADING + report
    with machine() as servers:
        auditors = Auditors(servers, album)
        if not given.report:
            intake = measured_intake(servers, auditors, album, given.quick)
        served = None if given.intake else report_serving.first_byte(servers, auditors)
    if served is not None:
        report = measured_report(served, given.soak, report)
    text = f"{intake.rstrip()}\n\n{report}"
    print(text)
    if not given.print_only:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
