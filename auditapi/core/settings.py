"""The one place that reads the environment. Every wrong or missing setting is reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from environs import Env, EnvValidationError, ValidationError, validate


class InvalidSettings(Exception):
    """Names every setting that is missing or wrong, one a line."""

    def __init__(self, messages: Mapping[str, list[str]]) -> None:
        lines = [f"{name}: {' '.join(found)}" for name, found in sorted(messages.items())]
        super().__init__("Settings are missing or wrong:\n  " + "\n  ".join(lines))


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


SHORTEST_SECRET = 32


def _is_postgres(url: str) -> None:
    if not url.startswith(("postgresql://", "postgresql+psycopg://")):
        raise ValidationError("must start with postgresql://.")


def read() -> Settings:
    """Settings from the environment. Raises `InvalidSettings`."""
    env = Env(eager=False)
    database_url = env.str("DATABASE_URL", validate=_is_postgres)
    settings = Settings(
        database_url=database_url,
        database_owner_url=env.str("DATABASE_OWNER_URL", database_url, validate=_is_postgres),
        database_pool_size=env.int("DATABASE_POOL_SIZE", 16, validate=validate.Range(min=1)),
        s3_endpoint_url=env.str("S3_ENDPOINT_URL", None),
        s3_public_url=env.str("S3_PUBLIC_URL", None),
        reports_redirect=env.bool("REPORTS_REDIRECT", False),
        s3_bucket=env.str("S3_BUCKET"),
        s3_region=env.str("S3_REGION", "us-east-1"),
        s3_access_key_id=env.str("S3_ACCESS_KEY_ID"),
        s3_secret_access_key=env.str("S3_SECRET_ACCESS_KEY"),
        secret_key=env.str("SECRET_KEY", validate=validate.Length(min=SHORTEST_SECRET)),
        public_url=env.str("PUBLIC_URL", "http://127.0.0.1:8000"),
        token_days=env.int("TOKEN_DAYS", 90, validate=validate.Range(min=1)),
        media_minutes=env.int("MEDIA_MINUTES", 15, validate=validate.Range(min=1)),
        photo_original_days=env.int("PHOTO_ORIGINAL_DAYS", 730, validate=validate.Range(min=1)),
        trusted_proxies=env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0)),
        log_level=env.str(
            "LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
        ),
    )
    try:
        env.seal()
    except EnvValidationError as error:
        raise InvalidSettings(dict(error.error_messages)) from None  # type: ignore[arg-type]
    return settings


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
