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
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker begins with a part of its own, and takes from the end of others' when it is done;
    so each part begins with long modules."""
    workers: int = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    long = [item for item in items if _module(item) in LONG]
    rest = [item for item in items if _module(item) not in LONG]
    parts: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for _, of_module in groupby(long, _module):
        min(parts, key=len).extend(of_module)
    share, rest_at = len(items) // workers, 0
    for part in parts:
        more = max(0, share - len(part))
        part += rest[rest_at : rest_at + more]
        rest_at += more
    items[:] = [*(item for part in parts for item in part), *rest[rest_at:]]


def _module(item: pytest.Item) -> str:
    return ".".join(item.nodeid.partition("::")[0].removesuffix(".py").split("/"))
