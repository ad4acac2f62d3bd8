"""The address by which a phone signs in with a code, and QR codes of it (pure)."""

from __future__ import annotations

import io

import segno


def app_address(public_url: str, code: str) -> str:
    """Opens the phone app and signs in there. The code stands behind the #, which no request
    carries to a server or its logs."""
    return f"{public_url.rstrip('/')}/app/#/code/{code}"


def qr_for_terminal(text: str) -> str:
    """The same in block characters, for a dark or light terminal."""
    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out, compact=True)
    return out.getvalue()


def qr_picture(text: str) -> str:
    """An SVG of its own, black on white with its quiet zone, that scales to any size."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, light="#ffffff", omitsize=True)
    return out.getvalue().decode()
