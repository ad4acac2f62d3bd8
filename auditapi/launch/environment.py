"""The settings that web server, worker and commands are started with."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from auditapi.core import settings
from auditapi.core.embedded import Embedded, roles
from auditapi.core.settings import Address

DATABASE = "auditapi"
MARK = "AUDITAPI_STARTED_FROM"
"""Set to the state folder in all we start, so that the next start finds what a kill left over."""

OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "S3_ENDPOINT_URL",
    "S3_BUCKET",
    "S3_REGION",
    "S3_ACCESS_KEY_ID",
    "S3_SECRET_ACCESS_KEY",
)
"""What the embedded servers set, whatever is given."""

METRICS = "metrics"
"""In the state folder: what web processes and worker have counted, summed up at /metrics."""


@dataclass(frozen=True)
class Start:
    """What a start is told. `external`: database and object storage are given, so that nothing
    embedded starts."""

    address: Address
    external: bool


def read() -> Start:
    """From the environment. Raises InvalidSettings, which names all that is wrong at once, also
    of what only the app reads: it would find out after its servers had been started."""
    database = bool(os.environ.get("DATABASE_URL"))
    # Without an endpoint a bucket means the one at Amazon.
    objects = bool(os.environ.get("S3_ENDPOINT_URL") or os.environ.get("S3_BUCKET"))
    external = database or objects
    found = settings.faults()
    if not external:
        made = OURS if os.environ.get("SECRET_KEY") else (*OURS, "SECRET_KEY")
        found = {name: messages for name, messages in found.items() if name not in made}
    elif database != objects:
        message = "Missing. Set database and object storage, or neither to have both embedded."
        found["S3_ENDPOINT_URL" if database else "DATABASE_URL"] = [message]
    if found:
        raise settings.InvalidSettings(found)
    return Start(settings.read_web().address, external)


def common(given: Mapping[str, str], state: Path, where: Address) -> dict[str, str]:
    """What we add in any case."""
    return {
        "PUBLIC_URL": where.url,
        **given,
        "PROMETHEUS_MULTIPROC_DIR": str(state / METRICS),
        "HOST": where.host,
        "PORT": str(where.port),
        "PYTHONUNBUFFERED": "1",
        MARK: str(state),
    }


def forget_counts(state: Path) -> None:
    """An empty folder for the counts of this start: they begin at nothing, as after any start."""
    folder = state / METRICS
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def embedded(servers: Embedded) -> dict[str, str]:
    """The settings that lead to the embedded servers, launched but maybe not ready yet."""
    owner_url, app_url = roles.urls(servers.postgres_url, DATABASE)
    s3 = servers.s3
    values = (app_url, owner_url, s3.endpoint_url, s3.bucket, s3.region, s3.access_key)
    return dict(zip(OURS, (*values, s3.secret_key), strict=True))


def secret_key(state: Path) -> str:
    """Made once: a new one would make every address that the app has signed invalid."""
    file = state / "secret-key"
    if not file.exists():
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(secrets.token_urlsafe(48))
        new.rename(file)
    return file.read_text(encoding="ascii")
