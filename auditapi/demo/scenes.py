"""Scenes: believable photos of a shop, drawn anew from a seed.

The demo chain's audits carry them, tests and benchmarks too. Nobody's face, brand or card is on
them. Each scene names regions of interest, so that marks can be put where they belong.
"""

from __future__ import annotations

from collections.abc import Callable

from auditapi.demo import papers, rooms, shelves
from auditapi.demo.camera import Capture, Region, Scene, shoot
from auditapi.demo.canvas import Canvas

__all__ = ["KINDS", "Capture", "Region", "Scene", "draw"]

_SCENES: dict[str, Callable[[Canvas], None]] = {
    "shelf_gap": shelves.shelf_gap,
    "main_display": shelves.main_display,
    "price_labels": shelves.price_labels,
    "label_close_up": shelves.label_close_up,
    "promotion_sign": shelves.promotion_sign,
    "entrance": rooms.entrance,
    "exit_blocked": rooms.exit_blocked,
    "till": rooms.till,
    "fitting_room": rooms.fitting_room,
    "receipt": papers.receipt,
    "notice_board": papers.notice_board,
}
KINDS = tuple(_SCENES)


def draw(
    kind: str,
    seed: int,
    *,
    size: tuple[int, int] = (1600, 1200),
    target_bytes: int = 300_000,
    capture: Capture | None = None,
) -> Scene:
    """A photo of this kind, one of `KINDS`; the same arguments give the same bytes.

    `size` is that of the upright picture, 4:3. For 12 megapixels and 3 MB: `size=(4000, 3000),
    target_bytes=3_000_000`. Without a `capture` the file has no EXIF.
    """
    canvas = Canvas(f"{kind} {seed}")
    _SCENES[kind](canvas)
    return shoot(canvas, kind, size, target_bytes, capture)
