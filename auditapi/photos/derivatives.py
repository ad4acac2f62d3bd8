"""Derivatives: what people are shown instead of an original.

Upright, sRGB, without metadata, with every redaction burnt in. Made once after upload; the report
embeds the print untouched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageCms

from auditapi.photos.containers import HEIC
from auditapi.photos.decoding import reading
from auditapi.photos.marks import Redact
from auditapi.photos.perceptual import perceptual_hash

# 1280 pixels across half a page of A4 are 370 dpi; quality 75 gives about 240 KB.
PRINT_SIDE, THUMBNAIL_SIDE, QUALITY = 1280, 320, 75

# Reducing a picture mixes in colour from two pixels away (bicubic), and JPEG from as far as a
# block. The burnt area is wider by this much, so that nothing of what it covers seeps out.
_SEEP = 4
_REDACTED = (0, 0, 0)
_PAPER = (255, 255, 255)

# EXIF orientation → what turns the stored pixels upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Derivatives:
    """Two JPEGs with their sizes in pixels, and the perceptual hash of the uncovered picture.

    The hash is a signed 64-bit number; see `photos.perceptual` and `photos.duplicates`.
    """

    print_jpeg: bytes
    print_size: tuple[int, int]
    thumbnail_jpeg: bytes
    thumbnail_size: tuple[int, int]
    perceptual_hash: int


def make(data: bytes, redactions: Sequence[Redact]) -> Derivatives:
    """Makes print and thumbnail. Raises `NotAPhoto`, but not for bytes that `inspect` took."""
    with reading(data) as (layout, exif, image):
        # As long as the print, in the picture's proportion: a draft must cover both sides.
        image.draft(None, _within(image.size, PRINT_SIDE))
        image.load()
        picture = _plain(image)
        picture = _reduced(picture, PRINT_SIDE)
        picture = _srgb(picture, image.info.get("icc_profile"))
        if layout.media_type != HEIC and exif.orientation in _UPRIGHT:
            picture = picture.transpose(_UPRIGHT[exif.orientation])
    fingerprint = perceptual_hash(picture)
    _burn(picture, redactions, _SEEP)
    thumbnail = _reduced(picture, THUMBNAIL_SIDE)
    _burn(thumbnail, redactions, 0)
    return Derivatives(_jpeg(picture), picture.size, _jpeg(thumbnail), thumbnail.size, fingerprint)


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size in the same proportion whose long side is `side`; never larger than it is."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain(image: Image.Image) -> Image.Image:
    """L, RGB or CMYK: no palette, no alpha (on white paper), no 16-bit samples."""
    if image.mode in {"L", "RGB", "CMYK"}:
        return image
    if image.mode.startswith("I"):  # 16-bit grey; Pillow's own conversion clips it to white
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    paper = Image.new("RGB", image.size, _PAPER)
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    size = _within(picture.size, side)
    if size == picture.size:
        return picture.copy()
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB. A profile that is broken or of other colours is ignored."""
    if profile:
        try:
            if picture.mode in {"RGB", "CMYK"} and not _is_srgb(profile):
                return _transform(profile, picture.mode).apply(picture)
        # One of another colour space is a ValueError, found where the transform is built.
        except (ImageCms.PyCMSError, ValueError, OSError):
            pass
    return picture.convert("RGB")


def _is_srgb(profile: bytes) -> bool:
    """By its description, as makers write it: saves 20 ms on most photos."""
    return "srgb" in ImageCms.getProfileDescription(BytesIO(profile)).lower()


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    """Kept, because all phones of a make share one profile. NOCACHE lets threads share it."""
    return ImageCms.ImageCmsTransform(
        ImageCms.ImageCmsProfile(BytesIO(profile)),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        mode,
        "RGB",
        flags=ImageCms.Flags.NOCACHE,
    )


def _burn(picture: Image.Image, redactions: Sequence[Redact], margin: int) -> None:
    """Paints the rectangles over, rounded outwards and `margin` pixels wider on each side."""
    width, height = picture.size
    for at, size in ((redaction.at, redaction.size) for redaction in redactions):
        left, top = math.floor(at.x * width), math.floor(at.y * height)
        right = max(left, math.ceil((at.x + size.width) * width) - 1)
        bottom = max(top, math.ceil((at.y + size.height) * height) - 1)
        picture.paste(
            _REDACTED, (left - margin, top - margin, right + margin + 1, bottom + margin + 1)
        )


def _jpeg(picture: Image.Image) -> bytes:
    picture.info.clear()  # Pillow writes a comment it finds here
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()
