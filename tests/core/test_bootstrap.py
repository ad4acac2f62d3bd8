"""`make run` on a machine where system packages are missing and nobody may install them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "cat", "dirname", "env", "flock", "grep", "mkdir", "sha256sum", "tail", "tr")

# Knows what the script asks about versions and modules, and loads no library whose name has
# «pango» in it.
PYTHON = """#!/bin/bash
case "$*" in
    *ensurepip*) exit 0 ;;
    "- "*) for pair in "${@:2}"; do case $pair in *pango*) echo "${pair#*=}" ;; esac; done ;;
esac
"""
NOBODY = "#!/bin/bash\necho 1000\n"
ASKS_A_PASSWORD = "#!/bin/bash\necho 'sudo: a password is required' >&2\nexit 1\n"
MUST_NOT_RUN = "#!/bin/bash\ntouch installed\n"


class Machine:
    """A checkout, and a PATH on which nothing lies but what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.programs = folder / "checkout", folder / "bin"
        (self.checkout / "scripts").mkdir(parents=True)
        self.programs.mkdir()
        for name in ("scripts/bootstrap", "requirements.txt"):
            shutil.copy(ROOT / name, self.checkout / name)
        for name in TOOLS:
            (self.programs / name).symlink_to(shutil.which(name) or name)
        self.has("id", NOBODY)
        self.has("apt-get", MUST_NOT_RUN)
        self.has("python3.11", PYTHON)

    def has(self, name: str, script: str) -> None:
        (self.programs / name).write_text(script, encoding="ascii")
        (self.programs / name).chmod(0o755)

    def lacks(self, name: str) -> None:
        (self.programs / name).unlink()

    def refusal(self) -> str:
        """What is printed; the start has ended, and nothing was made or installed."""
        done = subprocess.run(
            [self.checkout / "scripts" / "bootstrap"],
            env={"PATH": str(self.programs)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert not (self.checkout / ".venv").exists()
        assert not (self.checkout / "installed").exists()
        return done.stdout + done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


INSTALL = "apt-get update && apt-get install --yes --no-install-recommends"


def test_without_rights_the_one_command_is_printed_and_the_start_ends(machine: Machine) -> None:
    machine.has("sudo", ASKS_A_PASSWORD)
    assert machine.refusal() == (
        "System packages are missing. Type this, then start again:\n\n"
        f"    sudo sh -c '{INSTALL} libpango-1.0-0 libpangoft2-1.0-0'\n\n"
    )


def test_without_sudo_the_command_is_one_for_su(machine: Machine) -> None:
    said = machine.refusal()
    assert f"    su - -c '{INSTALL} libpango-1.0-0 libpangoft2-1.0-0'\n" in said


def test_without_python_everything_is_asked_for_at_once(machine: Machine) -> None:
    machine.lacks("python3.11")
    said = machine.refusal()
    assert f"'{INSTALL} python3 python3-venv libpango-1.0-0 libpangoft2-1.0-0 " in said
    assert "libharfbuzz0b libharfbuzz-subset0 fontconfig'\n" in said


def test_on_a_machine_that_is_no_debian_the_packages_are_named(machine: Machine) -> None:
    machine.lacks("apt-get")
    assert machine.refusal() == (
        "These are missing (their names on Debian): libpango-1.0-0 libpangoft2-1.0-0. "
        "Install them and start again.\n"
    )
