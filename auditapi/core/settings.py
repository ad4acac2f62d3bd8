"""The one place that reads the environment. Every wrong or missing setting is reported at once."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from environs import Env, EnvValidationError, ValidationError, validate
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import make_url


class InvalidSettings(Exception):
    """Names every setting that is missing or wrong, one a line."""

    def __init__(self, messages: Mapping[str, list[str]]) -> None:
        lines = [f"{name}: {' '.join(found)}" for name, found in sorted(messages.items())]
        super().__init__("Settings are missing or wrong:\n  " + "\n  ".join(lines))


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        """As gunicorn wants it: the colons of an IPv6 address stand in brackets."""
        return f"{_in_brackets(self.host)}:{self.port}"

    @property
    def url(self) -> str:
        """For a browser on this machine."""
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{_in_brackets(here)}:{self.port}"


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True)
class Web:
    """What the web server alone is told: gunicorn.conf.py and `make run` read it."""

    address: Address
    processes: int
    threads: int


@dataclass(frozen=True, kw_only=True)
class Settings:
    database_url: str
    database_owner_url: str
    database_pool_size: int
    s3_endpoint_url: str | None
    s3_public_url: str | None
    reports_redirect: bool
    s3_bucket: str
    s3_region: str
    s3_access_key_id: str
    s3_secret_access_key: str
    secret_key: str
    public_url: str
    token_days: int
    media_minutes: int
    photo_original_days: int
    trusted_proxies: int
    log_level: str
    worker_metrics_port: int | None = None


SHORTEST_SECRET = 32
HIGHEST_PORT = 65_535
MOST_CONNECTIONS = 1000
MOST_PROCESSES, MOST_THREADS = 256, 1024
MOST_TOKEN_DAYS = 3650
MOST_MEDIA_MINUTES = 7 * 24 * 60
"""Seven days: S3 signs no address for longer."""
MOST_ORIGINAL_DAYS = 36_500
MOST_PROXIES = 16

_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?", re.IGNORECASE)
_BUCKET = re.compile(r"[a-zA-Z0-9._-]{1,255}")


def _is_postgres(url: str) -> None:
    if not url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise ValidationError("must start with postgresql://.")
    try:
        port = make_url(url).port
        # The queue hands it to libpq, which knows all that may stand behind a «?».
        conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    except (ValueError, psycopg.Error):
        # Without the cause: it may quote the password.
        raise ValidationError(
            "can't be read; it looks like postgresql://user:password@host:5432/name, with %40 "
            "for an @ in the password."
        ) from None
    if port is not None and not 0 < port <= HIGHEST_PORT:
        raise ValidationError(f"has no port from 1 to {HIGHEST_PORT}.")


def _is_http(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or brackets that are none
        good = False
    if not good or any(character.isspace() or character in "?#" for character in url):
        raise ValidationError("must be an address with a host, such as https://audits.example.")


def _is_storage(url: str) -> None:
    """An address that the S3 client takes; empty is none."""
    if not url:
        return
    _is_http(url)
    host = urlsplit(url).hostname or ""
    if ":" not in host and not _HOST_NAME.fullmatch(host):
        raise ValidationError("has a host with other characters than letters, digits, - and dots.")


def _is_bucket(name: str) -> None:
    if not _BUCKET.fullmatch(name):
        raise ValidationError("must have letters, digits, dots, - and _ only, 1 to 255 of them.")


def _is_told(text: str) -> None:
    if not text.strip():
        raise ValidationError("must not be empty.")


def _is_secret(key: str) -> None:
    if len(key.strip()) < SHORTEST_SECRET:
        raise ValidationError(
            f"must have {SHORTEST_SECRET} characters or more, blanks at its ends not counted."
        )


def _is_port(port: str) -> None:
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) <= HIGHEST_PORT:
        raise ValidationError(f"«{port}» is not a port (1 to {HIGHEST_PORT}).")


def _is_host(host: str) -> None:
    try:
        good = bool(socket.inet_pton(socket.AF_INET6, host) if ":" in host else host)
    except OSError:
        good = False
    if not good or (":" not in host and not _HOST_NAME.fullmatch(host)):
        raise ValidationError(f"«{host}» is no address, such as 127.0.0.1 or ::, and no name.")


def _is_folder(path: str) -> None:
    """One that can be made if it is missing, and written to."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
        good = bool(path) and os.access(path, os.W_OK)
    except OSError:
        good = False
    if not good:
        raise ValidationError(f"«{path}» is no folder that this process may write to.")


def read() -> Settings:
    """Settings from the environment. Raises `InvalidSettings`."""
    env = Env(eager=False)
    settings = _settings(env)
    _refuse(_faults_of(env))
    return settings


def read_web() -> Web:
    """Of these settings only what is wrong with them. Raises `InvalidSettings`."""
    env = Env(eager=False)
    web = _web(env)
    _refuse(_faults_of(env))
    return web


def faults() -> dict[str, list[str]]:
    """All that is wrong or missing, of `Settings` and `Web`: messages by the setting's name."""
    env = Env(eager=False)
    _settings(env)
    _web(env)
    return _faults_of(env)


def check() -> None:
    """Raises `InvalidSettings` that names all `faults`."""
    _refuse(faults())


def _faults_of(env: Env) -> dict[str, list[str]]:
    try:
        env.seal()
    except EnvValidationError as error:
        return dict(error.error_messages)  # type: ignore[arg-type]
    return {}


def _refuse(found: Mapping[str, list[str]]) -> None:
    if found:
        raise InvalidSettings(found)


def _settings(env: Env) -> Settings:
    database_url = env.str("DATABASE_URL", validate=_is_postgres)
    env.str("PROMETHEUS_MULTIPROC_DIR", None, validate=_is_folder)  # prometheus_client reads it
    return Settings(
        database_url=database_url,
        database_owner_url=env.str("DATABASE_OWNER_URL", database_url, validate=_is_postgres),
        database_pool_size=_number(env, "DATABASE_POOL_SIZE", 16, 1, MOST_CONNECTIONS),
        s3_endpoint_url=env.str("S3_ENDPOINT_URL", None, validate=_is_storage) or None,
        s3_public_url=env.str("S3_PUBLIC_URL", None, validate=_is_storage) or None,
        reports_redirect=env.bool("REPORTS_REDIRECT", False),
        s3_bucket=env.str("S3_BUCKET", validate=_is_bucket),
        s3_region=env.str("S3_REGION", "us-east-1", validate=_is_told),
        s3_access_key_id=env.str("S3_ACCESS_KEY_ID", validate=_is_told),
        s3_secret_access_key=env.str("S3_SECRET_ACCESS_KEY", validate=_is_told),
        secret_key=env.str("SECRET_KEY", validate=_is_secret),
        public_url=env.str("PUBLIC_URL", "http://127.0.0.1:8000", validate=_is_http),
        token_days=_number(env, "TOKEN_DAYS", 90, 1, MOST_TOKEN_DAYS),
        media_minutes=_number(env, "MEDIA_MINUTES", 15, 1, MOST_MEDIA_MINUTES),
        photo_original_days=_number(env, "PHOTO_ORIGINAL_DAYS", 730, 1, MOST_ORIGINAL_DAYS),
        trusted_proxies=_number(env, "TRUSTED_PROXIES", 0, 0, MOST_PROXIES),
        log_level=env.str(
            "LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
        ),
        worker_metrics_port=env.int(
            "WORKER_METRICS_PORT", None, validate=validate.Range(1, HIGHEST_PORT)
        ),
    )


def _web(env: Env) -> Web:
    host = env.str("HOST", "127.0.0.1", validate=_is_host)
    port = env.str("PORT", "8000", validate=_is_port)
    return Web(
        Address(host, int(port or 0)),
        processes=_number(env, "WEB_CONCURRENCY", 2, 1, MOST_PROCESSES),
        threads=_number(env, "WEB_THREADS", 8, 1, MOST_THREADS),
    )


def _number(env: Env, name: str, usual: int, least: int, most: int) -> int:
    found: int = env.int(name, usual, validate=validate.Range(least, most))
    return found


_current: Settings | None = None


def use(found: Settings) -> None:
    """Called once a process, by `create_app`."""
    global _current
    _current = found


def current() -> Settings:
    """The settings of this process, for jobs and services that no request hands them to."""
    if _current is None:
        raise RuntimeError("no settings: call use first")
    return _current
