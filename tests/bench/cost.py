"""What processes cost, as the kernel counts it: CPU seconds and memory of whole trees."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
LOOK_EVERY = 0.5  # seconds
MIB = 1024 * 1024


def tree(root: int) -> list[int]:
    """The process and all below it."""
    found = [root]
    for pid in found:
        found += _children(pid)
    return found


def _children(pid: int) -> list[int]:
    pids: list[int] = []
    for task in _listed(Path(f"/proc/{pid}/task")):
        try:
            pids += [int(word) for word in (task / "children").read_text().split()]
        except OSError:
            continue  # ended while we looked
    return pids


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def cpu_seconds(root: int) -> float:
    """User and system time of the tree, those children included that have ended already."""
    return sum(_ticks(pid) for pid in tree(root)) / TICK


def _ticks(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    fields = stat.rpartition(")")[2].split()
    return sum(int(number) for number in fields[11:15])  # utime, stime, cutime, cstime


def memory(root: int) -> int:
    """Bytes of the tree; what several processes share is counted once (PSS)."""
    return sum(_pss(pid) for pid in tree(root))


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


@dataclass
class Processors:
    """`with Processors(roots) as processors:` then `processors.seconds`, by the names of roots."""

    roots: Mapping[str, int]
    seconds: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> Processors:
        self._before = {name: cpu_seconds(pid) for name, pid in self.roots.items()}
        return self

    def __exit__(self, *_error: object) -> None:
        for name, pid in self.roots.items():
            self.seconds[name] = cpu_seconds(pid) - self._before[name]


@dataclass
class Memory:
    """As `Processors`: the highest `peak` seen, in bytes. Looking is not free: the kernel walks
    through all pages of a process."""

    roots: Mapping[str, int]
    peak: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Memory:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory")
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            for name, pid in self.roots.items():
                self.peak[name] = max(self.peak.get(name, 0), memory(pid))
            if self._ended.wait(LOOK_EVERY):
                return
