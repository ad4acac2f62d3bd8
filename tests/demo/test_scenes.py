"""Scenes: photos for the demo chain, tests and benchmarks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from io import BytesIO

import pytest
from PIL import Image, ImageStat

from auditapi.demo.scenes import KINDS, Capture, Region, Scene, draw
from auditapi.photos.derivatives import make
from auditapi.photos.inspection import inspect
from auditapi.photos.marks import as_json, parse_marks

REGIONS = {
    "shelf_gap": {"bay", "gap", "second_gap", "labels"},
    "main_display": {"bay", "labels"},
    "price_labels": {"missing_label", "label"},
    "label_close_up": {"label", "price", "unit_price", "name"},
    "promotion_sign": {"sign", "end_date", "stack"},
    "entrance": {"sign", "hours", "door"},
    "exit_blocked": {"exit_sign", "boxes", "door"},
    "till": {"queue", "till", "closed_sign"},
    "fitting_room": {"floor", "mirror", "curtain"},
    "receipt": {"total", "date", "card"},
    "notice_board": {"returns", "complaints", "torn"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_is_a_photo_of_about_300_kb_with_its_regions(kind: str) -> None:
    scene = draw(kind, 5)
    picture = inspect(scene.jpeg)
    assert (picture.width, picture.height) == (scene.width, scene.height) == (1600, 1200)
    assert 255_000 <= len(scene.jpeg) <= 300_000
    assert set(scene.regions) == REGIONS[kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [3, 8])
def test_regions_lie_in_the_picture_and_a_mark_can_be_put_on_them(kind: str, seed: int) -> None:
    scene = draw(kind, seed, size=(320, 240), target_bytes=20_000)
    for region in scene.regions.values():
        assert region.width > 0.03
        assert region.height > 0.015
        box = {
            "kind": "box",
            "at": [region.x, region.y],
            "size": [region.width, region.height],
            "color": "#d4351c",
        }
        assert as_json(parse_marks([box])) == [box]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (draw("shelf_gap", seed, size=(640, 480)).jpeg for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_gap_shows_the_plain_back_of_the_shelf() -> None:
    scene = draw("shelf_gap", 4)
    image = Image.open(BytesIO(scene.jpeg))

    def colourful(region: Region) -> float:
        box = (region.x, region.y, region.x + region.width, region.y + region.height)
        pixels = [round(v * side) for v, side in zip(box, (1600, 1200) * 2, strict=True)]
        part = image.crop((pixels[0] + 30, pixels[1] + 30, pixels[2] - 30, pixels[3] - 30))
        return ImageStat.Stat(part.convert("HSV")).mean[1]

    assert colourful(scene.regions["gap"]) < 30
    assert colourful(scene.regions["second_gap"]) < 30
    assert colourful(scene.regions["bay"]) > 50


@pytest.fixture(scope="module")
def plain() -> Scene:
    return draw("till", 2, size=(640, 480), target_bytes=60_000)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_may_have_been_held_in_eight_ways(plain: Scene, orientation: int) -> None:
    turned = draw(
        "till", 2, size=(640, 480), target_bytes=60_000, capture=Capture(orientation=orientation)
    )
    picture = inspect(turned.jpeg)
    assert (picture.orientation, picture.width, picture.height) == (orientation, 640, 480)
    assert turned.regions == plain.regions
    one, other = (
        Image.open(BytesIO(make(scene.jpeg, []).thumbnail_jpeg)).convert("L").resize((16, 12))
        for scene in (plain, turned)
    )
    assert max(abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True)) < 12


def test_exif_says_when_where_and_with_what() -> None:
    moment = datetime(2026, 11, 20, 10, 2, 11, tzinfo=timezone(timedelta(hours=9)))
    capture = Capture(moment, 35.1796, 129.0756)
    picture = inspect(draw("receipt", 1, size=(320, 240), capture=capture).jpeg)
    assert (picture.taken_at, picture.camera) == (moment, "Demo Phone 5")
    assert picture.position == pytest.approx((35.1796, 129.0756), abs=1e-6)


def test_without_a_capture_there_is_no_exif() -> None:
    picture = inspect(draw("receipt", 1, size=(320, 240), target_bytes=20_000).jpeg)
    assert (picture.taken_at, picture.camera, picture.position) == (None, None, None)


def test_a_scene_can_be_twelve_megapixels_of_three_megabytes() -> None:
    scene = draw("main_display", 1, size=(4000, 3000), target_bytes=3_000_000)
    assert (inspect(scene.jpeg).width, scene.height) == (4000, 3000)
    assert 2_400_000 <= len(scene.jpeg) <= 3_000_000


def test_the_middle_of_a_region_is_where_an_arrow_points() -> None:
    assert Region(0.2, 0.4, 0.2, 0.1).middle == pytest.approx((0.3, 0.45))
