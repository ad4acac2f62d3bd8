"""A QR code as a picture (pure)."""

from __future__ import annotations

import io

import segno


def qr_picture(text: str) -> str:
    """An SVG of its own, black on white with its quiet zone, that scales to any size."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, light="#ffffff", omitsize=True)
    return out.getvalue().decode()
