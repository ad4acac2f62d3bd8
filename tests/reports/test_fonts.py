"""The vendored fonts are the ones their list says, each with its licence."""

from __future__ import annotations

import hashlib
import re

from auditapi.reports.fontset import FONT_FOLDER


def test_every_font_has_the_digest_that_its_list_says() -> None:
    listed = dict(
        re.findall(r"`(\w+\.ttf)` .*`([0-9a-f]{64})`", (FONT_FOLDER / "README.md").read_text())
    )
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FONT_FOLDER.glob("*.ttf")
    }
    assert found == listed


def test_every_family_has_its_open_font_license() -> None:
    families = {path.name.split("_")[0].lower() for path in FONT_FOLDER.glob("*.ttf")}
    licences = {
        path.stem.removeprefix("OFL-").replace("-", ""): path.read_text(encoding="utf-8")
        for path in FONT_FOLDER.glob("OFL-*.txt")
    }
    assert families == licences.keys()
    assert all("SIL OPEN FONT LICENSE Version 1.1" in text for text in licences.values())
