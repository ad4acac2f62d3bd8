"""Photos of a wanted size: a few drawn shop scenes, made distinct by a comment in each file."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from auditapi.demo.scenes import KINDS, draw

SMALL, LARGE = "300 KB", "3 MB"
_SIZES = {SMALL: ((1600, 1200), 300_000), LARGE: ((4000, 3000), 3_000_000)}
DRAWN = 3


class Album:
    """Drawn once and kept in `folder`: drawing takes longer than what is measured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scene = cache(self._drawn)

    def photos(self, size: str, count: int) -> list[bytes]:
        """That many that nobody has sent before."""
        return [_distinct(self._scene(size, number % DRAWN)) for number in range(count)]

    def _drawn(self, size: str, number: int) -> bytes:
        file = self._folder / f"{size.replace(' ', '-')}-{number}.jpg"
        if not file.exists():
            upright, target = _SIZES[size]
            scene = draw(KINDS[number], number, size=upright, target_bytes=target)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(scene.jpeg)
        return file.read_bytes()


def _distinct(jpeg: bytes) -> bytes:
    """Other bytes, the same picture: a comment of sixteen bytes right after the start."""
    return jpeg[:2] + b"\xff\xfe\x00\x12" + secrets.token_bytes(16) + jpeg[2:]
