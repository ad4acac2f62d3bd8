"""Charts as SVG, drawn on the server: the same drawing in the console and in the PDF.

User units are millimetres. Charts hold figures and short dates only; names stand beside them
in the page, where the text engine can break them. Each has a title that says it all in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from auditapi.reports.colour import tint

INK = "#1c2430"
FAINT = "#8a94a3"
_SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Point:
    """One audit on the line: `value` 0…100 or None, its printed figure and date."""

    value: float | None
    figure: str
    day: str
    failed: bool = False


def bar(value: float | None, last: float | None, accent: str, title: str) -> str:
    """A bar of 0…100 with a tick where the last audit stood. 62 × 3.6 mm."""
    wide, high = 62.0, 3.6
    parts = [f'<rect x="0" y="0.6" width="{wide}" height="2.4" fill="{tint(accent, 0.14)}"/>']
    if value is not None and value > 0:
        parts.append(
            f'<rect x="0" y="0.6" width="{_n(min(value, 100) / 100 * wide)}" height="2.4" '
            f'fill="{accent}"/>'
        )
    if last is not None:
        x = min(max(last / 100 * wide, 0.35), wide - 0.35)
        parts.append(
            f'<rect x="{_n(x - 0.7)}" y="0" width="1.4" height="{high}" fill="#ffffff"/>'
            f'<rect x="{_n(x - 0.35)}" y="0" width="0.7" height="{high}" fill="{INK}"/>'
        )
    return _svg("bar", wide, high, title, parts)


def history(points: Sequence[Point], accent: str, title: str) -> str:
    """A small line of the last audits, oldest first, each with figure and date. 84 × 25 mm.

    The scale is 0…100 only if it must be: it starts at the ten below the lowest figure, and
    says so at its foot.
    """
    wide, high, left, right, top, bottom = 84.0, 25.0, 9.0, 9.0, 6.0, 18.5
    values = [point.value for point in points if point.value is not None]
    if not values:
        return ""
    floor = max(0.0, min(values) // 10 * 10 - 10)
    step = (wide - left - right) / max(len(points) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        x = left + step * index if len(points) > 1 else wide / 2
        return x, bottom - (value - floor) / (100 - floor or 1) * (bottom - top)

    parts = [
        f'<rect x="0" y="{bottom}" width="{wide}" height="0.2" fill="{tint(INK, 0.25)}"/>',
        _label(0, bottom - 0.6, f"{floor:.0f}", FAINT, "start", 2.1),
    ]
    track = [place(i, p.value) for i, p in enumerate(points) if p.value is not None]
    line = " ".join(f"{_n(x)},{_n(y)}" for x, y in track)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{accent}" stroke-width="0.5"/>')
    for index, point in enumerate(points):
        now = index == len(points) - 1
        x, y = place(index, point.value if point.value is not None else floor)
        parts.append(_dot(x, y, point, accent, now=now))
        parts.append(_label(x, y - 1.9, point.figure, INK, "middle", 2.9 if now else 2.5, bold=now))
        parts.append(_label(x, bottom + 3.4, point.day, INK if now else FAINT, "middle", 2.2))
    return _svg("history", wide, high, title, parts)


def _dot(x: float, y: float, point: Point, accent: str, *, now: bool) -> str:
    fill = "#ffffff" if point.failed else accent
    return (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{1.1 if now else 0.8}" fill="{fill}" '
        f'stroke="{accent}" stroke-width="0.45"/>'
    )


def _label(
    x: float, y: float, words: str, ink: str, anchor: str, size: float, *, bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{ink}"{weight}>{escape(words)}</text>'
    )


def _svg(name: str, wide: float, high: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="{_SVG}" class="{name}" viewBox="0 0 {_n(wide)} {_n(high)}" '
        f'width="{_n(wide)}mm" height="{_n(high)}mm"><title>{escape(title)}</title>'
        + "".join(parts)
        + "</svg>"
    )


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
