"""The second lock: whoever forgets to filter by organisation still sees nothing of another's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, Table, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

import auditapi.models  # noqa: F401 - fills the metadata
from auditapi.core import db
from auditapi.people.models import Organisation, Person
from auditapi.people.queries import holder_of, organisation_id_of
from auditapi.photos.models import Blob
from auditapi.photos.queries import is_stored
from auditapi.stores.models import Region, Store, StoreManager
from tests.factories.chain import Chain, as_it_was
from tests.factories.everything import fill
from tests.factories.standing import bound, standing

pytestmark = pytest.mark.database
SCOPED = [
    table
    for table in db.Base.metadata.sorted_tables
    if "organisation_id" in table.columns or table.name == "organisations"
]


def test_a_forgotten_filter_shows_dan_nobody_of_the_chain(chain: Chain) -> None:
    with db.transaction(chain.other.id) as session:
        everybody = session.scalars(select(Person)).all()
    assert {person.name for person in everybody} == {"Dan Example", "Eve Example"}


@dataclass(frozen=True)
class Full:
    """A chain with a row in every table, made once; nobody here changes it."""

    connection: Connection
    chain: Chain

    def seen_by(self, organisation_id: UUID | None, table: Table) -> set[UUID]:
        """Whose rows a query without any filter finds."""
        owner = table.c.id if table.name == "organisations" else table.c.organisation_id
        with bound(self.connection), db.transaction(organisation_id) as session:
            return set(session.scalars(select(owner).distinct()))


@pytest.fixture(scope="module")
def full(engine: Engine, app: Flask, committed_chain: Chain) -> Iterator[Full]:
    with standing(engine) as connection:
        with bound(connection):
            chain = as_it_was(committed_chain)
            fill(chain, app.test_client())
        yield Full(connection, chain)


@pytest.mark.parametrize("table", SCOPED, ids=lambda table: str(table.name))
def test_a_forgotten_filter_shows_a_table_to_its_own_chain_only(full: Full, table: Table) -> None:
    own, other = full.chain.organisation.id, full.chain.other.id
    assert full.seen_by(own, table) == {own}
    assert full.seen_by(other, table) <= {other}
    assert full.seen_by(None, table) == set()


def test_one_transaction_leaves_no_key_in_the_lock_for_the_next(chain: Chain) -> None:
    with db.transaction(chain.organisation.id) as session:
        assert session.scalars(select(Person)).all()
    with db.transaction() as session:
        assert session.scalars(select(Person)).all() == []


def test_nothing_can_be_written_into_another_chain(chain: Chain) -> None:
    smuggled = Region(organisation_id=chain.organisation.id, code="x", name="X")
    with pytest.raises(DBAPIError, match="row-level security"), db.transaction(chain.other.id):
        db.session().add(smuggled)


def test_nothing_of_another_chain_can_be_changed(chain: Chain) -> None:
    with db.transaction(chain.other.id) as session:
        renamed = update(Store).values(name="Dan's").returning(Store.id)
        assert session.scalars(renamed).all() == []
    with db.transaction(chain.organisation.id) as session:
        assert "Dan's" not in set(session.scalars(select(Store.name)))


def test_a_row_cannot_be_handed_over_to_another_chain(chain: Chain) -> None:
    handed = update(StoreManager).values(organisation_id=chain.other.id)
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        db.transaction(chain.organisation.id) as session,
    ):
        session.execute(handed)


def test_no_key_reaches_into_another_chain(chain: Chain) -> None:
    foreign = chain.stores["N1"].region_id
    store = Store(code="D1", name="Dan's", region_id=foreign, time_zone="UTC")
    with pytest.raises(IntegrityError), db.transaction(chain.other.id) as session:
        session.add(store)


def test_a_token_and_a_photo_are_asked_for_in_one_chain_only(chain: Chain) -> None:
    token = chain.as_("cleo")["Authorization"].removeprefix("Bearer ")
    digest = "a" * 64
    blob = Blob(
        sha256=digest,
        object_key="k",
        bytes=1,
        media_type="image/jpeg",
        width=1,
        height=1,
        orientation=1,
    )
    with db.transaction(chain.organisation.id) as session:
        session.add(blob)
    of_the_chain, of_dans = chain.organisation.id, chain.other.id
    held = holder_of(token, of_the_chain)
    assert held is not None
    assert held.person_id == chain.people["cleo"].id
    assert holder_of(token, of_dans) is None
    assert (is_stored(of_the_chain, digest), is_stored(of_dans, digest)) == (True, False)


def test_signing_in_learns_no_more_of_other_chains_than_an_id(chain: Chain) -> None:
    with db.transaction() as session:
        assert organisation_id_of(chain.organisation.slug) == chain.organisation.id
        assert organisation_id_of("nobody") is None
        assert session.scalars(select(Organisation)).all() == []


def test_the_role_of_the_app_owns_nothing_and_cannot_pass_by(connection: Connection) -> None:
    role = connection.execute(
        text(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname = current_user"
        )
    ).one()
    assert tuple(role) == (False, False, False, False)
    owned = connection.scalars(
        text(
            "SELECT relname FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')"
            " UNION ALL SELECT proname FROM pg_proc"
            " WHERE pg_has_role(current_user, proowner, 'MEMBER')"
            " UNION ALL SELECT nspname FROM pg_namespace"
            " WHERE pg_has_role(current_user, nspowner, 'MEMBER')"
            " UNION ALL SELECT datname FROM pg_database"
            " WHERE pg_has_role(current_user, datdba, 'MEMBER')"
        )
    )
    assert owned.all() == []


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE people DISABLE ROW LEVEL SECURITY",
        "DROP POLICY same_organisation ON people",
        "CREATE TABLE mine (id int)",
        "TRUNCATE activity",
        "UPDATE activity SET action = 'nothing happened'",
        "DELETE FROM activity",
        "UPDATE audit_documents SET body = ''",
        "DELETE FROM audit_documents",
        "UPDATE checklist_versions SET document = '{}'",
        "UPDATE checklist_versions SET available_from = now()",
        "UPDATE checklist_versions SET withdrawn_at = now(), number = 7",
        "DELETE FROM checklist_versions",
    ],
)
def test_the_role_of_the_app_cannot_open_the_lock_or_forge_the_log(
    connection: Connection, attempt: str
) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        connection.execute(text(attempt))
