"""Goods: packages with made-up names, drawn once as a tile and put on a shelf many times."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw

from auditapi.demo.canvas import SCALE, Color, font, gradient, mix, shade

COLORS: tuple[Color, ...] = (
    (196, 48, 43), (226, 120, 38), (236, 186, 48), (122, 160, 58), (44, 118, 80),
    (38, 132, 150), (42, 86, 160), (92, 66, 140), (170, 62, 112), (128, 84, 52),
    (228, 222, 206), (58, 62, 70),
)  # fmt: skip
NAMES = (
    "Oats", "Rice", "Green tea", "Coffee", "Beans", "Honey", "Muesli", "Noodles", "Cocoa",
    "Salt", "Flour", "Soap", "Barley", "Lentils", "Sesame", "Ginger", "Pepper", "Crackers",
    "Almonds", "Raisins", "Starch", "Corn",
)  # fmt: skip
LIQUIDS = ("Vinegar", "Soy milk", "Syrup", "Juice", "Rice oil", "Cordial")
PAPER: Color = (246, 243, 234)

# Light over a round or a flat front, from left to right.
_ROUND = [(110,) * 3, (190,) * 3, (255,) * 3, (240,) * 3, (205,) * 3, (150,) * 3, (95,) * 3]
_FLAT = [(215,) * 3, (250,) * 3, (255,) * 3, (244,) * 3, (205,) * 3]


class Tile:
    """A package front in pixels, transparent around its outline."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = max(8, round(width * SCALE)), max(8, round(height * SCALE))
        self.image = Image.new("RGB", (self.width, self.height), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.outline = Image.new("L", (self.width, self.height), 0)
        self.cut = ImageDraw.Draw(self.outline)

    def part(self, x: float, y: float, right: float, bottom: float) -> tuple[int, int, int, int]:
        """Fractions of the tile as pixels."""
        w, h = self.width, self.height
        return round(x * w), round(y * h), round(right * w) - 1, round(bottom * h) - 1

    def text(self, x: float, y: float, text: str, size: float, fill: Color) -> None:
        """Centred text, made to fit; `size` as a fraction of the tile's width."""
        pixels = max(8, round(size * self.width))
        while pixels > 8 and font(pixels).getlength(text) > 0.86 * self.width:
            pixels -= 1
        spot = (x * self.width, y * self.height)
        self.draw.text(spot, text, fill, font(pixels), "mm", stroke_width=pixels // 40)

    def lit(self, light: list[Color]) -> Image.Image:
        """The finished front under shop light."""
        cover = gradient(self.image.size, light, sideways=True)
        lit = ImageChops.multiply(self.image, cover)
        lit.putalpha(self.outline)
        return lit


def _label(
    tile: Tile, name: str, color: Color, top: float, bottom: float, chance: random.Random
) -> None:
    """A band with the name, a line of small print and a sign."""
    tile.draw.rectangle(tile.part(0, top, 1, bottom), PAPER)
    edge = (bottom - top) * 0.06
    tile.draw.rectangle(tile.part(0, top, 1, top + edge), shade(color, 0.7))
    tile.draw.rectangle(tile.part(0, bottom - edge, 1, bottom), shade(color, 0.7))
    tile.text(0.5, top + (bottom - top) * 0.38, name, 0.26, shade(color, 0.55))
    size = chance.choice(
        ("0.5 l", "750 ml", "1 l") if name in LIQUIDS else ("200 g", "500 g", "1 kg")
    )
    tile.text(0.5, top + (bottom - top) * 0.7, size, 0.13, (90, 90, 90))


def carton(
    width: float, height: float, name: str, color: Color, chance: random.Random
) -> Image.Image:
    tile = Tile(width, height)
    tile.cut.rectangle(tile.part(0.015, 0, 0.985, 1), 255)
    tile.draw.rectangle(tile.part(0, 0, 1, 1), color)
    second = mix(color, chance.choice(COLORS), 0.55)
    style = chance.randrange(3)
    if style == 0:
        tile.draw.ellipse(tile.part(-0.3, 0.42, 1.3, 1.25), second)
    elif style == 1:
        tile.draw.polygon(
            [(0, tile.height), (tile.width, tile.height * 0.45), (tile.width, tile.height)], second
        )
    else:
        tile.draw.rectangle(tile.part(0, 0.72, 1, 0.9), second)
    tile.draw.rounded_rectangle(tile.part(0.08, 0.1, 0.92, 0.42), tile.width // 10, PAPER)
    tile.text(0.5, 0.22, name, 0.26, shade(color, 0.6))
    tile.text(0.5, 0.37, "natural", 0.12, (110, 110, 110))
    tile.draw.ellipse(
        tile.part(0.25, 0.5, 0.75, 0.5 + 0.5 * tile.width / tile.height), mix(second, PAPER, 0.5)
    )
    tile.draw.ellipse(
        tile.part(0.36, 0.53, 0.6, 0.53 + 0.24 * tile.width / tile.height), shade(second, 0.7)
    )
    tile.draw.rectangle(tile.part(0, 0, 1, 0.02), shade(color, 1.25))
    return tile.lit(_FLAT)


def bottle(
    width: float, height: float, name: str, color: Color, chance: random.Random
) -> Image.Image:
    tile = Tile(width, height)
    glass = mix(color, (60, 90, 60), 0.3)
    tile.cut.rounded_rectangle(tile.part(0.06, 0.3, 0.94, 1), tile.width // 7, 255)
    tile.cut.polygon(
        [
            (tile.width * x, tile.height * y)
            for x, y in ((0.1, 0.36), (0.34, 0.18), (0.66, 0.18), (0.9, 0.36))
        ],
        255,
    )
    tile.cut.rectangle(tile.part(0.34, 0.02, 0.66, 0.22), 255)
    tile.draw.rectangle(tile.part(0, 0, 1, 1), glass)
    tile.draw.rectangle(tile.part(0, 0, 1, 0.1), shade(chance.choice(COLORS), 0.9))
    _label(tile, name, color, 0.46, 0.86, chance)
    return tile.lit(_ROUND)


def can(width: float, height: float, name: str, color: Color, chance: random.Random) -> Image.Image:
    tile = Tile(width, height)
    tile.cut.rounded_rectangle(tile.part(0.03, 0.01, 0.97, 1), tile.width // 9, 255)
    tile.draw.rectangle(tile.part(0, 0, 1, 1), color)
    tile.draw.rectangle(tile.part(0, 0, 1, 0.06), (206, 206, 210))
    tile.draw.rectangle(tile.part(0, 0.95, 1, 1), (176, 176, 182))
    _label(tile, name, color, 0.3, 0.68, chance)
    tile.draw.ellipse(
        tile.part(0.36, 0.12, 0.64, 0.12 + 0.28 * tile.width / tile.height), mix(color, PAPER, 0.7)
    )
    return tile.lit(_ROUND)


def jar(width: float, height: float, name: str, color: Color, chance: random.Random) -> Image.Image:
    tile = Tile(width, height)
    tile.cut.rounded_rectangle(tile.part(0.02, 0.14, 0.98, 1), tile.width // 6, 255)
    tile.cut.rounded_rectangle(tile.part(0.08, 0, 0.92, 0.2), tile.width // 20, 255)
    tile.draw.rectangle(tile.part(0, 0, 1, 1), mix(color, (120, 70, 30), 0.4))
    tile.draw.rectangle(tile.part(0, 0, 1, 0.16), (196, 160, 70))
    _label(tile, name, color, 0.4, 0.82, chance)
    return tile.lit(_ROUND)


def bag(width: float, height: float, name: str, color: Color, chance: random.Random) -> Image.Image:
    tile = Tile(width, height)
    tile.cut.rounded_rectangle(tile.part(0.02, 0.04, 0.98, 1), tile.width // 5, 255)
    tile.cut.rectangle(tile.part(0.05, 0, 0.95, 0.12), 255)
    tile.draw.rectangle(tile.part(0, 0, 1, 1), color)
    tile.draw.rectangle(tile.part(0, 0, 1, 0.07), shade(color, 0.8))
    tile.draw.ellipse(
        tile.part(0.1, 0.2, 0.9, 0.2 + 0.8 * tile.width / tile.height), mix(color, PAPER, 0.85)
    )
    tile.text(0.5, 0.2 + 0.4 * tile.width / tile.height, name, 0.24, shade(color, 0.5))
    tile.draw.rectangle(tile.part(0, 0.82, 1, 0.9), shade(chance.choice(COLORS), 0.9))
    return tile.lit(_FLAT)


Package = Callable[[float, float, str, Color, random.Random], Image.Image]
# Kind of package and its width for a height of 1.
PACKAGES: tuple[tuple[Package, float], ...] = (
    (carton, 0.62), (bottle, 0.34), (can, 0.6), (jar, 0.72), (bag, 0.74), (carton, 0.46),
)  # fmt: skip


def names_for(package: Package) -> tuple[str, ...]:
    """What may be written on such a package."""
    return LIQUIDS if package is bottle else NAMES
