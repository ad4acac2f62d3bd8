"""docs/benchmarks.md keeps what a run did not measure."""

from __future__ import annotations

from datetime import date

from tests.bench import report_table
from tests.bench.report_cost import Soaked
from tests.factories.live import ROOT

MIB = 1024 * 1024


def test_a_soak_that_is_not_run_stays_on_the_page_with_its_day() -> None:
    told = report_table.soak(Soaked(500, [74 * MIB, 75 * MIB], [70 * MIB]), date(2026, 11, 22))
    assert told.startswith("Soak of 2026-11-22: 500 renders")
    assert report_table.soak_of(f"{report_table.HEADING}\n\nFirst byte …\n\n{told}\n") == told
    assert report_table.soak_of("never soaked") == ""


def test_the_page_of_this_checkout_has_one() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert report_table.soak_of(page).startswith("Soak of 20")
