"""The render process: same bytes, closed doors, limits that hold, and failures that say why."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditapi.reports import render as rendering
from auditapi.reports import wire
from auditapi.reports.failures import REASONS, RenderFailed
from auditapi.reports.fontset import FONT_FOLDER
from auditapi.reports.identity import PRINTING, engine, input_hash
from auditapi.reports.render import Limits, Renderer
from auditapi.reports.view import LANGUAGES, Logo, Organisation, ReportInput
from tests.reports import pdf, samples

SHELF = samples.jpeg(640, 480, seed=5)


def visit(**changes: Any) -> ReportInput:
    photos = [samples.photo(SHELF, item="A2", marks=samples.MARKS)]
    return samples.report(photos=photos, **changes)


def test_two_processes_with_other_hash_seeds_and_font_folders_print_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FONT_FOLDER, tmp_path / "elsewhere")
    plain = rendering._environment
    made = []
    for seed, fonts in (("1", FONT_FOLDER), ("2", tmp_path / "elsewhere")):
        monkeypatch.setattr(
            rendering, "_environment", lambda f, seed=seed: {**plain(f), "PYTHONHASHSEED": seed}
        )
        with Renderer(fonts=fonts) as renderer:
            for conformance in ("ua", "archive"):
                report = visit(conformance=conformance, language="ko")
                made.append(renderer.render(report, samples.pictures_of(SHELF)))
    assert made[:2] == made[2:]
    assert made[0] != made[1]


def test_the_process_warmed_by_other_reports_prints_the_same_bytes() -> None:
    brief: dict[str, Any] = {"blocks": ("sections", "photos")}
    first = pdf.made(visit(language="zh-Hant", **brief), samples.pictures_of(SHELF))
    pdf.made_anew(visit(language="ru", bad=3, **brief), samples.pictures_of(SHELF))
    again = pdf.made_anew(visit(language="zh-Hant", **brief), samples.pictures_of(SHELF))
    assert again == first


def test_a_picture_may_come_as_a_file(tmp_path: Path) -> None:
    (path := tmp_path / "shelf.jpg").write_bytes(SHELF)
    sheet = visit(variant="photo_sheet")
    as_bytes = pdf.made(sheet, samples.pictures_of(SHELF))
    assert pdf.made_anew(sheet, {samples.sha256(SHELF): path}) == as_bytes


@pytest.mark.parametrize("bad", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", SHELF[:900]])
def test_a_photo_that_cannot_be_read_fails_the_report_loudly(bad: bytes) -> None:
    with pytest.raises(RenderFailed) as failed:
        pdf.made_anew(visit(), {samples.sha256(SHELF): bad})
    assert failed.value.reason == "picture"


def test_a_photo_that_was_not_handed_in_fails_the_report_loudly() -> None:
    with pytest.raises(RenderFailed, match="photo or the logo"):
        pdf.made_anew(visit(), {})


def test_a_logo_that_is_missing_fails_the_report_loudly() -> None:
    organisation = Organisation(name="Hanbit", logo=Logo(sha256="0" * 64, width=10, height=10))
    with pytest.raises(RenderFailed) as failed:
        pdf.made_anew(visit(organisation=organisation), samples.pictures_of(SHELF))
    assert failed.value.reason == "picture"


@pytest.fixture(scope="module")
def limited() -> Iterator[Renderer]:
    """A renderer whose limits a test may change."""
    with Renderer() as renderer:
        yield renderer


def test_a_report_that_takes_too_much_time_is_stopped_and_the_next_one_is_made(
    limited: Renderer,
) -> None:
    limited.limits = Limits(wall_seconds=0.01)
    with pytest.raises(RenderFailed) as failed:
        limited.render(visit(), samples.pictures_of(SHELF))
    assert failed.value.reason == "time"
    assert not failed.value.again
    limited.limits = Limits()
    assert limited.render(visit(blocks=()), samples.pictures_of(SHELF)).startswith(b"%PDF")


def test_a_report_that_takes_too_much_cpu_is_stopped(limited: Renderer) -> None:
    """A note in each of a thousand items, and one second to print them."""
    items = [
        {"key": f"X{n}", "kind": "text", "text": {"en": "What happened? " * 20}}
        for n in range(1000)
    ]
    checklist = {"languages": ["en"], "title": {"en": "Long"}, "sections": [
        {"key": "X", "title": {"en": "X"}, "items": items}]}  # fmt: skip
    given = {str(item["key"]): {"value": "so much " * 300} for item in items}
    limited.limits = Limits(cpu_seconds=1)
    with pytest.raises(RenderFailed) as failed:
        limited.render(replace(visit(), checklist=checklist, answers=given, photos=()), {})
    assert failed.value.reason == "time"


def test_a_report_that_needs_too_much_memory_is_stopped(limited: Renderer) -> None:
    limited.limits = Limits(memory_bytes=150 << 20)
    with pytest.raises(RenderFailed) as failed:
        limited.render(visit(language="zh-Hant"), samples.pictures_of(SHELF))
    assert failed.value.reason == "memory"


def test_data_that_is_no_audit_is_refused_with_a_reason() -> None:
    with pytest.raises(RenderFailed) as failed:
        pdf.made_anew(visit(score={"outcome": "pass"}), samples.pictures_of(SHELF))
    assert failed.value.reason == "input"
    assert failed.value.message == REASONS["input"]


def test_a_killed_render_process_is_started_again(limited: Renderer) -> None:
    limited.limits = Limits()
    assert limited._process is not None
    os.kill(limited._process.pid, signal.SIGKILL)
    limited._process.wait()
    assert limited.render(visit(blocks=()), samples.pictures_of(SHELF)).startswith(b"%PDF")


def test_the_render_process_knows_no_secret_and_ends_with_its_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://audit:secret@db/audit")
    with Renderer() as renderer:
        assert renderer._process is not None
        process = renderer._process
        environment = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"secret" not in environment
    assert b"FONTCONFIG_FILE" in environment
    assert process.returncode is not None


def test_nothing_of_flask_or_the_database_is_loaded_to_print() -> None:
    code = (
        "import sys, auditapi.reports.render_parent;"
        "unwanted = {'flask', 'sqlalchemy', 'boto3', 'marshmallow', 'fontTools', 'lxml'};"
        "print(*(unwanted & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=rendering._ROOT,
    )  # fmt: skip
    assert done.stdout.strip() == ""


def test_the_hash_knows_every_module_that_prints() -> None:
    code = "import sys, auditapi.reports.press; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=rendering._ROOT,
    )  # fmt: skip
    loaded = {m.removeprefix("auditapi.reports.") for m in done.stdout.split()
              if m.startswith("auditapi.reports.")}  # fmt: skip
    loaded -= {"failures"}
    printing = {name.removesuffix("/__init__").replace("/", ".") for name in PRINTING}
    assert printing >= loaded


def test_the_hash_changes_with_whatever_changes_the_paper() -> None:
    plain = visit()
    others: list[dict[str, Any]] = [
        {"paper": "Letter"}, {"variant": "short"}, {"audience": "store"}, {"country": "US"},
        {"photo_size": "small"}, {"conformance": "archive"}, {"repeated": {"A2": 3}},
        {"organisation": Organisation(name="Hanbit")}, *({"language": la} for la in LANGUAGES[1:]),
        {"blocks": ("photos",)}, {"trust": None}, {"history": ()},
    ]  # fmt: skip
    hashes = {input_hash(plain), *(input_hash(replace(plain, **other)) for other in others)}
    assert len(hashes) == len(others) + 1


def test_the_hash_names_the_versions_of_what_does_the_work() -> None:
    assert {"weasyprint", "pango", "harfbuzz"} <= set(engine().replace('"', " ").split())


def test_a_report_s_input_survives_the_way_into_the_process() -> None:
    assert wire.unpack(wire.pack(visit())) == wire.unpack(
        wire.pack(wire.unpack(wire.pack(visit())))
    )
    assert input_hash(wire.unpack(wire.pack(visit()))) == input_hash(visit())


def test_what_is_not_plain_data_does_not_reach_the_process() -> None:
    with pytest.raises(TypeError):
        wire.pack(visit(repeated={"A2": object()}))
