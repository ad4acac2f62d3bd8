"""Places: lengths that are known are not worked out again.

- Lengths are worked out for every box: here, for every style and place.
- Where a line fits beside floats is looked for: where nothing floats, it is known.
"""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, block, inline, page, percent, table

SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"margin_{side}" for side in SIDES),
    *(f"padding_{side}" for side in SIDES),
    *(f"border_{side}_width" for side in SIDES),
    *(f"{size}{axis}" for size in ("", "min_", "max_") for axis in ("width", "height")),
)


def install() -> None:
    once = _once_for_each_place(percent.resolve_percentages)
    for module in (percent, inline, page, block, table, absolute):
        module.resolve_percentages = once
    inline.avoid_collisions = _at_once_where_nothing_floats(inline.avoid_collisions)


def _once_for_each_place(plain: Any) -> Any:
    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        if isinstance(box, boxes.PageBox):  # refers to heights
            plain(box, containing_block)
            return
        if isinstance(containing_block, boxes.Box):
            place = (containing_block.width, containing_block.height)
        else:
            place = tuple(containing_block)
        known = getattr(style, "resolved", None)
        if known is None:
            known = style.resolved = {}
        lengths = known.get(place)
        if lengths is None:
            plain(box, place)
            known[place] = {name: getattr(box, name) for name in _LENGTHS}
        else:
            vars(box).update(lengths)

    return resolve_percentages


def _at_once_where_nothing_floats(plain: Any) -> Any:
    def avoid_collisions(
        context: Any, line: Any, containing_block: Any, outer: bool = True
    ) -> tuple[float, float, float]:
        if context.excluded_shapes or containing_block.style["direction"] != "ltr":
            found: tuple[float, float, float] = plain(context, line, containing_block, outer)
            return found
        width = containing_block.width
        if not outer:
            width -= line.margin_left + line.margin_right
        return containing_block.content_box_x(), line.position_y, width

    return avoid_collisions
