"""Settings: all that is missing or wrong is said at once, and nothing starts."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from auditapi.core import settings
from auditapi.core.settings import Address, InvalidSettings

ROOT = Path(__file__).parents[2]
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
    for name in ("HOST", "PORT", "WEB_CONCURRENCY", "WEB_THREADS"):
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


REFUSED = [
    ("DATABASE_URL", "postgresql://a:secret@h:port/x", "can't be read"),
    ("DATABASE_URL", "postgresql://a:secret@h:99999/x", "has no port from 1 to 65535"),
    ("DATABASE_URL", "postgresql://a:secret@h/x?colour=red", "can't be read"),
    ("DATABASE_URL", "postgresql://a:sec%ret@h/x", "can't be read"),
    ("DATABASE_OWNER_URL", "postgresql://a:secret@h:port/x", "can't be read"),
    ("DATABASE_POOL_SIZE", "1001", "less than or equal to 1000"),
    ("S3_ENDPOINT_URL", "junk", "must be an address with a host"),
    ("S3_ENDPOINT_URL", "http://", "must be an address with a host"),
    ("S3_ENDPOINT_URL", "http://my_storage:9000", "has a host with other characters"),
    ("S3_PUBLIC_URL", "storage.example", "must be an address with a host"),
    ("S3_BUCKET", "", "letters, digits, dots, - and _ only"),
    ("S3_BUCKET", "our audits", "letters, digits, dots, - and _ only"),
    ("S3_REGION", " ", "must not be empty"),
    ("S3_ACCESS_KEY_ID", "", "must not be empty"),
    ("S3_SECRET_ACCESS_KEY", "  ", "must not be empty"),
    ("SECRET_KEY", " " * 32, "must have 32 characters or more"),
    ("SECRET_KEY", "x" * 31 + " ", "must have 32 characters or more"),
    ("PUBLIC_URL", "nonsense", "must be an address with a host"),
    ("PUBLIC_URL", "", "must be an address with a host"),
    ("PUBLIC_URL", "ftp://audits.example", "must be an address with a host"),
    ("PUBLIC_URL", "https://audits.example:https", "must be an address with a host"),
    ("PUBLIC_URL", "https://audits.example/?a=b", "must be an address with a host"),
    ("TOKEN_DAYS", "99999999999", "less than or equal to 3650"),
    ("MEDIA_MINUTES", "10081", "less than or equal to 10080"),
    ("PHOTO_ORIGINAL_DAYS", "36501", "less than or equal to 36500"),
    ("TRUSTED_PROXIES", "17", "less than or equal to 16"),
    ("TRUSTED_PROXIES", "-1", "greater than or equal to 0"),
    ("REPORTS_REDIRECT", "perhaps", "Not a valid boolean"),
    ("HOST", "", "no address"),
    ("HOST", "1:2", "no address"),
    ("HOST", "127.0.0.1 ", "no address"),
    ("PORT", "", "is not a port"),
    ("PORT", "web", "is not a port"),
    ("PORT", "0", "is not a port"),
    ("PORT", "65536", "is not a port"),
    ("PORT", "-1", "is not a port"),
    ("PROMETHEUS_MULTIPROC_DIR", "", "no folder"),
    ("PROMETHEUS_MULTIPROC_DIR", "/proc/counts", "no folder"),
    ("WEB_CONCURRENCY", "two", "Not a valid integer"),
    ("WEB_CONCURRENCY", "0", "greater than or equal to 1"),
    ("WEB_CONCURRENCY", "257", "less than or equal to 256"),
    ("WEB_THREADS", "", "Not a valid integer"),
    ("WEB_THREADS", "1025", "less than or equal to 1024"),
]


@pytest.mark.parametrize(("name", "value", "words"), REFUSED)
def test_what_can_not_work_is_refused_alone_and_without_its_secrets(
    environment: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    environment.setenv("DATABASE_OWNER_URL", GOOD["DATABASE_URL"])
    environment.setenv(name, value)
    with pytest.raises(InvalidSettings) as refused:
        settings.check()
    (_, line) = str(refused.value).splitlines()
    assert line.startswith(f"  {name}: ")
    assert words in line
    assert "secret" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql+psycopg://app:p%40ss@[::1]:5432/audits?sslmode=require"),
        ("DATABASE_URL", "postgresql:///audits?host=/run/postgresql"),
        ("S3_ENDPOINT_URL", ""),
        ("S3_ENDPOINT_URL", "http://[::1]:9000"),
        ("S3_ENDPOINT_URL", "https://storage.example/s3"),
        ("S3_PUBLIC_URL", ""),
        ("PUBLIC_URL", "https://prüfung.example:8443/audits"),
        ("HOST", "::"),
        ("HOST", "web-1.internal"),
        ("PORT", "65535"),
        ("WEB_CONCURRENCY", "256"),
        ("TOKEN_DAYS", "3650"),
    ],
)
def test_what_can_work_is_taken(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    settings.check()


def test_an_empty_address_of_the_storage_means_amazons(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("S3_ENDPOINT_URL", "")
    assert settings.read().s3_endpoint_url is None


@pytest.mark.parametrize(
    ("host", "bind", "url"),
    [
        ("127.0.0.1", "127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("0.0.0.0", "0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("::1", "[::1]:8000", "http://[::1]:8000"),
        ("::", "[::]:8000", "http://[::1]:8000"),
    ],
)
def test_the_web_server_binds_what_is_said_and_a_browser_finds_it(
    host: str, bind: str, url: str
) -> None:
    address = Address(host, 8000)
    assert (address.bind, address.url) == (bind, url)


def gunicorn_configuration(**variables: str) -> subprocess.CompletedProcess[str]:
    """What gunicorn.conf.py says with these, in a process of its own: it tunes the process."""
    program = "import runpy; found = runpy.run_path('gunicorn.conf.py')\n"
    program += "print(found['bind'], found['workers'], found['threads'])"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_gunicorn_is_told_by_the_environment(environment: pytest.MonkeyPatch) -> None:
    done = gunicorn_configuration(HOST="::1", PORT="8001", WEB_CONCURRENCY="3", WEB_THREADS="4")
    assert (done.stdout, done.stderr) == ("[::1]:8001 3 4\n", "")


def test_gunicorn_names_what_is_wrong_for_itself_and_for_the_app_at_once(
    environment: pytest.MonkeyPatch,
) -> None:
    done = gunicorn_configuration(WEB_THREADS="many", SECRET_KEY="short")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "Settings are missing or wrong:"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["SECRET_KEY", "WEB_THREADS"]


def test_commands_say_what_is_wrong_and_show_no_traceback(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("S3_ENDPOINT_URL", "junk")
    with pytest.raises(SystemExit, match="S3_ENDPOINT_URL: must be an address") as ended:
        runpy.run_path(str(ROOT / "wsgi.py"))
    assert isinstance(ended.value.code, str)  # printed, with exit code 1
