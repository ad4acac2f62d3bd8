"""Duplicates: copies are found, photos of like things are not taken for copies."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from auditapi.demo.scenes import KINDS, draw
from auditapi.photos.derivatives import make
from auditapi.photos.duplicates import (
    NEAR,
    Duplicate,
    Fingerprint,
    Likeness,
    find_duplicates,
    hamming,
    is_telling,
    likeness,
)
from auditapi.photos.marks import Extent, Point, Redact
from auditapi.photos.perceptual import perceptual_hash

TELLING = 0x0F0F_3C3C_AAAA_5555
hashes = st.integers(-(1 << 63), (1 << 63) - 1)


@pytest.fixture(scope="module")
def scenes() -> dict[str, bytes]:
    """One photo of each kind."""
    return {kind: draw(kind, 3, size=(800, 600), target_bytes=90_000).jpeg for kind in KINDS}


def copies(jpeg: bytes) -> dict[str, bytes]:
    """What happens to a photo on its way through other people's hands."""
    image = Image.open(BytesIO(jpeg))
    return {
        "half the size": saved(image.resize((400, 300)), 85),
        "compressed anew": saved(image, 40),
        "darkened": saved(ImageEnhance.Brightness(image).enhance(0.8), 85),
        "paled": saved(ImageEnhance.Color(image).enhance(0.5), 85),
    }


def saved(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def test_copies_of_a_photo_are_near(scenes: dict[str, bytes]) -> None:
    for kind, jpeg in scenes.items():
        original = make(jpeg, []).perceptual_hash
        for change, copy in copies(jpeg).items():
            distance = hamming(original, make(copy, []).perceptual_hash)
            assert distance <= NEAR, f"{kind}, {change}: {distance} bits"


def test_photos_of_different_things_are_not_near(scenes: dict[str, bytes]) -> None:
    made = {kind: make(jpeg, []).perceptual_hash for kind, jpeg in scenes.items()}
    for one, other in combinations(made, 2):
        assert hamming(made[one], made[other]) > NEAR, f"{one} and {other}"


def test_two_visits_to_the_same_kind_of_place_are_not_near() -> None:
    made = [
        make(draw(kind, seed, size=(800, 600), target_bytes=90_000).jpeg, []).perceptual_hash
        for kind in ("shelf_gap", "receipt")
        for seed in range(6)
    ]
    assert all(hamming(one, other) > NEAR for one, other in combinations(made, 2))


def test_a_redaction_does_not_hide_a_copy(scenes: dict[str, bytes]) -> None:
    cover = Redact(Point(0, 0), Extent(1, 0.6))
    jpeg = scenes["till"]
    assert make(jpeg, [cover]).perceptual_hash == make(jpeg, []).perceptual_hash


def test_a_hash_is_a_signed_number_of_64_bits(scenes: dict[str, bytes]) -> None:
    made = [make(jpeg, []).perceptual_hash for jpeg in scenes.values()]
    assert all(-(1 << 63) <= value < 1 << 63 for value in made)
    assert any(value < 0 for value in made)


@pytest.mark.parametrize("color", ["black", "white", "red"])
def test_a_picture_of_one_colour_has_no_bits(color: str) -> None:
    assert perceptual_hash(Image.new("RGB", (640, 480), color)) == 0


@given(hashes, hashes, hashes)
def test_the_distance_is_a_distance(one: int, two: int, three: int) -> None:
    assert hamming(one, one) == 0
    assert hamming(one, two) == hamming(two, one) <= 64
    assert hamming(one, three) <= hamming(one, two) + hamming(two, three)
    assert hamming(one, ~one) == 64


@given(hashes, st.sets(st.integers(0, 63)))
def test_the_distance_counts_the_bits_that_differ(value: int, flipped: set[int]) -> None:
    other = value
    for bit in flipped:
        other ^= 1 << bit
    assert hamming(value, other) == len(flipped)
    assert hamming(value & ((1 << 64) - 1), other) == len(flipped)


def test_the_same_file_is_exact_even_without_a_hash() -> None:
    assert likeness(Fingerprint("a", "d1"), Fingerprint("b", "d1")) == (Likeness.EXACT, 0)


@pytest.mark.parametrize(("bits", "expected"), [(NEAR, (Likeness.NEAR, NEAR)), (NEAR + 1, None)])
def test_the_threshold_counts_as_near(bits: int, expected: tuple[Likeness, int] | None) -> None:
    one = Fingerprint("a", "d1", TELLING)
    assert likeness(one, Fingerprint("b", "d2", TELLING ^ ((1 << bits) - 1))) == expected


@pytest.mark.parametrize("one", [None, TELLING])
def test_a_photo_without_a_hash_is_like_no_other_file(one: int | None) -> None:
    assert likeness(Fingerprint("a", "d1", one), Fingerprint("b", "d2", None)) is None


@pytest.mark.parametrize("value", [0, -1, 0b11111, ~0b11111])
def test_pictures_without_detail_are_not_taken_for_copies(value: int) -> None:
    assert not is_telling(value)
    assert likeness(Fingerprint("a", "d1", value), Fingerprint("b", "d2", value)) is None


def test_every_scene_has_enough_detail(scenes: dict[str, bytes]) -> None:
    assert all(is_telling(make(jpeg, []).perceptual_hash) for jpeg in scenes.values())


def test_duplicates_are_of_other_audits_the_likest_first() -> None:
    photo = Fingerprint("today", "d1", TELLING)
    same = Fingerprint("last week", "d1", TELLING)
    resized = Fingerprint("last month", "d2", TELLING ^ 0b1)
    brightened = Fingerprint("last year", "d3", TELLING ^ 0b111)
    own = Fingerprint("today", "d1", TELLING)
    other = Fingerprint("last week", "d4", ~TELLING)
    assert find_duplicates(photo, [brightened, other, own, resized, same]) == [
        Duplicate(same, Likeness.EXACT, 0),
        Duplicate(resized, Likeness.NEAR, 1),
        Duplicate(brightened, Likeness.NEAR, 3),
    ]
