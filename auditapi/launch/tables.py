"""Tables and bucket, as this checkout wants them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from auditapi.core.settings import Settings
from auditapi.launch.terminal import step

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def bring_up_to_date(settings: Settings, state: Path | None) -> None:
    """Nothing to do when the servers in `state` had these very migrations at an earlier start.

    A database of somebody else (no `state`) is always asked.
    """
    done = state / "migrated" if state else None
    wanted = _fingerprint()
    if done and done.exists() and done.read_text(encoding="ascii") == wanted:
        return
    with step("Tables and bucket up to date"):
        _upgrade(settings)
    if done:
        done.write_text(wanted, encoding="ascii")


def _upgrade(settings: Settings) -> None:
    # Here, not above: to load them takes longer than all else that a second start has to do.
    from auditapi.core import migrate, objects

    migrate.upgrade(settings.database_owner_url, settings.database_url)
    objects.connect(settings)
    objects.objects().ensure_bucket()


def _fingerprint() -> str:
    """Of all that makes the tables: SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    for file in sorted(MIGRATIONS.rglob("*.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
