"""The settings that web server, worker and commands are started with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from auditapi.core import settings
from auditapi.core.embedded import Embedded, roles

DATABASE = "auditapi"
MARK = "AUDITAPI_STARTED_FROM"
"""Set to the state folder in all we start, so that the next start finds what a kill left over."""

HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """For a browser on this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def address(environment: Mapping[str, str]) -> Address:
    """From HOST and PORT. Raises InvalidSettings."""
    port = environment.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) <= HIGHEST_PORT:
        raise settings.InvalidSettings({"PORT": [f"«{port}» is not a port (1 to 65535)."]})
    return Address(environment.get("HOST", "127.0.0.1"), int(port))


def is_external(environment: Mapping[str, str]) -> bool:
    """Whether a database and object storage are given, so that nothing embedded starts.

    Raises InvalidSettings when only one of them is.
    """
    database = bool(environment.get("DATABASE_URL"))
    # Without an endpoint a bucket means the one at Amazon.
    objects = bool(environment.get("S3_ENDPOINT_URL") or environment.get("S3_BUCKET"))
    if database != objects:
        missing = "S3_ENDPOINT_URL" if database else "DATABASE_URL"
        message = "Missing. Set database and object storage, or neither to have both embedded."
        raise settings.InvalidSettings({missing: [message]})
    return database


def common(given: Mapping[str, str], state: Path, where: Address) -> dict[str, str]:
    """What we add in any case."""
    return {
        "PUBLIC_URL": where.url,
        **given,
        "HOST": where.host,
        "PORT": str(where.port),
        "PYTHONUNBUFFERED": "1",
        MARK: str(state),
    }


def embedded(servers: Embedded) -> dict[str, str]:
    """The settings that lead to the embedded servers, launched but maybe not ready yet."""
    owner_url, app_url = roles.urls(servers.postgres_url, DATABASE)
    return {
        "DATABASE_URL": app_url,
        "DATABASE_OWNER_URL": owner_url,
        "S3_ENDPOINT_URL": servers.s3.endpoint_url,
        "S3_BUCKET": servers.s3.bucket,
        "S3_REGION": servers.s3.region,
        "S3_ACCESS_KEY_ID": servers.s3.access_key,
        "S3_SECRET_ACCESS_KEY": servers.s3.secret_key,
    }


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
