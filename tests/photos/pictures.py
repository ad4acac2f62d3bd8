"""Builds photo files for tests: honest ones of every kind, and the pieces of hostile ones."""

from __future__ import annotations

import random
import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageCms


def gradient(width: int = 320, height: int = 240) -> Image.Image:
    """A picture with detail everywhere; every file of it is some kilobytes long."""
    random_bytes = random.Random(7).randbytes(3 * (width // 8) * (height // 8))
    small = Image.frombytes("RGB", (width // 8, height // 8), random_bytes)
    return small.resize((width, height), Image.Resampling.BICUBIC)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(image).save(buffer, quality=80, **options)
    else:
        image.save(buffer, form, **options)
    return buffer.getvalue()


@cache
def photo(form: str) -> bytes:
    """A small honest photo as JPEG, PNG, WEBP or HEIF."""
    return saved(gradient(), form)


def jpeg_segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def with_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    """The JPEG with one more segment right after its beginning."""
    return jpeg[:2] + jpeg_segment(marker, payload) + jpeg[2:]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + check


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose few hundred bytes claim any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", body)
        + png_chunk(b"IEND", b"")
    )


def jpeg_of_size(width: int, height: int, jpeg: bytes) -> bytes:
    """The JPEG with another size in its frame header."""
    at = next(at for at in range(len(jpeg)) if jpeg[at : at + 2] in (b"\xff\xc0", b"\xff\xc2"))
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def flat_jpeg_of_size(width: int, height: int) -> bytes:
    """A sound baseline JPEG of one colour in any size, without drawing it: one line of blocks,
    again and again behind restart markers."""
    line = saved(Image.new("RGB", (width, 16), (90, 120, 60)), "JPEG", restart_marker_rows=1)
    line = jpeg_of_size(width, height, line)
    scan = line.index(b"\xff\xda")
    pixels_at = scan + 2 + int.from_bytes(line[scan + 2 : scan + 4])
    lines = [line[pixels_at:-2]] * -(-height // 16)
    for number in range(len(lines) - 1):
        lines[number] += bytes((0xFF, 0xD0 + number % 8))
    return line[:pixels_at] + b"".join(lines) + line[-2:]


def png_of_samples(kind: int, depth: int, size: tuple[int, int], *, interlaced: bool) -> bytes:
    """A PNG of noise, of any colour type and bits a sample, as Pillow writes few of them."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    # Where each pass begins and how far apart its pixels are, across and down.
    adam7 = [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
        (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ]  # fmt: skip
    noise, rows = random.Random(5), []
    for left, top, across, down in adam7 if interlaced else [(0, 0, 1, 1)]:
        width, height = -((left - size[0]) // across), -((top - size[1]) // down)
        if width > 0:
            length = -(-width * samples * depth // 8)
            rows += [b"\0" + noise.randbytes(length) for _ in range(height)]
    header = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, interlaced)
    palette = png_chunk(b"PLTE", noise.randbytes(3 << depth)) if kind == 3 else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + palette
        + png_chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + png_chunk(b"IEND", b"")
    )


def box(kind: bytes, body: bytes) -> bytes:
    """A box of the ISO base media format."""
    return struct.pack(">I", len(body) + 8) + kind + body


def video(length: int = 3000) -> bytes:
    """A video as motion photos have it."""
    body = random.Random(3).randbytes(length)
    return box(b"ftyp", b"mp42\0\0\0\0isommp42") + box(b"mdat", body) + box(b"moov", b"\0" * 64)


def samsung(body: bytes) -> bytes:
    """A Samsung trailer: data, and a directory at the very end."""
    directory = b"SEFH" + struct.pack("<III", 106, 1, 0) + b"\0" * 8
    return body + directory + struct.pack("<I", len(directory)) + b"SEFT"


def swapped_profile() -> bytes:
    """A colour profile that is sRGB with red and green exchanged, under another name."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (count,) = struct.unpack_from(">I", profile, 128)
    table = bytearray(profile)
    found = {}
    for at in range(132, 132 + 12 * count, 12):
        found[profile[at : at + 4]] = at
    red, green = found[b"rXYZ"] + 4, found[b"gXYZ"] + 4
    table[red : red + 8], table[green : green + 8] = (
        profile[green : green + 8],
        profile[red : red + 8],
    )
    return bytes(table).replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))


def foreign_profiles() -> list[bytes]:
    """Colour profiles of other spaces than a photo's: two real ones, and sRGB that claims to be
    grey, CMYK and so on."""
    claimed = [b"GRAY", b"CMYK", b"Lab ", b"XYZ ", b"none"]
    profile = swapped_profile()
    real = [ImageCms.ImageCmsProfile(ImageCms.createProfile(s)).tobytes() for s in ("LAB", "XYZ")]
    return [*real, *(profile[:16] + space + profile[20:] for space in claimed)]
