"""What `make run` does on a machine before it can start: system packages, and Python's."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = (
    "awk", "bash", "cat", "cp", "dirname", "env", "flock", "grep", "mkdir", "sed", "sha256sum",
    "tail", "touch", "tr",
)  # fmt: skip

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
        for name in ("scripts/bootstrap", "requirements.txt", "requirements-dev.txt"):
            shutil.copy(ROOT / name, self.checkout / name)
        for name in TOOLS:
            (self.programs / name).symlink_to(shutil.which(name) or name)
        self.has("id", NOBODY)
        self.has("apt-get", MUST_NOT_RUN)
        self.has("python3.11", PYTHON)

    def has(self, name: str, script: str) -> None:
        _write_program(self.programs / name, script)

    def has_installers(self, *working: str) -> None:
        """Of `has-uv`, `uv-works` and `pip-works`, those that are true."""
        self.has("python3.11", INSTALLER)
        _write_program(self.checkout / "python", "#!/bin/bash\n")
        _write_program(self.checkout / "uv", UV)
        for fact in working:
            (self.checkout / fact).touch()

    def lacks(self, name: str) -> None:
        (self.programs / name).unlink()

    def bootstrap(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / "scripts" / "bootstrap"],
            env={"PATH": str(self.programs)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def refusal(self) -> str:
        """What is printed; the start has ended, and nothing was made or installed."""
        done = self.bootstrap()
        assert done.returncode == 1
        assert not (self.checkout / ".venv").exists()
        assert not (self.checkout / "installed").exists()
        return done.stdout + done.stderr


def _write_program(path: Path, script: str) -> None:
    path.write_text(script, encoding="ascii")
    path.chmod(0o755)


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


UV = """#!/bin/bash
echo "uv from $UV_DEFAULT_INDEX: $*" >>asked
[[ -e uv-works ]]
"""

# Makes an environment, has pip install uv and notes what else it is asked for.
INSTALLER = """#!/bin/bash
case "$*" in
    "- "*) ;;
    *"-m venv"*) mkdir -p .venv/bin; cp python .venv/bin/ ;;
    *" config list")
        echo "global.index-url='https://mirror.example/simple'"
        echo "global.extra-index-url='https://more.example/'"
        ;;
    *" install "*uv.txt)
        [[ $(grep -o '^[a-z].*==' .state/uv.txt) == uv== && -e has-uv ]] && cp uv .venv/bin/
        ;;
    *" install "*)
        echo "pip: $*" >>asked
        [[ -e pip-works ]] || { echo 'no such index' >&2; exit 1; }
        ;;
esac
"""
UV_ASKED = (
    "uv from https://mirror.example/simple: pip install --quiet --python .venv/bin/python "
    "--no-deps --require-hashes --requirement requirements.txt"
)
PIP_ASKED = (
    "pip: -m pip --python .venv/bin/python install --quiet --no-input --no-compile "
    "--disable-pip-version-check --no-deps --require-hashes --requirement requirements.txt"
)


@pytest.mark.parametrize(
    ("works", "asked"),
    [
        (["has-uv", "uv-works"], [UV_ASKED]),
        (["has-uv", "pip-works"], [UV_ASKED, PIP_ASKED]),
        (["pip-works"], [PIP_ASKED]),
    ],
    ids=["uv does it, from the index pip knows", "uv fails, so pip does it", "without uv, pip"],
)
def test_packages_come_by_uv_or_else_by_pip(
    machine: Machine, works: list[str], asked: list[str]
) -> None:
    machine.has_installers(*works)
    done = machine.bootstrap()
    assert done.returncode == 0, done.stderr
    assert (machine.checkout / "asked").read_text().splitlines() == asked
    assert machine.bootstrap().stdout == ""


def test_when_neither_can_install_the_start_ends_with_what_was_said(machine: Machine) -> None:
    machine.has_installers()
    done = machine.bootstrap()
    assert done.returncode == 1
    assert "no such index" in done.stderr
    assert machine.bootstrap().returncode == 1
