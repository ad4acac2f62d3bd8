"""Containers: walks the structure of JPEG, PNG, WebP and HEIC files, without decoding a pixel.

A walk finds out what the file says of itself (size, EXIF, how much memory a decode takes), that it
is whole, and what stands behind the picture.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from auditapi.photos.refusals import NotAPhoto, RefusalCode

JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"

# A normal progressive JPEG has about ten scans. Thousands of them in a small file keep a decoder
# busy for minutes.
MOST_SCANS = 64

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Layout:
    """What a file says of itself.

    `width` and `height` are as stored, before EXIF orientation; 0 for HEIC, whose size only its
    decoder knows. `end` is where the picture's own bytes end; from `pixels_at` until there stands
    nothing but compressed pixels in one run, in which a decoder finds no fault. `bytes_a_pixel` is
    what a decode holds in memory for each stored pixel. `asides` are metadata that a decoder
    needs not and may stumble over.
    """

    media_type: str
    width: int
    height: int
    end: int
    pixels_at: int
    bytes_a_pixel: float
    exif: bytes | None = None
    asides: tuple[slice, ...] = ()


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

_SOI, _EOI, _SOS, _APP1 = 0xD8, 0xD9, 0xDA, 0xE1
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
# All application segments and comments, but those that say how colours are meant.
_ASIDES = {*range(0xE0, 0xF0), 0xFE} - {0xE0, 0xE2, 0xEE}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_ARITHMETIC = {*range(0xC9, 0xCC), *range(0xCD, 0xD0)}
# In compressed data FF is followed by 00 or a restart marker (or is doubled); anything else is the
# next marker.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg(data: bytes) -> Layout:
    width = height = components = frame = scans = in_scan = 0
    exif = None
    asides: list[slice] = []
    pixels_at = end = 0
    last = _SOI
    for marker, at, length in _segments(data):
        if marker in _ASIDES:
            asides.append(slice(at - 4, at + length))
        if marker in _FRAMES:
            if length < 6 or components:
                raise _broken("the JPEG has a damaged or a second frame header")
            _, height, width, components = struct.unpack_from(">BHHB", data, at)
            frame = marker
            _check_sampling(data[at + 6 : at + length])
        elif marker == _APP1 and exif is None and data.startswith(b"Exif\0\0", at):
            exif = data[at : at + length]
        elif marker == _SOS:
            scans += 1
            in_scan = data[at] if length else 0
            pixels_at = at + length
        elif marker == _EOI:
            end = at
            break
        last = marker
    if not (width and height and components and scans):
        raise _broken("the JPEG says nothing of its size or holds no picture")
    if scans > MOST_SCANS:
        raise NotAPhoto(RefusalCode.TOO_COSTLY, f"{scans} scans; at most {MOST_SCANS} are decoded")
    # One scan with every component is decoded line by line, at 1/8 of the size. For anything else
    # all coefficients are held at once, two bytes each.
    at_once = frame in _PROGRESSIVE or scans > 1 or in_scan < components
    # Segments may stand between scans and behind the last one; arithmetic codes can be wrong.
    one_run = not at_once and last == _SOS and frame not in _ARITHMETIC
    return Layout(
        JPEG,
        width,
        height,
        end,
        pixels_at if one_run else end,
        2.0 * components if at_once else components / 64,
        exif,
        tuple(asides),
    )


def _check_sampling(components: bytes) -> None:
    """Each component's samples across and down have to divide the largest: libjpeg does not
    enlarge others, and finds out in the middle of its work."""
    factors = [(byte >> 4, byte & 15) for byte in components[1::3]]
    for of_each in zip(*factors, strict=True):
        if not all(of_each) or any(max(of_each) % factor for factor in of_each):
            raise _broken("the JPEG keeps its colours in a way that nobody decodes")


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, where its payload begins, how long it is) from SOI to EOI, which comes last."""
    at = 2
    while True:
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
