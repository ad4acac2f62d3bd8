"""Whatever inspection takes can be shown: tiny pictures of every kind, mode and way up."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from auditapi.photos.derivatives import make
from auditapi.photos.inspection import NotAPhoto, inspect
from tests.photos.pictures import foreign_profiles, png_of_samples, saved, swapped_profile

Size = tuple[int, int]
Extras = dict[str, Any]


def noise(mode: str, size: Size) -> Image.Image:
    if mode == "I;16":
        return Image.frombytes(mode, size, random.Random(2).randbytes(2 * size[0] * size[1]))
    return Image.frombytes("RGB", size, random.Random(2).randbytes(3 * size[0] * size[1])).convert(
        mode
    )


def kind(form: str, mode: str, **options: Any) -> Callable[[Size, Extras], bytes]:
    return lambda size, extras: saved(noise(mode, size), form, **options, **extras)


KINDS: dict[str, Callable[[Size, Extras], bytes]] = {
    "jpeg": kind("JPEG", "RGB"),
    "grey jpeg": kind("JPEG", "L"),
    "cmyk jpeg": kind("JPEG", "CMYK"),
    "jpeg 4:4:4": kind("JPEG", "RGB", subsampling="4:4:4"),
    "jpeg 4:1:1": kind("JPEG", "RGB", subsampling="4:1:1"),
    "jpeg kept as rgb": kind("JPEG", "RGB", keep_rgb=True),
    "progressive jpeg": kind("JPEG", "RGB", progressive=True),
    "grey progressive jpeg": kind("JPEG", "L", progressive=True),
    "jpeg with restarts": kind("JPEG", "RGB", restart_marker_blocks=2),
    "webp": kind("WEBP", "RGB"),
    "webp without loss": kind("WEBP", "RGB", lossless=True),
    "webp with alpha": kind("WEBP", "RGBA"),
    "webp without loss, with alpha": kind("WEBP", "RGBA", lossless=True),
    **{f"png {mode}": kind("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")},
    **{f"heic {mode}": kind("HEIF", mode) for mode in ("L", "RGB", "RGBA", "I;16")},
}
PROFILES = [None, swapped_profile(), swapped_profile()[:200], *foreign_profiles()]
# Bits a sample that each colour type of PNG may have.
SAMPLES = [
    (colours, depth)
    for colours, depths in {
        0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16),
    }.items()
    for depth in depths
]  # fmt: skip


def extras(orientation: int, profile: bytes | None) -> Extras:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return {"exif": exif.tobytes()} | ({"icc_profile": profile} if profile else {})


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_taken_and_shown_upright(name: str) -> None:
    for orientation in range(1, 9):
        data = KINDS[name]((21, 9), extras(orientation, None))
        picture = inspect(data)
        assert make(data, []).print_size == (picture.width, picture.height)
        assert picture.width * picture.height == 21 * 9


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("colours", "depth"), SAMPLES)
def test_every_png_is_taken_and_shown(colours: int, depth: int, interlaced: bool) -> None:
    for size in [(1, 1), (3, 2), (21, 9)]:
        data = png_of_samples(colours, depth, size, interlaced=interlaced)
        assert (inspect(data).width, inspect(data).height) == size
        assert make(data, []).print_size == size


@settings(max_examples=120, deadline=None)
@given(
    name=st.sampled_from(sorted(KINDS)),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    orientation=st.integers(0, 9),
    profile=st.sampled_from(PROFILES),
    arithmetic=st.booleans(),
)
def test_whatever_is_taken_can_be_shown(
    name: str, size: Size, orientation: int, profile: bytes | None, arithmetic: bool
) -> None:
    data = KINDS[name](size, extras(orientation, profile))
    if arithmetic:  # the same bits, read as arithmetic codes, are some other picture or none
        data = data.replace(b"\xff\xc0", b"\xff\xc9", 1).replace(b"\xff\xc2", b"\xff\xca", 1)
    try:
        picture = inspect(data)
    except NotAPhoto:
        assert arithmetic  # all others are sound
        return
    assert make(data, []).print_size == (picture.width, picture.height)
