"""The files of the phone app as they are served: one version, named by its content.

Everything lies under ``/app/v/<version>/`` and never changes there; a page and the modules it
loads are always of one version. Read once at start; a deploy is a restart.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path, PurePosixPath

STATIC = Path(__file__).parent / "static"
START = "main.js"
STYLES = ("app.css",)
LANGUAGES = ("en", "ko", "zh-Hant")

TYPES: Mapping[str, str] = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
#: Below this, or for pictures, packing is not worth its header.
WORTH_PACKING = 512

_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
_MINIFIED_IMPORT = re.compile(r"""\bfrom\s*["'](\.{1,2}/[^"']+)["']""")


@dataclass(frozen=True)
class Served:
    """One file, ready to be sent: its bytes, packed too where that helps, and its tag."""

    content_type: str
    body: bytes
    packed: bytes | None
    etag: str


@dataclass(frozen=True)
class Shell:
    """The whole app in one version."""

    version: str
    files: Mapping[str, Served]
    pages: Mapping[str, Served]
    worker: Served

    def page(self, language: str | None) -> Served:
        """The page that starts the app, preloading the words of a language."""
        return self.pages[language or LANGUAGES[0]]


@cache
def shell() -> Shell:
    """The app as it lies in ``static``."""
    return build(dict(read_static()))


def build(contents: Mapping[str, bytes]) -> Shell:
    """The app made of these files, by their names under ``static``."""
    files = {name: served(name, body) for name, body in sorted(contents.items())}
    everything = hashlib.sha256()
    for name, file in files.items():
        everything.update(f"{name}\0{file.etag}\0".encode())
    version = everything.hexdigest()[:16]
    pages = {
        language: served("index.html", _page(version, files, language).encode(), "text/html")
        for language in LANGUAGES
    }
    return Shell(version, files, pages, _worker(version, files))


def read_static() -> Iterator[tuple[str, bytes]]:
    """Name and content of every file that phones may get."""
    for path in STATIC.rglob("*"):
        if path.suffix in TYPES:
            yield path.relative_to(STATIC).as_posix(), path.read_bytes()


def served(name: str, body: bytes, content_type: str | None = None) -> Served:
    """A file with its media type (from its name unless given), packed form and tag."""
    kind = content_type or TYPES[PurePosixPath(name).suffix]
    packed = None
    if len(body) >= WORTH_PACKING and not kind.startswith("image/png"):
        packed = gzip.compress(body, compresslevel=9, mtime=0)
    if kind == "text/html":
        kind = "text/html; charset=utf-8"
    return Served(kind, body, packed, hashlib.sha256(body).hexdigest())


def first_modules(files: Mapping[str, Served], start: str = START) -> list[str]:
    """The modules that the first look needs: everything that ``start`` imports, and what those
    import, in the order in which they are met. What is imported later is not among them."""
    found = [start]
    for name in found:
        text = files[name].body.decode()
        pattern = _MINIFIED_IMPORT if name.startswith("vendor/") else _IMPORT
        for target in pattern.findall(text):
            module = _beside(name, target)
            if module not in found:
                found.append(module)
    return found


def _beside(name: str, target: str) -> str:
    """``../ui.js`` as seen from ``screens/home.js`` is ``ui.js``."""
    parts = list(PurePosixPath(name).parent.parts)
    for part in PurePosixPath(target).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _page(version: str, files: Mapping[str, Served], language: str) -> str:
    base = f"/app/v/{version}/"
    modules = [*first_modules(files), f"words/{language}.js"]
    preloads = "\n".join(f'<link rel="modulepreload" href="{base}{name}">' for name in modules)
    styles = "\n".join(f'<link rel="stylesheet" href="{base}{name}">' for name in STYLES)
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>Audits</title>
{styles}
<script type="module" src="{base}{START}"></script>
{preloads}
<link rel="manifest" href="/app/manifest.webmanifest">
<link rel="icon" href="/app/icons/icon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/app/icons/apple-touch-icon.png">
<meta name="apple-mobile-web-app-capable" content="yes">
<meta name="apple-mobile-web-app-title" content="Audits">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1a211e">
</head>
<body>
<div id="app"><p class="starting">…</p></div>
<noscript>This app needs JavaScript.</noscript>
</body>
</html>
"""


def _worker(version: str, files: Mapping[str, Served]) -> Served:
    """The service worker, told what there is to keep."""
    names = [f"/app/v/{version}/{name}" for name in files if _is_kept(name)]
    icons = [f"/app/{name}" for name in files if name.startswith("icons/")]
    kept = {"version": version, "files": ["/app/", "/app/manifest.webmanifest", *names, *icons]}
    head = f"const SHELL = {json.dumps(kept)};\n".encode()
    return served("sw.js", head + files["sw.js"].body)


def _is_kept(name: str) -> bool:
    if name.startswith("icons/"):
        return name == "icons/icon.svg"
    return name not in ("sw.js", "manifest.webmanifest")
