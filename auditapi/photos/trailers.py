"""Trailers: what stands behind the picture, and whether it may.

Phones append to their JPEGs: a gain map for bright screens (Ultra HDR), further pictures
(CIPA multi-picture format), a short video (motion photo), Samsung's directory of extras. Those are
taken at any length. What nobody recognises is taken up to `LONGEST_UNKNOWN`, because a maker's new
habit must not cost evidence; but never what is another kind of file. Derivatives are made from
decoded pixels and carry nothing of it.

PNG, WebP and HEIC have room for extras inside; behind their end only padding may stand.
"""

from __future__ import annotations

from auditapi.photos.containers import JPEG, Layout, boxes_end, jpeg_end
from auditapi.photos.foreign import begins_foreign, find_foreign
from auditapi.photos.refusals import NotAPhoto, RefusalCode

LONGEST_UNKNOWN = 1 << 20

_PADDING = b"\0\xff\r\n\t "
_MOST_PARTS = 64


def check_trailer(data: bytes, layout: Layout) -> None:
    """Refuses a file that is also something else, or that carries a load behind its picture."""
    foreign = find_foreign(data, layout)
    if foreign:
        raise NotAPhoto(RefusalCode.POLYGLOT, f"the file is a picture and {foreign} at once")
    trailer = data[layout.end :]
    if not trailer.strip(_PADDING):
        return
    if layout.media_type != JPEG:
        raise NotAPhoto(RefusalCode.TRAILING_DATA, f"{len(trailer)} bytes follow the picture's end")
    unknown = _unknown_rest(trailer)
    foreign = begins_foreign(unknown)
    if foreign:
        raise NotAPhoto(RefusalCode.POLYGLOT, f"{foreign} follows the picture")
    if len(unknown) > LONGEST_UNKNOWN:
        raise NotAPhoto(
            RefusalCode.TRAILING_DATA,
            f"{len(unknown)} bytes that are no known phone's follow the picture's end",
        )


def _unknown_rest(trailer: bytes) -> bytes:
    """What is left of a trailer when the parts that phones append are taken off its front."""
    for _ in range(_MOST_PARTS):
        trailer = trailer.lstrip(b"\0")
        if _is_samsung(trailer):
            return b""
        end = jpeg_end(trailer) or _video_end(trailer)
        if not end:
            break
        trailer = trailer[end:]
    return trailer


def _video_end(trailer: bytes) -> int | None:
    """Zeros before it were stripped, and they belong to the first box's length: give them back."""
    at = trailer.find(b"ftyp", 0, 8)
    return None if at < 0 else _minus(boxes_end(b"\0" * (4 - at) + trailer), 4 - at)


def _minus(end: int | None, less: int) -> int | None:
    return None if end is None else end - less


def _is_samsung(trailer: bytes) -> bool:
    """Whether the bytes end with Samsung's directory: SEFH … its length, SEFT."""
    if len(trailer) < 20 or not trailer.endswith(b"SEFT"):
        return False
    length = int.from_bytes(trailer[-8:-4], "little")
    begin = len(trailer) - 8 - length
    return begin >= 0 and trailer[begin : begin + 4] == b"SEFH"
