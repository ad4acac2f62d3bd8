"""What JavaScript's own tools say: unit tests, types, and where the vendored libraries are from.

They need Node.js and `npm ci`, which `scripts/bootstrap dev` sees to.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditapi.phone.shell import STATIC

TOP = Path(__file__).parents[2]
LICENCES = {"MIT", "ISC", "Apache-2.0"}


@pytest.mark.parametrize("script", ["test", "types", "vendor:check"])
def test_the_phones_scripts_are_clean(script: str) -> None:
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["npm", "run", "--silent", script],
        cwd=TOP,
        env={**os.environ, "PATH": tools},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_every_vendored_library_is_listed_with_its_digest() -> None:
    vendor = STATIC / "vendor"
    listed = json.loads((vendor / "vendor.json").read_text())
    assert {entry["file"] for entry in listed} == {path.name for path in vendor.glob("*.js")}
    for entry in listed:
        assert hashlib.sha256((vendor / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["licence"] in LICENCES
        assert entry["version"]


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (TOP / "package-lock.json").read_text()


def test_no_file_of_the_app_is_longer_than_a_person_reads() -> None:
    long = [
        path.name
        for path in [*STATIC.rglob("*.js"), *STATIC.rglob("*.css")]
        if "vendor" not in path.parts
        and "words" not in path.parts
        and len(path.read_text().splitlines()) > 400
    ]
    assert long == []
