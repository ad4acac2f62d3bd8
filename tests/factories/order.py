"""In which order tests run: long ones first, so that no worker ends on one while others idle."""

from __future__ import annotations

from itertools import groupby

import pytest

#: Modules of which a test or its fixtures take many seconds.
LONG = frozenset(
    {
        "tests.audits.test_any_document",
        "tests.audits.test_intake_races",
        "tests.chaos.test_chaos",
        "tests.contract.test_schemathesis",
        "tests.core.test_embedded",
        "tests.core.test_launch",
        "tests.demo.test_loading",
        "tests.phone.browsers.test_other_browsers",
        "tests.phone.test_look",
        "tests.phone.test_nothing_lost",
        "tests.phone.test_real_road",
        "tests.phone.test_tools",
        "tests.reports.test_render",
        "tests.reports.test_workers",
    }
)


@pytest.hookimpl(trylast=True)  # after the order has been drawn by lot
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two workers begin with a half each, and take from the end of the other's; so each half
    begins with long modules."""
    long = [item for item in items if _module(item) in LONG]
    rest = [item for item in items if _module(item) not in LONG]
    halves: tuple[list[pytest.Item], list[pytest.Item]] = ([], [])
    for _, of_module in groupby(long, _module):
        min(halves, key=len).extend(of_module)
    here = max(0, len(items) // 2 - len(halves[0]))
    items[:] = [*halves[0], *rest[:here], *halves[1], *rest[here:]]


def _module(item: pytest.Item) -> str:
    return ".".join(item.nodeid.partition("::")[0].removesuffix(".py").split("/"))
