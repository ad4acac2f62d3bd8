"""What is taken as a logo, and what is left of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from auditapi.photos.inspection import NotAPhoto
from auditapi.reports.appearance.logo import LONGEST_SIDE, prepare


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (300, 100), **more: Any) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 90).save(target, kind, **more)
    return target.getvalue()


def reopened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_png_stays_a_png_of_its_size() -> None:
    made = prepare(picture("PNG"))
    assert (made.media_type, made.width, made.height) == ("image/png", 300, 100)
    assert reopened(made.data).size == (300, 100)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_can_be_seen_through_stays_so(mode: str) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (40, 40), (200, 10, 10, 128)).convert(mode).save(target, "PNG")
    shown = reopened(prepare(target.getvalue()).data).convert("RGBA").getpixel((5, 5))
    assert isinstance(shown, tuple)
    assert shown[3] == 128


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGB", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    made = prepare(picture("PNG", mode))
    assert reopened(made.data).mode == "RGB"


def test_a_jpeg_lying_on_its_side_is_put_upright_and_loses_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A Camera"
    made = prepare(picture("JPEG", exif=exif))
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 100, 300)
    assert b"A Camera" not in made.data


def test_text_hidden_in_a_png_is_gone() -> None:
    notes = PngInfo()
    notes.add_text("Comment", "drawn by Ana in the back office")
    assert b"Ana" not in prepare(picture("PNG", pnginfo=notes)).data


def test_a_logo_too_large_for_print_is_made_smaller() -> None:
    made = prepare(picture("PNG", size=(3000, 500)))
    assert (made.width, made.height) == (LONGEST_SIDE, 200)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        picture("PNG")[:60],
        picture("PNG") + b"PK\x03\x04 and more",
        picture("GIF", "L"),
        picture("WEBP"),
        picture("BMP"),
    ],
    ids=["nothing", "svg", "cut", "polyglot", "gif", "webp", "bmp"],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPhoto):
        prepare(data)
