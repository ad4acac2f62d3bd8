"""The migrations: all the way up, down and up again, and what they leave behind."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import sql

import auditapi.models  # noqa: F401 - fills the metadata
from auditapi.core import db, migrate
from auditapi.core.embedded import provision

pytestmark = pytest.mark.database

_OURS = (
    "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p')"
    " AND relnamespace = 'public'::regnamespace AND relname !~ '^(procrastinate_|alembic_version)'"
)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@dataclass(frozen=True)
class Empty:
    """A database of its own, in which nothing is yet."""

    owner_url: str
    app_url: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(_plain(self.owner_url)) as connection:
            return list(connection.execute(query.encode()))

    def names(self, query: str) -> set[str]:
        return {row[0] for row in self.rows(query)}

    def upgrade(self) -> None:
        migrate.upgrade(self.owner_url, self.app_url)

    def downgrade(self, revision: str) -> None:
        migrate.downgrade(self.owner_url, self.app_url, revision)


@pytest.fixture(scope="module")
def database(servers: dict[str, str]) -> Iterator[Empty]:
    name = f"migrations_{secrets.token_hex(4)}"
    yield Empty(*provision(servers["postgres"], name))
    with psycopg.connect(_plain(servers["postgres"]), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def migrated(database: Empty) -> Empty:
    database.upgrade()
    return database


def test_up_and_down_again_leaves_nothing_and_up_is_the_same(database: Empty) -> None:
    everything = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    database.upgrade()
    first = database.names(everything)
    database.downgrade("base")
    left = {name for name in database.names(everything) if not name.startswith("alembic_version")}
    functions = "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    types = "SELECT typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace"
    assert left == set()
    assert database.names(functions) == set()
    assert {name for name in database.names(types) if "alembic_version" not in name} == set()
    database.upgrade()
    assert database.names(everything) == first


def test_each_step_can_be_taken_back_alone(migrated: Empty) -> None:
    versions = "SELECT version_num FROM alembic_version"
    seen = [migrated.names(versions)]
    while seen[-1]:
        migrated.downgrade("-1")
        seen.append(migrated.names(versions))
    assert len(seen) == len(list((migrate.FOLDER / "versions").glob("*.py"))) + 1


def test_models_and_migrations_say_the_same(migrated: Empty) -> None:
    assert migrate.differences(migrated.owner_url) == []


def test_what_may_go_in_a_crash_is_unlogged_and_nothing_else(migrated: Empty) -> None:
    """Comparing models with tables does not look at this."""
    meant = {
        name for name, table in db.Base.metadata.tables.items() if "UNLOGGED" in table._prefixes
    }
    unlogged = migrated.names(f"{_OURS} AND relpersistence = 'u'")
    assert unlogged == meant == {"photo_pieces"}
    their_bytes = migrated.names(
        "SELECT large.relpersistence::text FROM pg_class small"
        " JOIN pg_class large ON large.oid = small.reltoastrelid"
        " WHERE small.relname = 'photo_pieces'"
    )
    assert their_bytes == {"u"}


def test_every_table_of_a_chain_is_under_row_level_security(migrated: Empty) -> None:
    of_chains = migrated.names(
        "SELECT table_name::text FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'organisation_id'"
    )
    locked = migrated.names(f"{_OURS} AND relrowsecurity")
    assert "people" in of_chains
    assert of_chains | {"organisations"} == locked


def test_every_lock_has_the_one_key(migrated: Empty) -> None:
    """What is seen and what is written are rows of the transaction's organisation, whatever one
    does and whoever one is. A second policy would let in more."""
    of_mine = "= (NULLIF(current_setting('app.organisation_id'::text, true), ''::text))::uuid)"
    policies = migrated.rows(
        "SELECT tablename::text, permissive, roles::text[], cmd, qual, with_check FROM pg_policies"
        " WHERE schemaname = 'public' ORDER BY tablename"
    )
    wanted = []
    for table in sorted(migrated.names(f"{_OURS} AND relrowsecurity")):
        rows = f"({'id' if table == 'organisations' else 'organisation_id'} {of_mine}"
        wanted.append((table, "PERMISSIVE", ["public"], "ALL", rows, rows))
    assert policies == wanted


def test_only_the_throttle_knows_no_chain(migrated: Empty) -> None:
    without_lock = migrated.names(f"{_OURS} AND NOT relrowsecurity")
    assert without_lock == {"failed_sign_ins"}


def test_every_model_has_its_table(migrated: Empty) -> None:
    assert migrated.names(_OURS) == set(db.Base.metadata.tables)


def test_nobody_but_the_app_may_call_what_looks_across_chains(migrated: Empty) -> None:
    open_to_all = migrated.names(
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND prosecdef AND has_function_privilege('public', oid, 'EXECUTE')"
    )
    assert open_to_all == set()
