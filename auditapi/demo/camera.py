"""The camera: takes a picture of a drawn canvas, as a phone would.

A slight tilt, uneven light, dark corners, grain, JPEG of a wanted size, EXIF.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from auditapi.demo.canvas import (
    BLEED_X,
    BLEED_Y,
    HEIGHT,
    SCALE,
    WIDTH,
    Canvas,
    Spot,
    homography,
    project,
)

# EXIF orientation → how a phone that is held so stores the upright picture.
_AS_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True)
class Capture:
    """What goes into EXIF. `orientation` 1…8 is how the phone was held."""

    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    orientation: int = 1
    make: str = "Demo"
    model: str = "Phone 5"


@dataclass(frozen=True)
class Region:
    """A named place on the upright picture, in fractions 0…1, as marks have them."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Scene:
    """A photo: its JPEG bytes, its upright size in pixels, and where things are on it."""

    kind: str
    jpeg: bytes
    width: int
    height: int
    regions: Mapping[str, Region]


def shoot(
    canvas: Canvas,
    kind: str,
    size: tuple[int, int],
    target_bytes: int,
    capture: Capture | None,
) -> Scene:
    """Takes the picture. The file comes within a tenth of `target_bytes` where quality can."""
    chance = canvas.random
    corners = _tilt(chance)
    picture = _projected(canvas, corners, size)
    picture = ImageChops.multiply(picture, _light(chance, size))
    picture = ImageEnhance.Color(picture).enhance(1.08)
    stored = (
        picture.transpose(_AS_STORED[capture.orientation])
        if (capture and capture.orientation in _AS_STORED)
        else picture
    )
    return Scene(
        kind=kind,
        jpeg=_encoded(_grained(stored, chance), target_bytes, _exif(capture)),
        width=size[0],
        height=size[1],
        regions=_regions(canvas, corners),
    )


def _tilt(chance: random.Random) -> list[Spot]:
    """The four spots of the canvas that become the picture's corners."""

    def jitter(most: int) -> float:
        return chance.uniform(-most, most)

    turn, lean = jitter(40), jitter(30)
    aside, up, closer = jitter(60), jitter(30), chance.uniform(-0.05, 0.02)
    spots = [
        (jitter(14) - 20, turn + jitter(10)),
        (WIDTH + jitter(14) + 20, -turn + jitter(10)),
        (WIDTH + jitter(14) + lean, HEIGHT + turn + jitter(10)),
        (jitter(14) - lean, HEIGHT - turn + jitter(10)),
    ]
    return [
        (x + aside + closer * (x - WIDTH / 2), y + up + closer * (y - HEIGHT / 2)) for x, y in spots
    ]


def _frame(size: tuple[float, float]) -> list[Spot]:
    width, height = size
    return [(0, 0), (width, 0), (width, height), (0, height)]


def _projected(canvas: Canvas, corners: list[Spot], size: tuple[int, int]) -> Image.Image:
    pixels = [((x + BLEED_X) * SCALE, (y + BLEED_Y) * SCALE) for x, y in corners]
    seen = canvas.image.transform(
        size,
        Image.Transform.PERSPECTIVE,
        homography(_frame(size), pixels),
        Image.Resampling.BILINEAR,
    )
    return seen.filter(ImageFilter.SMOOTH)  # edges were drawn in steps


def _regions(canvas: Canvas, corners: list[Spot]) -> dict[str, Region]:
    numbers = homography(corners, _frame((1, 1)))
    found = {}
    for name, rectangle in canvas.regions.items():
        spots = [project(numbers, corner) for corner in rectangle.corners]
        xs, ys = (sorted(min(1.0, max(0.0, v)) for v in part) for part in zip(*spots, strict=True))
        found[name] = Region(xs[0], ys[0], xs[-1] - xs[0], ys[-1] - ys[0])
    return found


def _light(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    """Dark corners, and light that comes from one side; made small, because it is soft."""
    across, down = 64, 48
    toward = chance.uniform(-0.12, 0.12)
    values = []
    for y in range(down):
        for x in range(across):
            u, v = (x + 0.5) / across - 0.5, (y + 0.5) / down - 0.5
            corner = 1.04 - 0.3 * math.pow(u * u + v * v, 1.1) / 0.5
            values.append(corner * (1.0 + toward * u - 0.07 * v))
    warm = [(v * 255, v * 252, v * 244) for v in values]
    small = Image.new("RGB", (across, down))
    small.putdata([(min(255, int(r)), min(255, int(g)), min(255, int(b))) for r, g, b in warm])
    return small.resize(size, Image.Resampling.BILINEAR)


def _grained(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Sensor grain: the same in all colours, a little finer than the eye sees."""
    width, height = picture.size
    grain = Image.frombytes("L", picture.size, chance.randbytes(width * height))
    grain = grain.filter(ImageFilter.BoxBlur(0.7)).point(lambda v: round(v * 26 / 255))
    return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)), 1, -13)


def _encoded(picture: Image.Image, target_bytes: int, exif: bytes) -> bytes:
    """The JPEG nearest below the wanted size, or the smallest there is."""
    low, high = 20, 97
    best = b""
    while low <= high:
        quality = (low + high) // 2
        buffer = BytesIO()
        picture.save(buffer, "JPEG", quality=quality, exif=exif)
        if len(buffer.getvalue()) <= target_bytes:
            best, low = buffer.getvalue(), quality + 1
        else:
            best, high = best or buffer.getvalue(), quality - 1
    return best


def _exif(capture: Capture | None) -> bytes:
    if capture is None:
        return b""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = capture.make, capture.model
    exif[0x0112] = capture.orientation
    if capture.taken_at:
        detail = exif.get_ifd(0x8769)
        detail[0x9003] = capture.taken_at.strftime("%Y:%m:%d %H:%M:%S")
        offset = capture.taken_at.strftime("%z")
        if offset:
            detail[0x9011] = f"{offset[:3]}:{offset[3:5]}"
    if capture.latitude is not None and capture.longitude is not None:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = "S" if capture.latitude < 0 else "N", _sexagesimal(capture.latitude)
        gps[3], gps[4] = "W" if capture.longitude < 0 else "E", _sexagesimal(capture.longitude)
    return exif.tobytes()


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(degrees) * 3600, 3600)
    return whole, rest // 60, round(rest % 60, 4)
