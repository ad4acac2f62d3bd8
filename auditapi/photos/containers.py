"""Containers: walks the structure of JPEG, PNG, WebP and HEIC files, without decoding a pixel.

A walk finds out what the file says of itself (size, EXIF, how much memory a decode takes), that it
is whole, and what stands behind the picture.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from auditapi.photos.refusals import NotAPhoto, RefusalCode

JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"

# A normal progressive JPEG has about ten scans. Thousands of them in a small file keep a decoder
# busy for minutes.
MOST_SCANS = 64
# Metadata of 32 MB take 512 segments; millions of empty ones fill the memory.
MOST_SEGMENTS = 4096

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Layout:
    """What a file says of itself.

    `width` and `height` are as stored, before EXIF orientation; 0 for HEIC, whose size only its
    decoder knows. `end` is where the picture's own bytes end; from `pixels_at` until there stands
    nothing but compressed pixels in one run, in which a decoder finds no fault. `bytes_a_pixel` is
    what a decode holds in memory for each stored pixel. `asides` are metadata that a decoder
    needs not and may stumble over. `height_at`: where a JPEG says its height, in two bytes.
    `short`: the compressed pixels are fewer than any picture of this size takes.
    """

    media_type: str
    width: int
    height: int
    end: int
    pixels_at: int
    bytes_a_pixel: float
    exif: bytes | None = None
    asides: tuple[slice, ...] = ()
    height_at: int = 0
    short: bool = False


def read_layout(data: bytes) -> Layout:
    """Walks the file by its first bytes. Raises `NotAPhoto`."""
    if not data:
        raise NotAPhoto(RefusalCode.EMPTY, "the file is empty")
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(_PNG_SIGNATURE):
        return _png(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp" and _HEIC_BRANDS & set(_brands(data)):
        return _heic(data)
    name = _name_of_other(data)
    if name:
        raise NotAPhoto(RefusalCode.UNSUPPORTED, f"{name}: only JPEG, PNG, WebP and HEIC are taken")
    raise NotAPhoto(RefusalCode.UNKNOWN, "these bytes are no JPEG, PNG, WebP or HEIC picture")


def _cut() -> NotAPhoto:
    return NotAPhoto(RefusalCode.TRUNCATED, "the file ends before the picture does")


def _broken(what: str) -> NotAPhoto:
    return NotAPhoto(RefusalCode.BROKEN, what)


def _animated() -> NotAPhoto:
    return NotAPhoto(
        RefusalCode.ANIMATED, "an animation shows more than one picture; evidence is one"
    )


# JPEG (ITU T.81)

_SOI, _EOI, _SOS, _DRI, _APP1 = 0xD8, 0xD9, 0xDA, 0xDD, 0xE1
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
_ARITHMETIC = 0xC9
_BY_LINE = {0xC0, 0xC1, _ARITHMETIC}  # the frames that need not be held as a whole
# All application segments and comments, but those that say how colours are meant.
_ASIDES = {*range(0xE0, 0xF0), 0xFE} - {0xE0, 0xE2, 0xEE}
# In compressed data FF is followed by 00 or a restart marker (or is doubled); anything else is the
# next marker.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")


class _Frame(NamedTuple):
    """A JPEG's frame header; `factors` are each component's samples across and down."""

    marker: int
    width: int
    height: int
    factors: list[tuple[int, int]]


@dataclass(slots=True)
class _Walk:
    """What the segments of a JPEG said, up to its end. The places are those of its last scan."""

    frame: _Frame | None = None
    height_at: int = 0
    exif: bytes | None = None
    asides: list[slice] = field(default_factory=list)
    restart_interval: int = 0
    scans: int = 0
    components_in_scan: int = 0
    pixels_at: int = 0
    last: int = _SOI
    end: int = 0


def _jpeg(data: bytes) -> Layout:
    walk = _walk_jpeg(data)
    if walk.frame is None or not walk.scans:
        raise _broken("the JPEG says nothing of its size or holds no picture")
    if walk.scans > MOST_SCANS:
        raise NotAPhoto(
            RefusalCode.TOO_COSTLY, f"{walk.scans} scans; at most {MOST_SCANS} are decoded"
        )
    marker, width, height, factors = walk.frame
    components, asides = len(factors), tuple(walk.asides)
    # One scan with every component is decoded line by line, at 1/8 of the size. For anything else
    # all coefficients are held at once, two bytes each.
    by_line = marker in _BY_LINE and walk.scans == 1 and walk.components_in_scan >= components
    cost = components / 64 if by_line else 2.0 * components
    # Segments may stand between scans and behind the last one; arithmetic codes can be wrong.
    if not by_line or walk.last != _SOS or marker == _ARITHMETIC:
        return Layout(JPEG, width, height, walk.end, walk.end, cost, walk.exif, asides)
    short = _is_short(data, walk.pixels_at, walk.end - 2, walk.frame, walk.restart_interval)
    return Layout(
        JPEG,
        width,
        height,
        walk.end,
        walk.pixels_at,
        cost,
        walk.exif,
        asides,
        walk.height_at,
        short,
    )


def _walk_jpeg(data: bytes) -> _Walk:
    walk = _Walk()
    for marker, at, length in _segments(data):
        if marker in _ASIDES:
            walk.asides.append(slice(at - 4, at + length))
        if marker in _FRAMES:
            if walk.frame:
                raise _broken("the JPEG has two frame headers")
            walk.frame, walk.height_at = _read_frame(marker, data[at : at + length]), at + 1
        elif marker == _APP1 and walk.exif is None and data.startswith(b"Exif\0\0", at):
            walk.exif = data[at : at + length]
        elif marker == _DRI:
            walk.restart_interval = int.from_bytes(data[at : at + length])
        elif marker == _SOS:
            walk.scans += 1
            walk.components_in_scan = data[at] if length else 0
            walk.pixels_at = at + length
        elif marker == _EOI:
            walk.end = at
            break
        walk.last = marker
    return walk


def _read_frame(marker: int, body: bytes) -> _Frame:
    """Reads a frame header. Each component's samples across and down have to divide the largest:
    libjpeg does not enlarge others, and finds out in the middle of its work."""
    if len(body) < 6 or len(body) != 6 + 3 * body[5]:
        raise _broken("the JPEG has a damaged frame header")
    _, height, width, components = struct.unpack_from(">BHHB", body)
    if not (width and height and components):
        raise _broken("the JPEG says nothing of its size")
    factors = [(byte >> 4, byte & 15) for byte in body[7::3]]
    for of_each in zip(*factors, strict=True):
        if not all(of_each) or any(max(of_each) % factor for factor in of_each):
            raise _broken("the JPEG keeps its colours in a way that nobody decodes")
    return _Frame(marker, width, height, factors)


def _is_short(data: bytes, begin: int, stop: int, frame: _Frame, interval: int) -> bool:
    """Whether this one scan of Huffman codes is too short to hold a picture of the frame's size.

    The flattest picture takes two bits for each block of 8 x 8 samples: one for its brightness,
    one for its end. After every `interval` units of blocks a restart marker of two bytes follows
    and a byte begins anew.
    """
    blocks = across = down = 1  # one component alone comes block by block, whatever its factors
    if len(frame.factors) > 1:
        blocks = sum(h * v for h, v in frame.factors)
        across, down = (max(of_each) for of_each in zip(*frame.factors, strict=True))
    units = -(-frame.width // (8 * across)) * -(-frame.height // (8 * down))
    restarts = (units - 1) // interval if interval else 0
    rest = units - restarts * interval
    least = restarts * (-(-interval * blocks // 4) + 2) + -(-rest * blocks // 4)
    if stop - begin < least or not restarts:
        return stop - begin < least
    found = islice(_RESTART.finditer(data, begin, stop), restarts)
    return sum(1 for _ in found) < restarts


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, where its payload begins, how long it is) from SOI to EOI, which comes last."""
    at = 2
    for _ in range(MOST_SEGMENTS):
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        head = data[at : at + 4]
        if len(head) >= 2 and head[1] == _EOI:
            yield _EOI, at + 2, 0
            return
        if len(head) < 4:
            raise _cut()
        marker, length = head[1], int.from_bytes(head[2:])
        if head[0] != 0xFF or marker < 0xC0 or marker == _SOI or length < 2:
            raise _broken("the JPEG has no marker where one must stand")
        if at + 2 + length > len(data):
            raise _cut()
        yield marker, at + 4, length - 2
        at += 2 + length
        if marker == _SOS:
            found = _NEXT_MARKER.search(data, at)
            if found is None:
                raise _cut()
            at = found.start()
    raise NotAPhoto(RefusalCode.TOO_COSTLY, f"more than {MOST_SEGMENTS} segments")


def jpeg_end(data: bytes) -> int | None:
    """Where the JPEG at the beginning of these bytes ends; None when it is none or not whole."""
    try:
        return _jpeg(data).end if data.startswith(b"\xff\xd8\xff") else None
    except NotAPhoto:
        return None


# PNG (W3C PNG, third edition)


def _png(data: bytes) -> Layout:
    width = height = 0
    exif = None
    at = len(_PNG_SIGNATURE)
    while True:
        if at + 12 > len(data):
            raise _cut()
        length, kind = struct.unpack_from(">I4s", data, at)
        begin, stop = at + 8, at + 8 + length
        if stop + 4 > len(data):
            raise _cut()
        if zlib.crc32(data[at + 4 : stop]) != int.from_bytes(data[stop : stop + 4]):
            raise _broken("a part of the PNG does not match its checksum")
        if (kind == b"IHDR") != (at == 8):
            raise _broken("the PNG does not begin with its header")
        if kind == b"IHDR" and length == 13:
            width, height = struct.unpack_from(">II", data, begin)
        elif kind == b"acTL":
            raise _animated()
        elif kind == b"eXIf":
            exif = data[begin:stop]
        at = stop + 4
        if kind == b"IEND":
            break
    if not (width and height):
        raise _broken("the PNG says nothing of its size")
    return Layout(PNG, width, height, at, at, 4, exif)


# WebP (RFC 9649)


def _webp(data: bytes) -> Layout:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise _cut()
    size: tuple[int, int] | None = None
    exif = None
    at = 12
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if at + 8 + length > end:
            raise _cut()
        if kind in (b"ANIM", b"ANMF"):
            raise _animated()
        if kind in (b"VP8 ", b"VP8L", b"VP8X"):
            size = size or _webp_size(kind, body)
        elif kind == b"EXIF":
            exif = body
        at += 8 + length + length % 2
    if size is None:
        raise _broken("the WebP holds no picture")
    # libwebp keeps its own copy of the pixels beside Pillow's.
    return Layout(WEBP, *size, end, end, 8, exif)


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X" and len(body) >= 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a" and len(body) >= 10:
        width, height = struct.unpack_from("<HH", body, 6)
        if width & 0x3FFF and height & 0x3FFF:
            return width & 0x3FFF, height & 0x3FFF
    raise _broken("the WebP's header is damaged")


# HEIC (ISO 23008-12, on ISO base media boxes)


def _brands(data: bytes) -> list[bytes]:
    size = min(int.from_bytes(data[:4]), 1024)
    return [data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))]


def _heic(data: bytes) -> Layout:
    end = boxes_end(data)
    if end is None:
        raise _cut()
    # Its decoder holds YCbCr and RGB side by side.
    return Layout(HEIC, 0, 0, end, end, 4.5)


def boxes_end(data: bytes) -> int | None:
    """Where the row of ISO media boxes at the beginning of these bytes ends.

    None when there is none, or its last box is not whole. Bytes that are no box end the row.
    """
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        if not re.fullmatch(rb"[\w \-]{4}", data[at + 4 : at + 8]):
            break
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        if size == 0:
            return len(data)
        if size < 8:
            break
        if at + size > len(data):
            return None
        at += size
    return at or None


_OTHERS = {
    b"GIF8": "a GIF picture",
    b"II*\0": "a TIFF or raw picture",
    b"MM\0*": "a TIFF or raw picture",
    b"BM": "a BMP picture",
    b"8BPS": "a Photoshop picture",
    b"\xff\x0a": "a JPEG XL picture",
    b"\0\0\0\x0cJXL ": "a JPEG XL picture",
    b"\0\0\0\x0cjP  ": "a JPEG 2000 picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1aE\xdf\xa3": "a video",
}


def _name_of_other(data: bytes) -> str | None:
    for sign, name in _OTHERS.items():
        if data.startswith(sign):
            return name
    if data[4:8] == b"ftyp":
        return "an AVIF picture" if {b"avif", b"avis"} & set(_brands(data)) else "a video"
    beginning = data[:1024].lower()
    if b"<svg" in beginning:
        return "an SVG drawing"
    return "a web page" if b"<html" in beginning or b"<!doctype html" in beginning else None
