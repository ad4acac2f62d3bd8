"""Derivatives: upright, small, without metadata, with redactions burnt in."""

from __future__ import annotations

from io import BytesIO

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from auditapi.demo.scenes import Capture, draw
from auditapi.photos.derivatives import Derivatives, make
from auditapi.photos.inspection import NotAPhoto, inspect
from auditapi.photos.marks import Extent, Point, Redact
from tests.photos.pictures import (
    foreign_profiles,
    gradient,
    photo,
    samsung,
    saved,
    swapped_profile,
    with_segment,
)

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 60), (30, 60, 200), (240, 220, 40)
CORNERS = {(0.25, 0.25): RED, (0.75, 0.25): GREEN, (0.25, 0.75): BLUE, (0.75, 0.75): YELLOW}
Pixel = tuple[int, int, int]

# How a camera stores an upright picture under each orientation.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(width: int = 640, height: int = 480) -> Image.Image:
    """Red and green above, blue and yellow below."""
    image = Image.new("RGB", (width, height), RED)
    pen = ImageDraw.Draw(image)
    pen.rectangle((width // 2, 0, width, height // 2 - 1), GREEN)
    pen.rectangle((0, height // 2, width // 2 - 1, height), BLUE)
    pen.rectangle((width // 2, height // 2, width, height), YELLOW)
    return image


def stored(orientation: int, form: str = "JPEG", image: Image.Image | None = None) -> bytes:
    upright = image or quarters()
    turned = upright.transpose(STORED[orientation]) if orientation in STORED else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(turned, form, exif=exif.tobytes())


def pictures(made: Derivatives) -> list[Image.Image]:
    return [Image.open(BytesIO(data)) for data in (made.print_jpeg, made.thumbnail_jpeg)]


def color_at(image: Image.Image, x: float, y: float) -> Pixel:
    pixel = image.getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(pixel, tuple)
    return int(pixel[0]), int(pixel[1]), int(pixel[2])


def near(one: Pixel, other: Pixel, most: int = 14) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def segments(jpeg: bytes) -> set[int]:
    """The markers before the compressed pixels."""
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return found


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_however_the_phone_was_held_the_derivatives_are_upright(
    form: str, orientation: int
) -> None:
    made = make(stored(orientation, form), [])
    assert (made.print_size, made.thumbnail_size) == ((640, 480), (320, 240))
    for image in pictures(made):
        for spot, color in CORNERS.items():
            assert near(color_at(image, *spot), color)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_heic_is_upright_and_turned_only_once(orientation: int) -> None:
    made = make(stored(orientation, "HEIF"), [])
    assert made.print_size == (640, 480)
    for spot, color in CORNERS.items():
        assert near(color_at(pictures(made)[0], *spot), color, 24)


@pytest.mark.parametrize(
    ("size", "print_size", "thumbnail_size"),
    [
        ((4000, 3000), (1280, 960), (320, 240)),
        ((3000, 4000), (960, 1280), (240, 320)),
        ((2561, 1921), (1280, 960), (320, 240)),
        ((1280, 960), (1280, 960), (320, 240)),
        ((200, 100), (200, 100), (200, 100)),
        ((5000, 3), (1280, 1), (320, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_the_long_side_is_1280_and_320_and_nothing_is_enlarged(
    size: tuple[int, int], print_size: tuple[int, int], thumbnail_size: tuple[int, int]
) -> None:
    made = make(saved(Image.new("RGB", size, RED), "JPEG"), [])
    assert (made.print_size, made.thumbnail_size) == (print_size, thumbnail_size)
    assert [image.size for image in pictures(made)] == [print_size, thumbnail_size]


def test_derivatives_carry_no_metadata_whatever_the_original_carries() -> None:
    capture = Capture(latitude=37.5665, longitude=126.978, make="Sam", model="Sam S99")
    jpeg = draw("entrance", 1, size=(800, 600), target_bytes=60_000, capture=capture).jpeg
    jpeg = with_segment(jpeg, 0xFE, b"a comment of the phone")
    jpeg = with_segment(jpeg, 0xED, b"Photoshop 3.0\0names of people")
    made = make(with_segment(jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>") + samsung(b"x"), [])
    for image, data in zip(pictures(made), (made.print_jpeg, made.thumbnail_jpeg), strict=True):
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not segments(data) & {*range(0xE1, 0xF0), 0xFE}
        assert data.endswith(b"\xff\xd9")


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF"])
def test_other_formats_lose_their_metadata_too(form: str) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Sam S99"
    made = make(saved(gradient(), form, exif=exif.tobytes()), [])
    assert not segments(made.print_jpeg) & {*range(0xE1, 0xF0), 0xFE}


WINDOW = Redact(Point(0.3, 0.4), Extent(0.25, 0.2))


def assert_black(image: Image.Image, redact: Redact, most: int = 40) -> None:
    """JPEG may ring by some steps at the edge; inside all is black."""
    left, top = redact.at.x * image.width, redact.at.y * image.height
    right = left + redact.size.width * image.width
    bottom = top + redact.size.height * image.height
    part = image.convert("L").crop((int(left), int(top), int(right), int(bottom)))
    assert max(part.tobytes()) <= most
    inner = part.crop((12, 12, part.width - 12, part.height - 12))
    assert not any(inner.tobytes())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("orientation", [1, 2, 6, 7])
def test_what_is_redacted_is_solid_in_every_derivative(form: str, orientation: int) -> None:
    white = Image.new("RGB", (1600, 1200), (255, 255, 255))
    for image in pictures(make(stored(orientation, form, white), [WINDOW])):
        assert_black(image, WINDOW)
        assert near(color_at(image, 0.2, 0.5), (255, 255, 255), 3)
        assert near(color_at(image, 0.7, 0.5), (255, 255, 255), 3)


def test_two_pictures_that_differ_only_under_a_redaction_become_the_same() -> None:
    one = Image.new("RGB", (3200, 2400), (200, 200, 200))
    other = one.copy()
    ImageDraw.Draw(other).ellipse((1000, 1000, 1700, 1400), (255, 0, 0))
    covers = [Redact(Point(1000 / 3200, 1000 / 2400), Extent(701 / 3200, 401 / 2400))]
    first, second = (make(saved(image, "PNG"), covers) for image in (one, other))
    assert first.print_jpeg == second.print_jpeg
    assert first.thumbnail_jpeg == second.thumbnail_jpeg


@pytest.mark.parametrize(
    "redact",
    [
        Redact(Point(0, 0), Extent(1, 1)),
        Redact(Point(0.95, 0.95), Extent(0.05, 0.05)),
        Redact(Point(1, 1), Extent(0, 0)),
        Redact(Point(0.5, 0.5), Extent(0, 0)),
    ],
)
def test_a_redaction_at_the_edge_or_of_no_size_is_burnt_in_as_well(redact: Redact) -> None:
    image = pictures(make(saved(Image.new("RGB", (640, 480), "white"), "PNG"), [redact]))[0]
    at = min(redact.at.x + redact.size.width / 2, 0.999), min(redact.at.y, 0.999)
    assert color_at(image, *at)[0] < 60


fractions = st.floats(0, 1)
LITTLE = saved(Image.new("RGB", (64, 48), "white"), "JPEG")


@settings(max_examples=40, deadline=None)
@given(fractions, fractions, fractions, fractions)
def test_every_valid_redaction_covers_its_middle(x: float, y: float, w: float, h: float) -> None:
    redact = Redact(Point(x, y), Extent(w * (1 - x), h * (1 - y)))
    for image in pictures(make(LITTLE, [redact])):
        middle = (
            min(redact.at.x + redact.size.width / 2, 0.99),
            min(redact.at.y + redact.size.height / 2, 0.99),
        )
        assert color_at(image, *middle)[0] < 90


def test_wide_colours_are_brought_into_srgb() -> None:
    data = saved(quarters(), "JPEG", icc_profile=swapped_profile())
    assert near(color_at(pictures(make(data, []))[0], 0.25, 0.25), (30, 220, 30), 22)


@pytest.mark.parametrize("profile", [b"not a profile", swapped_profile()[:200]])
def test_a_broken_colour_profile_is_ignored(profile: bytes) -> None:
    made = make(saved(quarters(), "JPEG", icc_profile=profile), [])
    assert near(color_at(pictures(made)[0], 0.25, 0.25), RED)


def test_a_profile_of_other_channels_is_ignored() -> None:
    grey = saved(quarters().convert("L"), "JPEG", icc_profile=swapped_profile())
    assert pictures(make(grey, []))[0].mode == "RGB"


@pytest.mark.parametrize("number", range(len(foreign_profiles())))
@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_a_profile_of_another_colour_space_is_ignored(form: str, mode: str, number: int) -> None:
    plain = saved(quarters(64, 48).convert(mode), form)
    data = saved(quarters(64, 48).convert(mode), form, icc_profile=foreign_profiles()[number])
    assert inspect(data).width == 64
    assert make(data, []).print_jpeg == make(plain, []).print_jpeg


def test_a_cmyk_picture_with_an_rgb_profile_is_printed_without_it() -> None:
    data = saved(quarters().convert("CMYK"), "JPEG", icc_profile=swapped_profile())
    assert near(color_at(pictures(make(data, []))[0], 0.25, 0.25), RED, 20)


def test_cmyk_becomes_rgb() -> None:
    made = make(saved(quarters().convert("CMYK"), "JPEG"), [])
    assert near(color_at(pictures(made)[0], 0.25, 0.25), RED, 20)


@pytest.mark.parametrize(("sample", "grey"), [(0, 0), (9000, 35), (32768, 128), (65535, 255)])
def test_sixteen_bits_become_eight_without_clipping(sample: int, grey: int) -> None:
    made = make(saved(Image.new("I;16", (64, 64), sample), "PNG"), [])
    assert near(color_at(pictures(made)[0], 0.5, 0.5), (grey, grey, grey), 1)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white_paper(mode: str) -> None:
    made = make(saved(Image.new(mode, (64, 64), 0), "PNG"), [])
    assert near(color_at(pictures(made)[0], 0.5, 0.5), (255, 255, 255), 2)


def test_a_transparent_palette_colour_becomes_white_paper() -> None:
    image = quarters(64, 64).quantize(4)
    image.info["transparency"] = image.getpixel((0, 0))
    made = make(saved(image, "PNG"), [])
    assert near(color_at(pictures(made)[0], 0.25, 0.25), (255, 255, 255), 6)
    assert near(color_at(pictures(made)[0], 0.75, 0.75), YELLOW, 12)


def test_a_heic_of_ten_bits_becomes_an_ordinary_jpeg() -> None:
    deep = Image.new("I;16", (64, 64), 30_000)
    buffer = BytesIO()
    pillow_heif.from_pillow(deep).save(buffer, quality=90)
    made = make(buffer.getvalue(), [])
    assert near(color_at(pictures(made)[0], 0.5, 0.5), (117, 117, 117), 3)


def test_what_is_no_photo_has_no_derivatives() -> None:
    with pytest.raises(NotAPhoto, match="truncated"):
        make(photo("JPEG")[:2000], [])


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert make(photo("JPEG"), [WINDOW]) == make(photo("JPEG"), [WINDOW])
