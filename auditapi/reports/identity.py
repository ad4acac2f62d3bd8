"""What a report's bytes depend on, as one digest: the name it is kept under.

Equal hash, equal bytes. Everything that could change a byte goes in: the stripped input, our
own templates, words, style sheet and code, the fonts, and the versions of what does the work.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import json
import sys
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from auditapi.reports import privacy
from auditapi.reports.fontset import fonts_digest
from auditapi.reports.view import ReportInput

_HERE = Path(__file__).parent
_PACKAGES = ("weasyprint", "pydyf", "fonttools", "pillow", "jinja2", "markupsafe", "cssselect2",
             "tinycss2", "babel", "segno", "tzdata", "pyphen")  # fmt: skip
# The modules that decide what is printed; those that store and serve reports do not.
PRINTING = ("attachment", "charts", "colour", "contents", "drawing", "fetcher", "findings",
            "fontset", "glyphs", "html", "kinds", "korean", "length", "marks_svg", "pages", "press",
            "privacy", "result", "story", "story_first", "story_items", "story_photos",
            "story_proof", "tagging", "telling", "text", "tuning/__init__", "tuning/painting",
            "tuning/places", "tuning/shaping", "tuning/styles", "view", "wire",
            "words/__init__")  # fmt: skip


def input_hash(report: ReportInput) -> str:
    """SHA-256 in hex over all that the bytes of this report depend on."""
    data = json.dumps(
        asdict(privacy.for_audience(report)), sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(f"{data}\n{engine()}".encode()).hexdigest()


@cache
def engine() -> str:
    """What does the work: code, templates, words, fonts and versions, as one line of JSON."""
    versions: dict[str, Any] = {name: version(name) for name in _PACKAGES}
    versions["python"] = ".".join(map(str, sys.version_info[:2]))
    versions["pango"] = _library("pango-1.0", "pango_version_string")
    versions["harfbuzz"] = _library("harfbuzz", "hb_version_string")
    versions["subset"] = ctypes.util.find_library("harfbuzz-subset") or "fonttools"
    return json.dumps(
        {"versions": versions, "fonts": fonts_digest(), "report": _own_digest()}, sort_keys=True
    )


@cache
def _own_digest() -> str:
    digest = hashlib.sha256()
    said = (p for p in _HERE.rglob("*") if p.suffix in {".xml", ".css", ".yaml", ".txt"})
    for path in sorted([*said, *(_HERE / f"{name}.py" for name in PRINTING)]):
        name = path.relative_to(_HERE).as_posix()
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _library(name: str, function: str) -> str:
    """The version that a system library tells of itself; WeasyPrint is not loaded for it."""
    found = ctypes.util.find_library(name)
    if found is None:
        return "absent"
    tell = getattr(ctypes.CDLL(found), function)
    tell.restype = ctypes.c_char_p
    told: bytes = tell()
    return told.decode()
