"""From what somebody uploads as a logo to what is printed (pure).

The bytes are looked into as those of a photo are, decoded, and written anew: upright, no larger
than print needs, and without anything that is not a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from auditapi.photos import derivatives
from auditapi.photos.containers import JPEG, PNG
from auditapi.photos.decoding import reading
from auditapi.photos.inspection import inspect
from auditapi.photos.refusals import NotAPhoto, RefusalCode

LARGEST = 1 << 20
LONGEST_SIDE = 1200
"""Pixels; the logo is at most 40 mm wide, so these are more than 700 a inch."""
MEDIA_TYPES = frozenset({JPEG, PNG})


@dataclass(frozen=True)
class PreparedLogo:
    data: bytes
    media_type: str
    width: int
    height: int


def prepare(data: bytes) -> PreparedLogo:
    """Raises `NotAPhoto` for what is neither a sound JPEG nor a sound PNG."""
    media_type = inspect(data).media_type
    if media_type not in MEDIA_TYPES:
        raise NotAPhoto(RefusalCode.UNSUPPORTED, "a logo is a PNG or a JPEG")
    if media_type == PNG:
        with reading(data) as (_, _, image):
            image.load()
            if not image.mode.startswith("I"):
                return _as_png(image)
    made = derivatives.make(data, ())
    return PreparedLogo(made.print_jpeg, JPEG, *made.print_size)


def _as_png(image: Image.Image) -> PreparedLogo:
    """Flat colours stay sharp, and what can be seen through stays so."""
    picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    target = BytesIO()
    picture.save(target, "PNG", optimize=True)
    return PreparedLogo(target.getvalue(), PNG, *picture.size)
