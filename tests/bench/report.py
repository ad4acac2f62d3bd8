"""The tables, with ratios against the strongest open peer's figures."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from statistics import fmean

from tests.bench.cost import MIB
from tests.bench.intake import Measured
from tests.bench.single import AfterWork, Cut
from tests.bench.yardstick import CLIENT_THERE_MS, STORAGE_THERE_MS, Yardstick

PEER_CPU_MS, PEER_RATE, PEER_P95_S = 89.0, 22.0, 0.5
PEER_MEMORY = (350, 1331)


def table(
    measured: Sequence[Measured],
    yardsticks: Sequence[Yardstick],
    scored: float,
    cut: Cut,
    after: Mapping[str | None, AfterWork],
) -> str:
    """`after`: the worker's after-work by the size of photos."""
    return "\n".join(
        [
            _HEAD.format(cores=os.cpu_count()),
            *_intake(measured, after),
            "",
            _peer(measured, yardsticks),
            *_rest(scored, cut),
            "",
        ]
    )


_HEAD = """# What it costs

`make bench` prints and writes this page: one run, {cores} cores, gunicorn with two processes, the
embedded PostgreSQL 18 (with fsync) and SeaweedFS. Only the soak has a command of its own and says
its day: it takes long. The machine was shared, so times tell less than CPU, and ratios more than
both.

## Intake until the receipt

45 answers an audit. CPU is user and system time of each server's processes, per audit; memory is
the highest sum of PSS seen while as many audits are sent again, since looking takes time from the
processors. Servers are warm, and tables have the statistics that autovacuum gives them within a
minute; audits are sealed before the clock starts. The phones run on the same processors and are
kept light, for on a real phone they take nothing from servers. PSS does not hold what lies in
`TMPDIR`, which photos of more than 512 KB pass through. The worker's after-work (derivatives,
perceptual hash, flags) is CPU of an audit too, measured alone and once for each size of photos, and
not in «together».

| load | audits/s | p50 s | p95 s | p99 s | web ms | PostgreSQL ms | storage ms | together ms | after-work ms | web MiB | PostgreSQL MiB | storage MiB |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |"""  # noqa: E501


def _intake(measured: Sequence[Measured], after: Mapping[str | None, AfterWork]) -> list[str]:
    servers = ("web", "PostgreSQL", "object storage")
    return [
        f"| {one.load.name} | {one.rate:.1f} | "
        + " | ".join(f"{one.percentile(which):.2f}" for which in (50, 95, 99))
        + " | "
        + " | ".join(f"{one.milliseconds(server):.1f}" for server in servers)
        + f" | **{one.until_receipt:.1f}** | {after[one.load.size].milliseconds:.0f} | "
        + " | ".join(f"{one.peak[server] / MIB:.0f}" for server in servers)
        + " |"
        for one in measured
    ]


def _peer(measured: Sequence[Measured], yardsticks: Sequence[Yardstick]) -> str:
    """`yardsticks`: before the first load and after each."""
    at = next(
        n for n, one in enumerate(measured) if one.load.name == "6 photos of 300 KB, 8 phones"
    )
    eight, around = measured[at], yardsticks[at : at + 2]
    web, memory = eight.peak["web"] / MIB, sum(eight.peak.values()) / MIB
    step = (PEER_MEMORY[1] - PEER_MEMORY[0]) / 3
    phones = eight.phones * 1000 / eight.load.audits
    slower = fmean(one.slower for one in around)
    client, storage = fmean(one.client for one in around), fmean(one.storage for one in around)
    return f"""The strongest open peer, on the same kind of machine with the same load at 8 clients: {PEER_CPU_MS:.0f} ms of
server CPU an audit, about {PEER_RATE:.0f} audits/s, p95 {PEER_P95_S} s, {PEER_MEMORY[0]} MiB with one process and
{PEER_MEMORY[1]} MiB with four; it does not look into photos. Its figures were not taken in this run, and the
machine is not always equally fast: a plain PUT of 300 KB took {client:.1f} ms of CPU in boto3 and {storage:.1f} ms in the
object storage before and after this load, {CLIENT_THERE_MS} and {STORAGE_THERE_MS} ms when the peer was measured: {slower:.2f} times as much.
Our phones took {phones:.1f} ms of CPU an audit beside that of the servers; what the peer's took on the
same two processors is not known, and belongs to its audits/s and p95.

| against the peer, at 8 phones | as measured | scaled by the PUT |
| --- | --: | --: |
| CPU an audit | {eight.until_receipt / PEER_CPU_MS:.2f}× | {eight.until_receipt / PEER_CPU_MS / slower:.2f}× |
| audits/s | {eight.rate / PEER_RATE:.2f}× | {eight.rate / PEER_RATE * slower:.2f}× |
| p95 until the receipt | {eight.percentile(95) / PEER_P95_S:.2f}× | {eight.percentile(95) / PEER_P95_S / slower:.2f}× |
| memory of our two web processes, {web:.0f} MiB, against one process and four | {_against(web)} | |
| memory of all our servers, {memory:.0f} MiB, against the same | {_against(memory)} | |

The peer's memory grows by {step:.0f} MiB a process, which leaves {PEER_MEMORY[0] - step:.0f} MiB for anything
else: its database is hardly in it.
"""  # noqa: E501


def _against(mebibytes: float) -> str:
    one, four = PEER_MEMORY
    return f"{mebibytes / one:.2f}×, {mebibytes / four:.2f}×"


def _rest(scored: float, cut: Cut) -> list[str]:
    return [
        "## The rest",
        "",
        "| what | figure |",
        "| --- | --- |",
        f"| audits of 50 items scored and explained | {scored:.0f} a CPU second |",
        f"| sent again of a photo of {cut.photo / 1e6:.1f} MB cut off at 90 % | "
        f"{cut.again_when_broken / 1024:.0f} KiB |",
        f"| the same when the connection only goes silent | "
        f"{cut.again_when_silent / 1024:.0f} KiB |",
    ]
