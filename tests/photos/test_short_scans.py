"""JPEGs whose compressed pixels were cut off and an end put behind them; and the flattest sound
pictures, which must not be taken for such."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from auditapi.photos.containers import read_layout
from auditapi.photos.inspection import NotAPhoto, inspect
from tests.photos.pictures import flat_jpeg_of_size, gradient, jpeg_segment, photo, saved

END = b"\xff\xd9"
SAMPLINGS = ["4:4:4", "4:2:2", "4:2:0", "4:1:1"]


def pixels_of(jpeg: bytes) -> slice:
    layout = read_layout(jpeg)
    return slice(layout.pixels_at, layout.end - 2)


def cut(jpeg: bytes, kept: float) -> bytes:
    """The JPEG with this part of its compressed pixels and an end."""
    pixels = pixels_of(jpeg)
    return jpeg[: pixels.start + int((pixels.stop - pixels.start) * kept)] + END


def is_taken(jpeg: bytes) -> bool:
    try:
        inspect(jpeg)
    except NotAPhoto as refused:
        assert refused.code == "truncated"  # noqa: PT017 - for no other reason
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    mode=st.sampled_from(["RGB", "L", "CMYK"]),
    sampling=st.sampled_from(SAMPLINGS),
    restarts=st.sampled_from(["restart_marker_blocks", "restart_marker_rows"]),
    interval=st.integers(0, 7),
    optimised=st.booleans(),
)
def test_the_flattest_pictures_are_whole(
    size: tuple[int, int],
    mode: str,
    sampling: str,
    restarts: str,
    interval: int,
    optimised: bool,
) -> None:
    options: dict[str, Any] = {"subsampling": sampling, restarts: interval, "optimize": optimised}
    assert is_taken(saved(Image.new(mode, size), "JPEG", **options))


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("interval", [0, 1, 5])
def test_the_bound_is_what_the_flattest_picture_takes(sampling: str, interval: int) -> None:
    image = Image.new("RGB", (320, 240), (128, 128, 128))
    options: dict[str, Any] = {"subsampling": sampling, "restart_marker_blocks": interval}
    whole = saved(image, "JPEG", optimize=True, **options)
    assert is_taken(whole)
    assert not is_taken(whole[:-3] + END)


def test_a_grey_picture_comes_block_by_block_whatever_its_sampling_says() -> None:
    whole = bytearray(saved(Image.new("L", (200, 120)), "JPEG", optimize=True))
    factors = whole.index(b"\xff\xc0") + 11
    whole[factors] = 0x22
    assert is_taken(bytes(whole))
    assert not is_taken(cut(bytes(whole), 0.9))


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_header_without_pixels_is_refused(sampling: str) -> None:
    assert not is_taken(cut(saved(gradient(), "JPEG", subsampling=sampling), 0))


@pytest.mark.parametrize("options", [{"restart_marker_rows": 1}, {"restart_marker_blocks": 3}])
@pytest.mark.parametrize("kept", [0.1, 0.3, 0.5, 0.9])
def test_a_missing_restart_marker_tells_of_a_cut(options: dict[str, int], kept: float) -> None:
    whole = saved(gradient(), "JPEG", quality=95, **options)
    assert is_taken(whole)
    assert not is_taken(cut(whole, kept))


def test_an_interval_longer_than_the_picture_asks_for_no_marker() -> None:
    whole = photo("JPEG")
    scan = whole.index(b"\xff\xda")
    assert is_taken(whole[:scan] + jpeg_segment(0xDD, b"\xff\xff") + whole[scan:])


@pytest.mark.parametrize("size", [(12_000, 9_000), (16_320, 12_240)])
def test_a_cut_photo_of_the_largest_sensors_is_refused(size: tuple[int, int]) -> None:
    assert not is_taken(cut(flat_jpeg_of_size(*size), 0.9))
