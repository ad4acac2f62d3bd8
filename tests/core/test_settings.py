"""Settings: all that is missing or wrong is said at once, and nothing starts."""

from __future__ import annotations

import pytest

from auditapi.core import settings

GOOD = {
    "DATABASE_URL": "postgresql://app@127.0.0.1/auditapi",
    "S3_BUCKET": "audits",
    "S3_ACCESS_KEY_ID": "key",
    "S3_SECRET_ACCESS_KEY": "secret",
    "SECRET_KEY": "x" * 32,
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "S3_ENDPOINT_URL", "PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_what_is_left_out_has_its_default(environment: pytest.MonkeyPatch) -> None:
    found = settings.read()
    assert found.database_owner_url == GOOD["DATABASE_URL"]
    assert (found.token_days, found.media_minutes, found.trusted_proxies) == (90, 15, 0)


def test_everything_wrong_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("S3_BUCKET")
    environment.setenv("SECRET_KEY", "short")
    environment.setenv("DATABASE_URL", "sqlite:///audits.db")
    environment.setenv("TOKEN_DAYS", "many")
    environment.setenv("LOG_LEVEL", "LOUD")
    with pytest.raises(settings.InvalidSettings) as refused:
        settings.read()
    lines = str(refused.value).splitlines()[1:]
    assert [line.split(":")[0].strip() for line in lines] == [
        "DATABASE_URL",
        "LOG_LEVEL",
        "S3_BUCKET",
        "SECRET_KEY",
        "TOKEN_DAYS",
    ]


@pytest.mark.parametrize("name", ["TOKEN_DAYS", "MEDIA_MINUTES", "DATABASE_POOL_SIZE"])
def test_a_number_below_one_is_refused(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv(name, "0")
    with pytest.raises(settings.InvalidSettings, match=name):
        settings.read()
