"""A canvas for scenes: simple shapes, textures in perspective, soft shadows, named regions.

All lengths are in units of a picture of 1600 x 1200. The canvas reaches 160 units beyond it on the
left and right and 120 above and below, so that the camera may tilt without showing an edge.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1600, 1200
BLEED_X, BLEED_Y = 160, 120
# Shapes are drawn larger than the picture, because Pillow draws their edges in steps.
SCALE = 1.3

Color = tuple[int, int, int]
Spot = tuple[float, float]
Quad = tuple[Spot, Spot, Spot, Spot]


@dataclass(frozen=True)
class Rectangle:
    """A rectangle in canvas units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def corners(self) -> Quad:
        """Upper left, upper right, lower right, lower left."""
        right, bottom = self.x + self.width, self.y + self.height
        return (self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)


def shade(color: Color, factor: float) -> Color:
    """The colour, darker (below 1) or lighter (above 1)."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in color)
    return red, green, blue


def mix(one: Color, other: Color, part: float) -> Color:
    """`part` 0 gives the one colour, 1 the other."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


@lru_cache(maxsize=64)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own typeface, so that scenes look the same on every machine."""
    loaded = ImageFont.load_default(size)
    if not isinstance(loaded, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return loaded


def homography(source: Sequence[Spot], target: Sequence[Spot]) -> tuple[float, ...]:
    """The eight numbers of the projection that takes four spots to four others."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return tuple(row[8] for row in rows)


def project(numbers: Sequence[float], spot: Spot) -> Spot:
    """Where a projection takes a spot."""
    a, b, c, d, e, f, g, h = numbers
    x, y = spot
    depth = g * x + h * y + 1
    return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth


class Canvas:
    """What a scene is drawn on. `random` is the scene's own, so a seed gives one picture."""

    def __init__(self, seed: str, background: Color = (200, 200, 200)) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a drawing, not a secret
        size = (round((WIDTH + 2 * BLEED_X) * SCALE), round((HEIGHT + 2 * BLEED_Y) * SCALE))
        self.image = Image.new("RGB", size, background)
        self._draw = ImageDraw.Draw(self.image)
        self.regions: dict[str, Rectangle] = {}

    def mark(self, name: str, x: float, y: float, width: float, height: float) -> None:
        """Names a region of interest."""
        self.regions[name] = Rectangle(x, y, width, height)

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Canvas units as pixels of `image`."""
        return round((x + BLEED_X) * SCALE), round((y + BLEED_Y) * SCALE)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Color,
        radius: float = 0,
        outline: Color | None = None,
    ) -> None:
        corners = (*self.at(x, y), *self.at(x + width, y + height))
        self._draw.rounded_rectangle(corners, radius * SCALE, fill, outline, 2 if outline else 0)

    def ellipse(self, x: float, y: float, width: float, height: float, fill: Color) -> None:
        self._draw.ellipse((*self.at(x, y), *self.at(x + width, y + height)), fill)

    def polygon(self, spots: Sequence[Spot], fill: Color) -> None:
        self._draw.polygon([self.at(*spot) for spot in spots], fill)

    def line(self, spots: Sequence[Spot], fill: Color, width: float = 1) -> None:
        pixels = [self.at(*spot) for spot in spots]
        self._draw.line(pixels, fill, max(1, round(width * SCALE)), "curve")

    def gradient(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colors: Sequence[Color],
        *,
        sideways: bool = False,
    ) -> None:
        """A rectangle whose colour changes from top to bottom, or from left to right."""
        left, top = self.at(x, y)
        right, bottom = self.at(x + width, y + height)
        if right > left and bottom > top:
            strip = gradient((right - left, bottom - top), colors, sideways=sideways)
            self.image.paste(strip, (left, top))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        fill: Color = (20, 20, 20),
        anchor: str = "mm",
        bold: float = 0,
    ) -> None:
        """One line; `bold` thickens the strokes, in units."""
        self._draw.text(
            self.at(x, y),
            text,
            fill,
            font(round(size * SCALE)),
            anchor,
            stroke_width=round(bold * SCALE),
            stroke_fill=fill,
        )

    def paste(self, tile: Image.Image, x: float, y: float) -> None:
        """A tile in pixels of `image`; its alpha counts."""
        self.image.paste(tile, self.at(x, y), tile if tile.mode == "RGBA" else None)

    def warp(self, tile: Image.Image, quad: Quad) -> None:
        """A tile in perspective: its corners come to lie on the four spots."""
        spots = [self.at(*spot) for spot in quad]
        left, top = (min(part) for part in zip(*spots, strict=True))
        right, bottom = (max(part) for part in zip(*spots, strict=True))
        inside = [(x - left, y - top) for x, y in spots]
        width, height = tile.size
        corners = [(0, 0), (width, 0), (width, height), (0, height)]
        laid = tile.convert("RGBA").transform(
            (max(1, right - left), max(1, bottom - top)),
            Image.Transform.PERSPECTIVE,
            homography(inside, corners),
            Image.Resampling.BICUBIC,
        )
        self.image.paste(laid, (left, top), laid)

    def shadow(self, spots: Sequence[Spot], blur: float = 12, strength: float = 0.45) -> None:
        """A soft dark patch: what stands or lies there is drawn over it afterwards."""
        pixels = [self.at(*spot) for spot in spots]
        reach = round(3 * blur * SCALE)
        left, top = (min(part) - reach for part in zip(*pixels, strict=True))
        right, bottom = (max(part) + reach for part in zip(*pixels, strict=True))
        # Soft edges need no detail: a quarter of the size is drawn.
        mask = Image.new("L", (max(1, (right - left) // 4), max(1, (bottom - top) // 4)))
        inside = [((x - left) / 4, (y - top) / 4) for x, y in pixels]
        ImageDraw.Draw(mask).polygon(inside, round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE / 4))
        mask = mask.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
        self.image.paste((0, 0, 0), (left, top), mask)

    def glow(self, x: float, y: float, width: float, height: float, color: Color) -> None:
        """Light: a soft bright patch, strongest in the middle."""
        left, top = self.at(x, y)
        size = round(width * SCALE), round(height * SCALE)
        mask = Image.radial_gradient("L").point(lambda v: max(0, 255 - round(v * 1.42)))
        self.image.paste(color, (left, top), mask.resize(size, Image.Resampling.BICUBIC))


def gradient(
    size: tuple[int, int], colors: Sequence[Color], *, sideways: bool = False
) -> Image.Image:
    """A picture that runs through the colours."""
    strip = Image.new("RGB", (1, len(colors)))
    strip.putdata(list(colors))
    if sideways:
        strip = strip.transpose(Image.Transpose.TRANSPOSE)
    # Half a colour's width at each end has no neighbour to run to: it is cut off.
    box = (0.5, 0, len(colors) - 0.5, 1) if sideways else (0, 0.5, 1, len(colors) - 0.5)
    # Along one line only; all the others are copies of it.
    line = (size[0], 1) if sideways else (1, size[1])
    run = strip.resize(line, Image.Resampling.BILINEAR, box)
    return run.resize(size, Image.Resampling.NEAREST)
