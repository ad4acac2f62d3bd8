"""How long until the first byte of a finished report, from the web server on loopback."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import urllib3

from auditapi.demo.phone import Phone, http
from tests.bench.intake import Auditors
from tests.bench.machine import Machine, environment
from tests.bench.pictures import SMALL
from tests.factories.alone import WORK
from tests.factories.live import ROOT

ASKED = 50


def first_byte(servers: Machine, auditors: Auditors) -> tuple[float, float]:
    """Milliseconds, the median and the 95th of 100, of one who asks again and again."""
    sealed = auditors.sealed(SMALL, kind="announced_audit")
    Phone(http(servers.url), auditors.token).deliver(sealed)
    subprocess.run(
        [sys.executable, "-c", WORK], cwd=ROOT, env=environment(servers.settings), check=True
    )
    address = f"{servers.url}/api/v1/audits/{sealed.id}/report.pdf?view=store"
    headers = {"Authorization": f"Bearer {auditors.token}"}
    times = []
    with urllib3.PoolManager(maxsize=1, retries=False) as pool:
        for _ in range(ASKED + 1):
            begun = time.perf_counter()
            answer = pool.request("GET", address, headers=headers, preload_content=False)
            first = answer.read(1)
            times.append((time.perf_counter() - begun) * 1000)
            if answer.status != 200 or first != b"%":
                raise RuntimeError(f"no report: {answer.status}")
            answer.drain_conn()
    return statistics.median(times[1:]), statistics.quantiles(times[1:], n=20)[18]
