"""EXIF: when, where, with what and which way up a photo was taken.

A small reader of our own, because these bytes come from strangers: it looks at a dozen tags,
follows three directories and no more, and never raises or warns. What is broken is absent; a
photo is not refused for its EXIF.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

# Tags by their numbers in EXIF 2.32 (CIPA DC-008).
_MAKE, _MODEL, _ORIENTATION, _CHANGED_AT = 0x010F, 0x0110, 0x0112, 0x0132
_EXIF_DIRECTORY, _GPS_DIRECTORY = 0x8769, 0x8825
_TAKEN_AT, _TAKEN_OFFSET, _OFFSET, _TAKEN_SUBSECOND = 0x9003, 0x9011, 0x9010, 0x9291
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _ACCURACY = 1, 2, 3, 4, 31

# Bytes of one value by TIFF type: byte, ascii, short, long, rational, undefined, signed ones.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
_MOST_ENTRIES = 512
_LONGEST_VALUE = 4096

Value = bytes | tuple[float, ...]


@dataclass(frozen=True)
class Exif:
    """What is of use to an audit.

    `orientation` is 1…8; `taken_at` is aware when the camera wrote its offset from UTC, else
    naive local time; `latitude`/`longitude` in degrees (WGS 84), `accuracy` in metres.
    """

    orientation: int = 1
    taken_at: datetime | None = None
    camera: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None


def read_exif(data: bytes | None) -> Exif:
    """Reads a TIFF block, with or without a leading `Exif\\0\\0`. Nonsense gives the defaults."""
    if not data:
        return Exif()
    if data.startswith(b"Exif\0\0"):
        data = data[6:]
    block = _Block.of(data)
    if block is None:
        return Exif()
    main = block.directory(block.first)
    detail = block.directory(_whole(main.get(_EXIF_DIRECTORY)))
    gps = block.directory(_whole(main.get(_GPS_DIRECTORY)))
    orientation = _whole(main.get(_ORIENTATION))
    latitude = _degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), b"S", 90)
    longitude = _degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), b"W", 180)
    located = latitude is not None and longitude is not None
    return Exif(
        orientation=orientation if orientation in range(1, 9) else 1,
        taken_at=_taken_at(main, detail),
        camera=_camera(main),
        latitude=latitude if located else None,
        longitude=longitude if located else None,
        accuracy=_number(gps.get(_ACCURACY)) if located else None,
    )


@dataclass(frozen=True)
class _Block:
    """A TIFF block: its bytes, its byte order, and where its first directory stands."""

    data: bytes
    order: str
    first: int

    @classmethod
    def of(cls, data: bytes) -> _Block | None:
        order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
        if order is None or len(data) < 8:
            return None
        return cls(data, order, struct.unpack(order + "I", data[4:8])[0])

    def directory(self, at: int) -> dict[int, Value]:
        """The entries of the directory at this offset; {} when there is none."""
        if at < 8 or at + 2 > len(self.data):
            return {}
        (count,) = struct.unpack_from(self.order + "H", self.data, at)
        whole = min(count, _MOST_ENTRIES, (len(self.data) - at - 2) // 12)
        entries: dict[int, Value] = {}
        for n in range(whole):
            tag, kind, length = struct.unpack_from(self.order + "HHI", self.data, at + 2 + 12 * n)
            value = self.value(kind, length, at + 2 + 12 * n + 8)
            if value is not None:
                entries.setdefault(tag, value)
        return entries

    def value(self, kind: int, count: int, at: int) -> Value | None:
        size = _SIZES.get(kind, 0) * count
        if not 0 < size <= _LONGEST_VALUE:
            return None
        if size > 4:
            (at,) = struct.unpack_from(self.order + "I", self.data, at)
        raw = self.data[at : at + size]
        if len(raw) < size:
            return None
        if kind in (2, 7):
            return raw
        if kind in (5, 10):
            pairs = struct.unpack(f"{self.order}{2 * count}{'I' if kind == 5 else 'i'}", raw)
            return tuple(_ratio(*pairs[n : n + 2]) for n in range(0, 2 * count, 2))
        return struct.unpack(f"{self.order}{count}{ {1: 'B', 3: 'H', 4: 'I', 9: 'i'}[kind] }", raw)


def _ratio(above: int, below: int) -> float:
    return above / below if below else math.nan


def _number(value: Value | None) -> float | None:
    if isinstance(value, tuple) and math.isfinite(value[0]):
        return float(value[0])
    return None


def _whole(value: Value | None) -> int:
    number = _number(value)
    return 0 if number is None else int(number)


def _text(value: Value | None) -> str:
    if not isinstance(value, bytes):
        return ""
    text = value.split(b"\0")[0].decode("utf-8", "replace")
    return "".join(c for c in text if c.isprintable()).strip()


def _camera(main: dict[int, Value]) -> str | None:
    """Maker and model; many makers repeat their name in the model."""
    make, model = _text(main.get(_MAKE)), _text(main.get(_MODEL))
    if model.lower().startswith(make.lower()):
        make = ""
    return f"{make} {model}".strip()[:100] or None


def _taken_at(main: dict[int, Value], detail: dict[int, Value]) -> datetime | None:
    text = _text(detail.get(_TAKEN_AT)) or _text(main.get(_CHANGED_AT))
    try:
        moment = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - local time
    except ValueError:
        return None
    part = _text(detail.get(_TAKEN_SUBSECOND))
    if part.isascii() and part.isdigit():
        moment = moment.replace(microsecond=int(part[:6].ljust(6, "0")))
    return moment.replace(tzinfo=_zone(_text(detail.get(_TAKEN_OFFSET) or detail.get(_OFFSET))))


def _zone(text: str) -> timezone | None:
    """`+09:00` as a time zone; None for anything else."""
    try:
        sign = {"+": 1, "-": -1}[text[:1]]
        hours, minutes = (int(part) for part in text[1:].split(":"))
        return timezone(sign * timedelta(hours=hours, minutes=minutes))
    except (KeyError, ValueError, OverflowError):
        return None


def _degrees(value: Value | None, ref: Value | None, negative: bytes, most: int) -> float | None:
    """Degrees, minutes and seconds as one signed number; None for what is no place on earth."""
    if not isinstance(value, tuple) or len(value) != 3 or not isinstance(ref, bytes):
        return None
    degrees = value[0] + value[1] / 60 + value[2] / 3600
    if not 0 <= degrees <= most:
        return None
    return round(-degrees if ref[:1].upper() == negative else degrees, 7)
