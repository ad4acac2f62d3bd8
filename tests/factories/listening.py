"""Where processes listen, as the kernel tells it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

LISTENING = "0A"  # in /proc/net/tcp
LOOPBACK = "0100007F"  # 127.0.0.1, its bytes in the machine's order


def listening_addresses(pids: Iterable[int]) -> set[str]:
    """`ADDRESS:PORT` in hexadecimal, as /proc/net tells it, of all sockets of these processes."""
    inodes: set[str] = set()
    for pid in pids:
        inodes |= set(_sockets(pid))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in inodes:
                found.add(fields[1])
    return found


def _sockets(pid: int) -> Iterator[str]:
    for number in _open_files(pid):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            target = os.readlink(f"/proc/{pid}/fd/{number}")
            if target.startswith("socket:["):
                yield target[len("socket:[") : -1]


def _open_files(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/fd")
    except FileNotFoundError:  # it has ended meanwhile, and listens no more
        return []
