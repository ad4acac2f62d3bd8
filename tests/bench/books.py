"""`python -m tests.bench.books`: what a book of many reports asks of the worker that makes it.

Audits without photos go in over HTTP, their reports are made, and then each form of book is asked
for and made by a fresh worker, whose peak is told; at two sizes, since memory should not grow with
the second. Prints a table; judges nothing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

import urllib3

from auditapi.core import db
from auditapi.demo.phone import Phone, http
from tests.bench.cost import MIB
from tests.bench.intake import Auditors
from tests.bench.machine import STATE, Machine, machine
from tests.bench.pictures import Album
from tests.factories.alone import PEAK_KIB, WORK
from tests.factories.live import ROOT, environment_of

SIZES = (100, 500)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="REPORTS")
    sizes = options.parse_args().sizes
    print("| reports | form | MiB | the worker's peak MiB |")
    print("| --: | --- | --: | --: |")
    with machine() as servers:
        auditors = Auditors(servers, Album(STATE / "pictures"))
        phone = Phone(http(servers.url), auditors.token)
        there = 0
        for size in sizes:
            for _ in range(size - there):
                phone.deliver(auditors.sealed(None, kind="announced_audit"))
            there = size
            book(auditors, "pdf")
            for form in ("pdf", "zip"):
                told, peak = book(auditors, form)
                megabytes = told["bytes"] / MIB
                print(
                    f"| {told['done']} | {form} | {megabytes:.1f} | {peak / MIB:.0f} |", flush=True
                )


def book(auditors: Auditors, form: str) -> tuple[dict[str, Any], int]:
    """Asked for and made; as the server tells it, and the highest peak of its workers in bytes."""
    headers = auditors.chain.posting_as("ada")
    address = f"{auditors.machine.url}/api/v1/books"
    year = db.now().year
    wanted = {
        "region_id": str(auditors.chain.regions["north"].id),
        "visited_from": f"{year - 1}-01-01",
        "visited_until": f"{year + 1}-12-31",
        "form": form,
    }
    asked = urllib3.request("POST", address, json=wanted, headers=headers)
    if asked.status >= 300:
        raise RuntimeError(f"no book: {asked.data.decode()}")
    peak = 0
    while True:
        peak = max(peak, worked_off(auditors.machine))
        told = urllib3.request("GET", f"{address}/{asked.json()['id']}", headers=headers).json()
        if told["state"] == "ready":
            return told, peak
        if told["state"] != "waiting":
            raise RuntimeError(f"no book: {json.dumps(told)}")


def worked_off(servers: Machine) -> int:
    """A worker until nothing waits; its peak in bytes."""
    worker = subprocess.run(
        [sys.executable, "-c", f"{WORK}; print({PEAK_KIB})"],
        cwd=ROOT, env=environment_of(servers.settings), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(worker.stdout.split()[-1]) * 1024


if __name__ == "__main__":
    main()
