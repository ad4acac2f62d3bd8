"""What a start takes from the environment, and all that is wrong with it, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditapi.core.settings import InvalidSettings
from auditapi.launch import environment


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing is set."""
    for name in (*environment.OURS, "SECRET_KEY", "PUBLIC_URL", "TOKEN_DAYS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOST", "PORT", "WEB_CONCURRENCY", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def complaints(bare: pytest.MonkeyPatch, **variables: str) -> dict[str, str]:
    """What a start with these says, by the setting's name."""
    for name, value in variables.items():
        bare.setenv(name, value)
    with pytest.raises(InvalidSettings) as refused:
        environment.read()
    lines = str(refused.value).splitlines()[1:]
    return {name.strip(): what for name, _, what in (line.partition(": ") for line in lines)}


def test_with_nothing_set_everything_is_embedded(bare: pytest.MonkeyPatch) -> None:
    start = environment.read()
    assert (start.external, start.address.url) == (False, "http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("name", "value", "missing"),
    [
        ("DATABASE_URL", "postgresql://db/x", "S3_ENDPOINT_URL"),
        ("S3_ENDPOINT_URL", "http://s3", "DATABASE_URL"),
        ("S3_BUCKET", "photos", "DATABASE_URL"),
    ],
)
def test_half_of_the_servers_is_refused(
    bare: pytest.MonkeyPatch, name: str, value: str, missing: str
) -> None:
    said = complaints(bare, **{name: value})
    assert said[missing].startswith("Missing. Set database and object storage, or neither")


def test_everything_wrong_with_a_start_is_said_at_once(bare: pytest.MonkeyPatch) -> None:
    given = {"PORT": "x", "DATABASE_URL": "postgresql://h/x", "SECRET_KEY": "short"}
    said = complaints(bare, **given, WEB_THREADS="0", TOKEN_DAYS="no")
    assert list(said) == [
        "PORT",
        "S3_ACCESS_KEY_ID",
        "S3_BUCKET",
        "S3_ENDPOINT_URL",
        "S3_SECRET_ACCESS_KEY",
        "SECRET_KEY",
        "TOKEN_DAYS",
        "WEB_THREADS",
    ]


def test_a_trial_is_told_what_is_wrong_before_its_servers_start(bare: pytest.MonkeyPatch) -> None:
    said = complaints(bare, PORT="65536", SECRET_KEY="short", PUBLIC_URL="nonsense")
    assert list(said) == ["PORT", "PUBLIC_URL", "SECRET_KEY"]


def test_a_secret_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    key = environment.secret_key(tmp_path)
    assert len(key) >= 32
    assert environment.secret_key(tmp_path) == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
