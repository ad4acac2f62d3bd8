"""Decoding: bytes whose container was walked → a Pillow image, within limits.

Pillow's own `Image.open` is not used: it tries every format, warns where we refuse, and turns
multi-picture JPEGs into something else. Each format's reader is called by name instead.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile

from auditapi.photos.containers import HEIC, JPEG, PNG, WEBP, Layout, read_layout
from auditapi.photos.exif import Exif, read_exif
from auditapi.photos.refusals import NotAPhoto, RefusalCode

# iPhone panoramas are 16,382 pixels wide; JPEG itself ends at 65,535.
LONGEST_SIDE = 16_384
# Phones' largest sensors have 200 megapixels.
MOST_PIXELS = LONGEST_SIDE * 12_288
# What one decode may hold. It lets in a 48-megapixel HEIC and a 200-megapixel camera JPEG, of which
# a decode at 1/8 holds 9 MB; not a 100-megapixel PNG or progressive JPEG.
MOST_BYTES = 256 << 20

_READERS: dict[str, Callable[[BytesIO], Image.Image]] = {
    JPEG: JpegImageFile,
    PNG: PngImageFile,
    WEBP: WebPImageFile,
    HEIC: HeifImageFile,
}


class Budget:
    """Lets decodes in while all of them together stay under `most` bytes.

    Every decode counts at least `least`, which bounds how many run side by side. One that alone is
    over the budget runs when nothing else does.
    """

    def __init__(self, most: int, least: int) -> None:
        self._most, self._least = most, least
        self._used = 0
        self._changed = threading.Condition()

    @contextmanager
    def holding(self, size: float) -> Iterator[None]:
        """Waits until `size` bytes are free, and holds them for the block."""
        size = min(max(int(size), self._least), self._most)
        with self._changed:
            self._changed.wait_for(lambda: self._used + size <= self._most)
            self._used += size
        try:
            yield
        finally:
            with self._changed:
                self._used -= size
                self._changed.notify_all()


# Per process: eight small decodes, or one big one, at a time.
budget = Budget(most=128 << 20, least=16 << 20)


def check_limits(width: int, height: int, bytes_a_pixel: float) -> None:
    """Refuses what is too long, too big, or too dear to decode. Sizes in pixels, as stored."""
    if max(width, height) > LONGEST_SIDE:
        raise NotAPhoto(
            RefusalCode.TOO_LONG,
            f"{width} x {height} pixels; a side may have at most {LONGEST_SIDE}",
        )
    pixels = width * height
    most = min(MOST_PIXELS, int(MOST_BYTES / bytes_a_pixel))
    if pixels > most:
        raise NotAPhoto(
            RefusalCode.TOO_MANY_PIXELS,
            f"{pixels / 1e6:.1f} megapixels; at most {most / 1e6:.0f} in this format",
        )


# Of a JPEG's one run of compressed pixels: its first lines, for which all of its tables are needed.
# So many bytes, of so many lines; of more lines than there are bytes for, the rest would be grey.
_SAMPLE = 8 * 1024
_SAMPLE_LINES = 128
_JPEG_END = b"\xff\xd9"


@contextmanager
def reading(data: bytes, *, sample: bool = False) -> Iterator[tuple[Layout, Exif, Image.Image]]:
    """Walks the file, checks the limits and opens it; pixels are decoded by `image.load()`.

    The block runs within the budget. Whatever a decoder raises on hostile bytes comes out as
    `NotAPhoto`. `sample`: of pixels in which no decoder can find a fault only the first lines are
    there, and the image is as high as these; enough to know whether the picture can be decoded.
    """
    layout = read_layout(data)
    if layout.width:
        check_limits(layout.width, layout.height, layout.bytes_a_pixel)
    if layout.short:
        raise NotAPhoto(RefusalCode.TRUNCATED, "the file holds fewer pixels than its size says")
    # WeasyPrint, once imported, has Pillow fill up broken pictures in all of the process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with _refusing():
        image = _READERS[layout.media_type](BytesIO(_picture_alone(data, layout, sample)))
    if not layout.width:
        check_limits(*image.size, layout.bytes_a_pixel)
    exif = read_exif(image.info.get("exif") if layout.media_type == HEIC else layout.exif)
    with budget.holding(image.width * image.height * layout.bytes_a_pixel), _refusing():
        yield layout, exif, image


def _picture_alone(data: bytes, layout: Layout, sample: bool) -> bytes:
    """The file without trailer and metadata: Pillow reads EXIF for the resolution, and warns."""
    cut = sample and layout.end - layout.pixels_at > _SAMPLE
    begins = [0, *(aside.stop for aside in layout.asides)]
    ends = [*(aside.start for aside in layout.asides), layout.end]
    if cut:
        ends[-1] = layout.pixels_at + _SAMPLE
        data = _with_height(data[: ends[-1]], layout.height_at, min(layout.height, _SAMPLE_LINES))
    parts = [data[a:b] for a, b in zip(begins, ends, strict=True)]
    return b"".join([*parts, _JPEG_END] if cut else parts)


def _with_height(jpeg: bytes, height_at: int, lines: int) -> bytes:
    return b"".join([jpeg[:height_at], lines.to_bytes(2), jpeg[height_at + 2 :]])


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (NotAPhoto, MemoryError):  # a full machine says nothing of the photo
        raise
    except Exception as error:  # decoders raise anything at all on bytes made to hurt
        code = RefusalCode.TRUNCATED if "truncated" in str(error).lower() else RefusalCode.BROKEN
        raise NotAPhoto(code, f"the picture cannot be decoded ({str(error)[:200]})") from error
