"""Styles: what no rule sets isn't worked out, and what follows from a style alone is kept with it.

- A property that no rule sets is worked out like one that is: here, it is inherited or initial;
  initial values are there from the start.
- How tall an empty line is, and whether a box is in the flow, is asked for every box: here, for
  every style.
- The name of the page that a box stands on is asked of all boxes in it: here, no page has one.
"""

from __future__ import annotations

from typing import Any

from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break

from auditapi.reports.tuning.places import SIDES

_NEVER_SHORT = {"position", "float", "display", "page"} | {
    key for key in INITIAL_VALUES if key.startswith("text_decoration_")
}
_INHERITED = INHERITED - _NEVER_SHORT
_INITIAL = {
    key: value
    for key, value in INITIAL_VALUES.items()
    if key not in INHERITED | INITIAL_NOT_COMPUTED | _NEVER_SHORT
}
_EDGES = {
    f"{edge}_width": f"{edge}_style" for edge in ("outline", *(f"border_{side}" for side in SIDES))
}
"""Widths that are 0 where the style is not set."""
_LOGICAL = {
    logical(block="ttb", inline=direction)
    for logical in PHYSICAL_FUNCTIONS.values()
    for direction in ("ltr", "rtl")
}
"""Properties like `margin_inline_start`, which set one of the others."""


def install() -> None:
    ComputedStyle.__init__ = _initial_where_nothing_is_set(ComputedStyle.__init__)
    ComputedStyle.__missing__ = _inherited_where_nothing_is_set(ComputedStyle.__missing__)
    AnonymousStyle.__init__ = _initial(AnonymousStyle.__init__)
    inline.strut = _once_for_each_font(line_break.strut)
    boxes.Box.is_in_normal_flow = _once_for_each_flow(boxes.Box.is_in_normal_flow)
    for kind in (boxes.Box, boxes.ParentBox, boxes.TableBox):
        kind.page_values = _nameless


def _initial_where_nothing_is_set(plain: Any) -> Any:
    def __init__(style: Any, parent: Any, cascaded: Any, *rest: Any) -> None:
        plain(style, parent, cascaded, *rest)
        if _LOGICAL.isdisjoint(cascaded):
            style.update(_INITIAL)
            for key in cascaded:
                style.pop(key, None)
            for width, kind in _EDGES.items():
                if kind not in cascaded:
                    style[width] = 0

    return __init__


def _initial(plain: Any) -> Any:
    def __init__(style: Any, parent: Any) -> None:
        style.update(_INITIAL)
        plain(style, parent)

    return __init__


def _inherited_where_nothing_is_set(plain: Any) -> Any:
    def missing(style: Any, key: str) -> Any:
        if key in _INHERITED and key not in style.cascaded and style.parent_style is not None:
            value = style[key] = style.parent_style[key]
            return value
        return plain(style, key)

    return missing


def _once_for_each_font(plain: Any) -> Any:
    def strut(style: Any) -> Any:
        known = getattr(style, "strut", None)
        if known is None:
            known = style.strut = plain(style)
        return known

    return strut


def _once_for_each_flow(plain: Any) -> Any:
    def is_in_normal_flow(box: Any) -> bool:
        style = box.style
        known: bool | None = getattr(style, "in_flow", None)
        if known is None:
            known = style.in_flow = plain(box)
        return known

    return is_in_normal_flow


def _nameless(_box: Any) -> tuple[str, str]:
    return "", ""
