"""Real PostgreSQL and real S3 for every test that wants them, each test rolled back.

One set of servers serves a whole run; each pytest-xdist worker gets a database and a bucket of
its own. `TEST_DATABASE_URL` (a superuser's) takes the place of the embedded PostgreSQL.
"""

from __future__ import annotations

import os
import secrets
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy import Connection, Engine

from auditapi.app import create_app
from auditapi.core import activity, db, migrate, objects
from auditapi.core.embedded import first_free
from auditapi.core.embedded.roles import provision
from auditapi.core.settings import Settings
from tests.factories.chain import Chain, as_it_was, make_chain
from tests.factories.leftovers import throw_away_leftovers

STATE = Path(__file__).parents[1] / ".state" / "test"
pytest_plugins = ["tests.factories.live", "tests.factories.order"]

# Nothing is timed in a test: a machine that has much else to do is no fault of ours.
examples.register_profile(
    "untimed", examples(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("untimed")


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, str]]:
    """URLs and keys of PostgreSQL (as superuser) and S3 for this process."""
    embedded = first_free(STATE, durable=False)
    throw_away_leftovers(embedded)
    yield {
        "postgres": os.environ.get("TEST_DATABASE_URL") or embedded.postgres_url,
        "endpoint_url": embedded.s3.endpoint_url,
        "access_key": embedded.s3.access_key,
        "secret_key": embedded.s3.secret_key,
        "region": embedded.s3.region,
    }
    embedded.stop()


@pytest.fixture(scope="session")
def settings(servers: dict[str, str]) -> Settings:
    """Settings of a freshly migrated database and a bucket that only this process uses."""
    name = f"test_{secrets.token_hex(4)}"
    owner_url, app_url = provision(servers["postgres"], name)
    migrate.upgrade(owner_url, app_url)
    found = Settings(
        database_url=app_url,
        database_owner_url=owner_url,
        database_pool_size=8,
        s3_endpoint_url=servers["endpoint_url"],
        s3_public_url=None,
        reports_redirect=False,
        s3_bucket=name.replace("_", "-"),
        s3_region=servers["region"],
        s3_access_key_id=servers["access_key"],
        s3_secret_access_key=servers["secret_key"],
        secret_key="tests only " * 4,
        public_url="http://127.0.0.1:8000",
        token_days=90,
        media_minutes=15,
        photo_original_days=730,
        trusted_proxies=0,
        log_level="ERROR",
    )
    objects.connect(found).ensure_bucket()
    return found


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    application = create_app(settings)
    application.testing = False
    return application


@pytest.fixture(scope="session")
def engine(app: Flask) -> Engine:
    bound = db.bind_to(None)
    db.bind_to(bound)
    assert isinstance(bound, Engine)
    return bound


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Everything this test writes is on one connection, and rolled back."""
    with engine.connect() as opened:
        outer = opened.begin()
        before = db.bind_to(opened)
        yield opened
        db.bind_to(before)
        outer.rollback()


@pytest.fixture(scope="session")
def committed_chain(engine: Engine) -> Chain:
    """Made once: passwords are hashed slowly on purpose."""
    return make_chain()


@pytest.fixture
def chain(committed_chain: Chain, connection: Connection) -> Chain:
    """ada, ana, ben, cleo, cora and sam; dan and eve are of another chain."""
    return as_it_was(committed_chain)


@pytest.fixture
def client(app: Flask, connection: Connection) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def queries(connection: Connection) -> Any:
    """`with queries() as made:` collects the SQL statements that were sent: psycopg's, for not all
    of them come by way of SQLAlchemy."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        made: list[str] = []
        with pytest.MonkeyPatch.context() as patched:
            for name in ("execute", "executemany", "stream"):
                patched.setattr(psycopg.Cursor, name, _noting(getattr(psycopg.Cursor, name), made))
            yield made

    return counting


def _noting(sends: Callable[..., Any], made: list[str]) -> Callable[..., Any]:
    def send(cursor: Any, query: Any, *given: Any, **options: Any) -> Any:
        made.append(str(query))
        return sends(cursor, query, *given, **options)

    return send


@pytest.fixture(autouse=True)
def _no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a test tried to send mail")

    monkeypatch.setattr(smtplib.SMTP, "connect", refuse)


@pytest.fixture(autouse=True)
def _is_marked(request: pytest.FixtureRequest) -> None:
    """What asks the database runs on its oldest supported version too, if it says that it does."""
    asks = {"engine", "live"} & set(request.fixturenames)
    if asks and request.node.get_closest_marker("database") is None:
        pytest.fail("it asks the database: mark it as pytest.mark.database")


@pytest.fixture(autouse=True)
def _nobody_is_acting() -> Iterator[None]:
    activity.acting_person.set(None)
    activity.request_id.set(None)
    yield
    activity.acting_person.set(None)
    activity.request_id.set(None)
