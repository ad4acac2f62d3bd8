"""One accent colour, readable whatever the organisation chose. Pure arithmetic on `#rrggbb`.

Contrast is WCAG 2.2's: relative luminances (L1 + 0.05) / (L2 + 0.05), from 1 to 21.
"""

from __future__ import annotations

import re

READABLE = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


def is_colour(value: object) -> bool:
    """Whether `value` is a colour as we write them: `#` and six hex digits."""
    return isinstance(value, str) and bool(_HEX.match(value))


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable_on_white(colour: str, otherwise: str = "#1f4e79") -> str:
    """`colour`, darkened step by step until text in it can be read on white paper."""
    if not is_colour(colour):
        return otherwise
    red, green, blue = channels(colour)
    while contrast(_hex(red, green, blue), "#ffffff") < READABLE:
        red, green, blue = red * 0.94, green * 0.94, blue * 0.94
    return _hex(red, green, blue)


def tint(colour: str, strength: float) -> str:
    """`colour` mixed with white; strength 0 is white, 1 the colour itself."""
    return _hex(*(255 - (255 - channel) * strength for channel in channels(colour)))


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue, 0…255."""
    value = int(colour[1:], 16)
    return float(value >> 16), float(value >> 8 & 255), float(value & 255)


def _hex(red: float, green: float, blue: float) -> str:
    return f"#{round(red):02x}{round(green):02x}{round(blue):02x}"


def _luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
