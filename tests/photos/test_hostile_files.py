"""Hostile and broken files: each is refused with its code; what phones really send is not."""

from __future__ import annotations

import struct
import tarfile
import zipfile
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from auditapi.photos.containers import MOST_SEGMENTS
from auditapi.photos.derivatives import make
from auditapi.photos.inspection import NotAPhoto, inspect
from auditapi.photos.trailers import LONGEST_UNKNOWN
from tests.photos.pictures import (
    box,
    flat_jpeg_of_size,
    gradient,
    jpeg_of_size,
    jpeg_segment,
    photo,
    png_chunk,
    png_of_size,
    samsung,
    saved,
    video,
    with_segment,
)

PAGE = b"<html><body><script>alert('shop')</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def refusal(data: bytes) -> str:
    with pytest.raises(NotAPhoto) as caught:
        inspect(data)
    return str(caught.value.code)


def archive() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as whole:
        whole.writestr("payload.txt", "something else entirely")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"Just a text that somebody called shelf.jpg", "unknown_format"),
        (b"\xff\xd8", "unknown_format"),
        (b"\0" * 5000, "unknown_format"),
        (SVG, "unsupported_format"),
        (PAGE, "unsupported_format"),
        (saved(gradient(), "GIF"), "unsupported_format"),
        (saved(gradient(), "TIFF"), "unsupported_format"),
        (saved(gradient(), "BMP"), "unsupported_format"),
        (saved(gradient(), "PDF"), "unsupported_format"),
        (archive(), "unsupported_format"),
        (video(), "unsupported_format"),
        (box(b"ftyp", b"avif\0\0\0\0avifmif1") + box(b"meta", b""), "unsupported_format"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, code: str) -> None:
    assert refusal(data) == code


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_file_is_refused(form: str, kept: float) -> None:
    whole = photo(form)
    assert refusal(whole[: int(len(whole) * kept)]) == "truncated"


@pytest.mark.parametrize(
    "colours",
    [{"subsampling": 0}, {"subsampling": 1}, {"keep_rgb": True}, {"restart_marker_blocks": 4}],
    ids=str,
)
def test_a_cut_is_found_however_a_jpeg_keeps_its_colours(colours: dict[str, int]) -> None:
    whole = saved(gradient(), "JPEG", **colours)
    inspect(whole)
    assert {refusal(whole[:-kept]) for kept in range(1, 400, 7)} == {"truncated"}


def test_a_progressive_jpeg_cut_between_its_scans_is_refused() -> None:
    whole = saved(gradient(), "JPEG", progressive=True)
    assert refusal(whole[: whole.rindex(b"\xff\xda")]) == "truncated"


def test_a_png_with_a_flipped_bit_is_refused() -> None:
    whole = bytearray(photo("PNG"))
    whole[len(whole) // 2] ^= 1
    assert refusal(bytes(whole)) == "broken"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png_of_size(60_000, 60_000), "too_long_side"),
        (png_of_size(16_000, 16_000), "too_many_pixels"),
        (jpeg_of_size(65_500, 65_500, photo("JPEG")), "too_long_side"),
        (png_of_size(12_000, 9_000), "too_many_pixels"),
        (
            jpeg_of_size(12_000, 9_000, saved(gradient(), "JPEG", progressive=True)),
            "too_many_pixels",
        ),
        (jpeg_of_size(12_000, 9_000, photo("JPEG")), "truncated"),
        (jpeg_of_size(16_384, 16_384, photo("JPEG")), "too_many_pixels"),
        (saved(Image.new("RGB", (20_000, 10)), "JPEG"), "too_long_side"),
        (saved(Image.new("RGB", (10, 20_000)), "PNG"), "too_long_side"),
    ],
)
def test_bombs_and_strips_are_refused_before_a_pixel_is_decoded(data: bytes, code: str) -> None:
    assert refusal(data) == code


@pytest.mark.parametrize("size", [(12_000, 9_000), (16_320, 12_240)])
def test_photos_of_the_largest_sensors_are_taken_and_printed(size: tuple[int, int]) -> None:
    whole = flat_jpeg_of_size(*size)
    assert (inspect(whole).width, inspect(whole).height) == size
    assert make(whole, []).print_size == (1280, 960)


def test_a_progressive_jpeg_may_be_less_large_because_all_of_it_is_held_at_once() -> None:
    size = (9_000, 8_000)
    progressive = saved(gradient(), "JPEG", progressive=True)
    assert refusal(jpeg_of_size(*size, progressive)) == "too_many_pixels"


def test_a_jpeg_with_one_colour_in_its_only_scan_is_held_at_once_too() -> None:
    whole = saved(gradient(), "JPEG")
    scan = whole.index(b"\xff\xda")
    behind = scan + 2 + int.from_bytes(whole[scan + 2 : scan + 4])
    first_alone = jpeg_segment(0xDA, b"\x01" + whole[scan + 5 : scan + 7] + b"\0\x3f\0")
    grey = whole[:scan] + first_alone + whole[behind:]
    assert refusal(jpeg_of_size(9_000, 8_000, grey)) == "too_many_pixels"


@pytest.mark.parametrize("lenient", [False, True], ids=["by itself", "beside WeasyPrint"])
def test_a_jpeg_with_arithmetic_codes_is_decoded_whole_for_its_bits_can_be_wrong(
    monkeypatch: pytest.MonkeyPatch, lenient: bool
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    whole = saved(gradient(2400, 1800), "JPEG", quality=98)
    assert refusal(whole.replace(b"\xff\xc0", b"\xff\xc9", 1)) == "broken"


@pytest.mark.parametrize(("luma", "chroma"), [(0x31, 0x21), (0x13, 0x12), (0x20, 0x11)])
def test_colours_kept_in_a_way_that_nobody_decodes_are_broken(luma: int, chroma: int) -> None:
    whole = bytearray(saved(gradient(), "JPEG"))
    first = whole.index(b"\xff\xc0") + 11  # behind length, precision, size, count and name
    whole[first], whole[first + 3], whole[first + 6] = luma, chroma, chroma
    assert refusal(bytes(whole)) == "broken"


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0", "4:1:1"])
def test_colours_may_be_kept_in_all_ways_that_cameras_know(subsampling: str) -> None:
    assert inspect(saved(gradient(), "JPEG", subsampling=subsampling)).width == 320


@pytest.mark.parametrize("other", [archive(), PAGE, SVG])
def test_what_stands_between_the_pixels_and_the_end_hides_nothing(other: bytes) -> None:
    whole = photo("JPEG")
    assert refusal(whole[:-2] + jpeg_segment(0xFE, other) + whole[-2:]) == "polyglot"


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    whole = saved(gradient(), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    assert refusal(whole[:last] + whole[last:-2] * 1000 + whole[-2:]) == "too_costly"


@pytest.mark.parametrize("count", [MOST_SEGMENTS, 200_000])
def test_a_jpeg_of_thousands_of_segments_is_refused(count: int) -> None:
    whole = photo("JPEG")
    assert refusal(whole[:2] + jpeg_segment(0xFE, b"") * count + whole[2:]) == "too_costly"


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_animations_are_refused(form: str) -> None:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "green", "blue")]
    whole = saved(frames[0], form, save_all=True, append_images=frames[1:])
    assert refusal(whole) == ("unsupported_format" if form == "GIF" else "animated")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize(
    "other",
    [archive(), PAGE, SVG, b"<?php system('echo shop'); ?>", saved(gradient(), "PDF")],
    ids=["zip", "page", "svg", "php", "pdf"],
)
def test_a_photo_that_is_something_else_at_once_is_refused(form: str, other: bytes) -> None:
    appended = photo(form) + other
    if form == "HEIF":  # its boxes end where the other thing begins
        appended = photo(form) + box(b"free", other)
    assert refusal(appended) == "polyglot"


@pytest.mark.parametrize(
    "other",
    [
        b"Rar!\x1a\x07\x01\x00" + b"\0" * 50,
        b"7z\xbc\xaf\x27\x1c" + b"\0" * 50,
        b"\x1f\x8b\x08" + b"\0" * 50,
        b"MZ\x90\0" + b"\0" * 50,
        b"\x7fELF" + b"\0" * 50,
        b"#!/bin/sh\necho shop\n",
        b"\n\n\n#!/bin/sh\necho shop\n",
        b"GIF89a" + b"\0" * 50,
    ],
)
def test_programs_and_archives_behind_a_jpeg_are_refused(other: bytes) -> None:
    assert refusal(photo("JPEG") + other) == "polyglot"


@pytest.mark.parametrize("other", [archive(), PAGE, SVG, b"%PDF-1.7 hidden"])
def test_a_comment_hides_nothing(other: bytes) -> None:
    assert refusal(with_segment(photo("JPEG"), 0xFE, other)) == "polyglot"


@pytest.mark.parametrize(
    "caption",
    [
        b"<head office> asked for it",
        b"caption: <head office> asked for it",
        "본사 <head office> 요청".encode(),
        b"<x:xmpmeta><dc:description><body shelf of milk></dc:description></x:xmpmeta>",
        b"the <script> of this visit was not followed by the person at the counter",
        b"a <= b, <html, <scripted>, <bodies> and <headless>, but nothing of a page",
    ],
)
@pytest.mark.parametrize("marker", [0xFE, 0xE1])
def test_a_caption_may_hold_words_in_angle_brackets(caption: bytes, marker: int) -> None:
    assert inspect(with_segment(photo("JPEG"), marker, caption)).width == 320
    assert inspect(photo("JPEG") + b"caption=" + caption).width == 320


@pytest.mark.parametrize(
    "page",
    [
        b"shelf of <script src=//shop.example></script>",
        b"shelf <script>send(document.cookie)</script>",
        b"shelf <svg/onload=send(document.cookie)> of milk",
        b"shelf <body onload='send(document.cookie)'> of milk",
        b"shelf <iframe src='https://shop.example'> of milk",
        b"shelf <html>all of the page</html>",
        b"shelf <!DOCTYPE html> and so on it goes",
        b"shelf <?php system($_GET['shop']); ?>",
        b"\r\n <script>send(document.cookie)",
        b"ASCII\0\0\0<SCRIPT>send(document.cookie)",
    ],
)
def test_a_caption_that_a_browser_or_php_would_run_is_refused(page: bytes) -> None:
    assert refusal(with_segment(photo("JPEG"), 0xFE, page)) == "polyglot"


@pytest.mark.parametrize("tag", [b"<html readable text> ", b"</html "])
def test_a_caption_of_nothing_but_tags_is_refused(tag: bytes) -> None:
    assert refusal(photo("JPEG") + b"x" + tag * 2000) == "polyglot"


def test_a_jpeg_that_begins_like_a_tar_is_refused() -> None:
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        tar.addfile(tarfile.TarInfo("x"))
    # As a comment, whose head takes the first six bytes of the tar's own.
    assert refusal(with_segment(photo("JPEG"), 0xFE, buffer.getvalue()[6:])) == "polyglot"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_junk_before_the_photo_is_refused(form: str) -> None:
    assert refusal(b"GET / HTTP/1.1\r\n\r\n" + photo(form)) == "unknown_format"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_data_behind_a_png_or_webp_is_refused(form: str) -> None:
    assert refusal(photo(form) + b"something more") == "trailing_data"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_padding_behind_a_photo_is_no_load(form: str) -> None:
    assert inspect(photo(form) + b"\0" * 4096 + b"\r\n").width == 320


@pytest.mark.parametrize(
    "trailer",
    [
        photo("JPEG"),
        b"\0" * 100 + photo("JPEG") + photo("JPEG"),
        video(2_000_000),
        photo("JPEG") + video(2_000_000),
        samsung(b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + video(2_000_000)),
        samsung(b""),
        b'vivo{"camera":"rear","zoom":1}',
        b"\x01\x02" * (LONGEST_UNKNOWN // 2),
    ],
    ids=[
        "gain map", "multi-picture", "motion photo", "gain map and video", "samsung motion",
        "samsung", "vivo", "unknown maker",
    ],
)  # fmt: skip
def test_what_phones_append_to_a_jpeg_is_taken(trailer: bytes) -> None:
    assert inspect(photo("JPEG") + trailer).width == 320


def test_a_multi_picture_jpeg_is_its_first_picture() -> None:
    second = gradient(160, 120)
    assert inspect(saved(gradient(), "MPO", save_all=True, append_images=[second])).width == 320


def test_a_long_load_of_no_known_phone_is_refused() -> None:
    assert refusal(photo("JPEG") + b"\x01" * (LONGEST_UNKNOWN + 1)) == "trailing_data"


@pytest.mark.parametrize("trailer", [b"SEFT", samsung(b"x")[:-4], b"x" * 99 + b"\xff\xff\0\0SEFT"])
def test_a_samsung_trailer_that_is_none_counts_as_unknown(trailer: bytes) -> None:
    assert refusal(photo("JPEG") + b"\x01" * LONGEST_UNKNOWN + trailer) == "trailing_data"


def test_letters_of_an_archive_are_no_archive() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, 40, 0, 0)
    assert inspect(with_segment(photo("JPEG"), 0xFE, b"PK\x05\x06" + end)).width == 320


@pytest.mark.parametrize("name", [b"<svg", b"%PDF", b"<html>\x93\x07\xff\x01"])
def test_a_few_letters_among_noise_are_no_document(name: bytes) -> None:
    assert inspect(with_segment(photo("JPEG"), 0xE5, b"\x91" * 9 + name + b"\x91" * 9)).width == 320


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + jpeg_segment(0xE0, b"JFIF\0") + b"\xff\xd9",
        b"\xff\xd8\xff\xd8" + photo("JPEG")[2:],
        with_segment(photo("JPEG"), 0xC0, b"\x08\0\x10\0\x10\x03"),
        jpeg_of_size(320, 0, photo("JPEG")),
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", b"\0" * 13) + png_chunk(b"IEND", b""),
        b"RIFF" + struct.pack("<I", 4) + b"WEBP",
        b"RIFF" + struct.pack("<I", 16) + b"WEBPVP8 " + struct.pack("<I", 4) + b"\0" * 4,
        box(b"ftyp", b"heic\0\0\0\0mif1") + box(b"mdat", b"\0" * 90),
    ],
)
def test_a_shell_without_a_picture_is_broken(data: bytes) -> None:
    assert refusal(data) == "broken"
