"""The vendored fonts and the private fontconfig file that lists nothing else.

With fonts of the machine out of reach, the same report has the same bytes everywhere.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

FONT_FOLDER = Path(__file__).parent / "fonts"

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


def write_configuration(folder: Path, fonts: Path = FONT_FOLDER) -> Path:
    """Write `fonts.conf` and its cache into `folder`; its path belongs in FONTCONFIG_FILE.

    It must stand in the environment before WeasyPrint is imported.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "fonts.conf"
    target.write_text(
        _CONFIGURATION.format(fonts=escape(str(fonts)), cache=escape(str(folder / "cache"))),
        encoding="utf-8",
    )
    return target


@cache
def fonts_digest() -> str:
    """SHA-256 over the names and bytes of all font files."""
    digest = hashlib.sha256()
    for path in sorted(FONT_FOLDER.glob("*.ttf")):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
