"""Signs that a file is also something else: an archive, a document, a page, a script.

Such a polyglot passes as a photo here and as a program elsewhere. The signs are long or confirmed
by structure, because the compressed pixels of a big photo are four million random bytes: a sign of
four letters would turn up in every thousandth honest photo.
"""

from __future__ import annotations

import re
import struct
from itertools import chain

from auditapi.photos.containers import Layout

# Each pattern begins with one fixed letter, which the engine skips to quickly: together they take
# 1.2 ms for 550 KB; one alternation of them all takes 50.
_SIGNS = {
    "a PDF document": re.compile(rb"%PDF-\d\.\d"),
    "a RAR archive": re.compile(rb"Rar!\x1a\x07[\x00\x01]"),
    "a 7z archive": re.compile(rb"7z\xbc\xaf\x27\x1c"),
}
# What looks like a tag or a program; the first look ahead makes it three times as fast.
_MARKUP = re.compile(
    rb"<(?=[/?!hbsi])(/?(?:html|head|body|script|iframe|svg)|!doctype\s+html|\?php)(?=[\s>/])",
    re.IGNORECASE,
)
# It counts when readable text follows it, which random bytes do not give (0.38 to the power of 12).
_READABLE = re.compile(rb"[\s>/][\t\n\r\x20-\x7e]{12}")
# A tag ends at once or has an attribute: «<head office> asked for it» has none.
_REST_OF_TAG = re.compile(rb"\s*/?>|[\s/][^<>]{0,400}(=)")
# No caption has as many; going through millions of tags takes seconds.
_MOST_MARKUP = 1000
# Browsers sniff 1.5 KB, PDF readers 1 KB.
_LOOKED_AT = 64 << 10

_ZIP_END = struct.Struct("<4s4H2LH")
_LONGEST_ZIP_COMMENT = 0xFFFF

# What begins with one of these is no phone's trailer. They are too short to be searched for.
_BEGINNINGS = {
    b"MZ": "a Windows program",
    b"\x7fELF": "a Linux program",
    b"#!": "a script",
    b"\xca\xfe\xba\xbe": "a Java class",
    b"dex\n": "an Android program",
    b"\x1f\x8b\x08": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"GIF8": "a GIF picture",
    b"PK\x03\x04": "a ZIP archive",
}


def find_foreign(data: bytes, layout: Layout) -> str | None:
    """What else this file is («a ZIP archive»), or None.

    The compressed pixels are left out beyond what other programs look at: searching them takes a
    fifth of the whole inspection.
    """
    front, back = max(layout.pixels_at, _LOOKED_AT), max(layout.end, _LOOKED_AT)
    if _is_page(data, front, back, layout):
        return "a web page or program"
    for name, sign in _SIGNS.items():
        if sign.search(data, 0, front) or sign.search(data, back):
            return name
    if data[257:262] == b"ustar":
        return "a tar archive"
    return "a ZIP archive" if _is_zip(data) else None


def _is_page(data: bytes, front: int, back: int, layout: Layout) -> bool:
    """Whether a browser or PHP would find a page before `front` or behind `back`.

    People write of «the <script> of a visit», so one tag amid text is none. A page is two different
    ones, or one with an attribute, or one with which a text begins.
    """
    signs: set[bytes] = set()
    markup = chain(_MARKUP.finditer(data, 0, front), _MARKUP.finditer(data, back))
    for number, found in enumerate(markup):
        if number > _MOST_MARKUP:
            return True
        name, end = found[1].lower(), found.end()
        rest = _REST_OF_TAG.match(data, end)
        if not name.startswith(b"/"):
            if not _READABLE.match(data, end):
                continue
            if name.startswith((b"?", b"!")):
                return True
            if rest and (rest[1] or _begins(data, found.start(), layout)):
                return True
        if rest:
            signs.add(name)
    return len(signs) > 1


def _begins(data: bytes, at: int, layout: Layout) -> bool:
    """Whether a text begins here: only white space between it and a control character, the head of
    a segment or the end of the picture."""
    begin = max(0, at - 16)
    before = data[begin:at].rstrip(b"\t\n\r ")
    starts = {layout.end, *(aside.start + 4 for aside in layout.asides)}
    return before[-1:] < b" " or not starts.isdisjoint(range(begin + len(before), at + 1))


def begins_foreign(trailer: bytes) -> str | None:
    """What the bytes after a picture are by their beginning, or None."""
    head = trailer[:16].lstrip(b"\0\r\n\t ")
    for sign, name in _BEGINNINGS.items():
        if head.startswith(sign):
            return name
    return None


def _is_zip(data: bytes) -> bool:
    """Whether an archive program would find a directory of entries from the end of the file.

    It looks for the end record within the longest comment, then for the directory right before it.
    """
    at = len(data)
    lowest = max(0, len(data) - _ZIP_END.size - _LONGEST_ZIP_COMMENT)
    while (at := data.rfind(b"PK\x05\x06", lowest, at)) >= 0:
        if at + _ZIP_END.size > len(data):
            continue
        _, _, _, _, entries, size, _, _ = _ZIP_END.unpack_from(data, at)
        begin = at - size
        if entries and begin >= 0 and data[begin : begin + 4] == b"PK\x01\x02":
            return True
    return False
