"""Inspection: what is a photo, and what it says of itself."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from auditapi.demo.scenes import Capture, draw
from auditapi.photos.decoding import Budget, reading
from auditapi.photos.derivatives import make
from auditapi.photos.exif import Exif, read_exif
from auditapi.photos.inspection import NotAPhoto, Picture, inspect
from tests.photos.pictures import gradient, photo, saved

SEOUL = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("HEIF", "image/heic"),
    ],
)
def test_the_four_kinds_of_photo_are_told_by_their_bytes(form: str, media_type: str) -> None:
    assert inspect(photo(form)) == Picture(media_type, 320, 240, orientation=1)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_jpegs_are_photos(mode: str) -> None:
    assert inspect(saved(gradient().convert(mode), "JPEG")).width == 320


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "I;16"])
def test_pngs_of_every_depth_are_photos(mode: str) -> None:
    image = Image.new("I;16", (320, 240), 9000) if mode == "I;16" else gradient().convert(mode)
    assert inspect(saved(image, "PNG")).height == 240


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0}, {"optimize": True}])
def test_jpegs_however_written_are_photos(options: dict[str, object]) -> None:
    assert inspect(saved(gradient(), "JPEG", **options)).media_type == "image/jpeg"


def test_a_webp_without_loss_is_a_photo() -> None:
    assert inspect(saved(gradient(), "WEBP", lossless=True)).width == 320


def test_a_photo_of_one_pixel_is_one() -> None:
    assert inspect(saved(Image.new("RGB", (1, 1)), "JPEG")).width == 1


def test_what_the_camera_wrote_is_read() -> None:
    moment = datetime(2026, 11, 20, 10, 2, 11, tzinfo=SEOUL)
    capture = Capture(moment, 37.5665, 126.978, make="Sam", model="Sam S99")
    picture = inspect(draw("till", 1, size=(320, 240), target_bytes=20_000, capture=capture).jpeg)
    assert picture.taken_at == moment
    assert picture.camera == "Sam S99"
    assert picture.position == pytest.approx((37.5665, 126.978), abs=1e-6)


def test_south_and_west_are_negative() -> None:
    capture = Capture(latitude=-33.4489, longitude=-70.6693)
    picture = inspect(draw("till", 1, size=(320, 240), target_bytes=20_000, capture=capture).jpeg)
    assert picture.position == pytest.approx((-33.4489, -70.6693), abs=1e-6)


def test_a_time_without_an_offset_stays_local() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 10:02:11"
    exif.get_ifd(0x8769)[0x9291] = "250"
    picture = inspect(saved(gradient(), "JPEG", exif=exif))
    assert picture.taken_at == datetime(2026, 11, 20, 10, 2, 11, 250_000)  # noqa: DTZ001


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_width_and_height_are_those_of_the_upright_picture(form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = inspect(saved(gradient(), form, exif=exif.tobytes()))
    assert picture.orientation == orientation
    assert (picture.width, picture.height) == ((240, 320) if orientation > 4 else (320, 240))


def test_a_heic_is_turned_by_its_container_and_not_again() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Phone"
    picture = inspect(saved(gradient(), "HEIF", exif=exif.tobytes()))
    assert (picture.orientation, picture.camera) == (1, "Phone")


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_counts_as_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert inspect(saved(gradient(), "JPEG", exif=exif)).orientation == 1


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (2, (91.0, 0.0, 0.0)),
        (2, (IFDRational(1, 0), 0.0, 0.0)),
        (4, (181.0, 0.0, 0.0)),
        (4, (1.0, 2.0)),
    ],
)
def test_a_position_that_is_not_on_earth_is_absent(tag: int, value: tuple[object, ...]) -> None:
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (37.0, 30.0, 0.0), 3: "E", 4: (127.0, 0.0, 0.0)})
    gps[tag] = value
    assert inspect(saved(gradient(), "JPEG", exif=exif)).position is None


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0junk" * 9]
)
def test_broken_exif_costs_the_exif_and_not_the_photo(exif: bytes) -> None:
    assert inspect(saved(gradient(), "JPEG", exif=exif)) == Picture("image/jpeg", 320, 240, 1)


@given(st.binary(max_size=400).map(lambda junk: b"II*\0\x08\0\0\0" + junk) | st.binary())
def test_no_exif_makes_the_reader_fall_over(data: bytes) -> None:
    assert read_exif(data).orientation in range(1, 9)


def test_a_directory_that_points_at_itself_ends() -> None:
    looping = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0"
    assert read_exif(looping) == Exif()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_photo_is_judged_and_nothing_else_happens(data: st.DataObject) -> None:
    whole = bytearray(photo(data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]))))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert inspect(bytes(whole)).width > 0
    except NotAPhoto as refused:
        assert refused.message  # noqa: PT017 - either outcome is right, a third is not


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_jpeg_that_passes_it_can_be_printed(data: st.DataObject) -> None:
    options: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [{}, {"progressive": True}, {"restart_marker_blocks": 8}]
    )
    whole = bytearray(saved(gradient(640, 480), "JPEG", quality=90, **data.draw(options)))
    where = st.integers(2, len(whole) - 1)
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(where), data.draw(st.sampled_from([0, 1, 2, 900]))
        whole[at : at + length] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"\xff\xd9", b"\xff\xda", bytes(900)])
        )
    try:
        inspect(bytes(whole))
    except NotAPhoto:
        return
    assert make(bytes(whole), []).print_size[0] > 0


def test_a_jpegs_pixels_may_be_noise_but_it_must_be_there_to_its_end() -> None:
    whole = saved(gradient(640, 480), "JPEG", quality=90)
    half = len(whole) // 2
    noise = bytes(number % 251 for number in range(len(whole) - half - 2))  # holds no FF
    assert inspect(whole[:half] + noise + whole[-2:]) == inspect(whole)
    with pytest.raises(NotAPhoto, match="ends before"):
        inspect(whole[:-2])


def test_of_a_large_jpeg_no_more_is_decoded_than_is_looked_at() -> None:
    data = saved(gradient(1600, 1200), "JPEG", exif=b"Exif\0\0" + b"x" * 500, comment=b"c" * 99)
    with reading(data) as (_, _, whole), reading(data, sample=True) as (layout, _, sample):
        assert (sample.size, layout.height) == ((1600, 128), 1200)
        first_lines = (0, 0, 1600, 8)
        assert sample.crop(first_lines).tobytes() == whole.crop(first_lines).tobytes()
    picture = inspect(data)
    assert (picture.width, picture.height) == (1600, 1200)


def test_names_play_no_part(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(photo("PNG"))
    assert inspect(path.read_bytes()).media_type == "image/png"


def test_decodes_wait_until_there_is_room() -> None:
    budget, inside, most = Budget(most=100, least=10), 0, 0
    lock = threading.Lock()

    def decode() -> None:
        nonlocal inside, most
        for _ in range(40):
            with budget.holding(40):
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=decode) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
    assert 1 <= most <= 2


def test_a_decode_larger_than_the_budget_runs_alone_and_gives_its_room_back() -> None:
    budget = Budget(most=100, least=10)
    for _ in range(2):
        with budget.holding(10_000):
            pass
    with pytest.raises(NotAPhoto, match="empty"), budget.holding(100):
        inspect(b"")
    with budget.holding(100):
        pass
