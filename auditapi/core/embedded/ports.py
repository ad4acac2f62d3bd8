"""Free ports on the loopback address, the same ones from start to start while nobody takes them."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Sequence
from pathlib import Path

GRPC_OFFSET = 10_000
"""SeaweedFS derives a gRPC port from an HTTP port by this; parts of it rely on it."""

# Both ranges lie below 32768, where Linux takes the ports of outgoing connections from.
RANGE = range(21_000, 22_700)


def remembered(file: Path, names: Sequence[str]) -> dict[str, int]:
    """A port for each name (its gRPC twin is free too), as in the file unless one is taken."""
    ports = _read(file)
    if set(ports) != set(names) or not all(is_free(port) for port in ports.values()):
        ports = dict(zip(names, _choose(len(names)), strict=True))
        file.write_text(json.dumps(ports), encoding="utf-8")
    return ports


def _read(file: Path) -> dict[str, int]:
    try:
        ports = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): int(port) for name, port in ports.items()}
    except (OSError, ValueError, AttributeError):
        # Missing, or cut short by a kill while it was written: choosing anew is right for both.
        return {}


def _choose(count: int) -> list[int]:
    free: list[int] = []
    for port in random.sample(RANGE, len(RANGE)):
        if len(free) == count:
            break
        if is_free(port):
            free.append(port)
    return free


def is_free(port: int) -> bool:
    return can_bind(port) and can_bind(port + GRPC_OFFSET)


def can_bind(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    return obstacle(port, host) is None


def obstacle(port: int, host: str) -> OSError | None:
    """What keeps a server from listening there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error
    return None
