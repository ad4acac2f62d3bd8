"""No list makes more queries when it grows: every one of the API, found by its shape in the
contract, so that a new one is not forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from auditapi.audits.models import Flag
from auditapi.audits.states import FlagKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import activity, db, docs
from auditapi.people.models import Person, Role, Token
from auditapi.reports.models import ShareLink
from auditapi.stores.models import Region, RegionManager, StoreManager
from tests.contract.things import make_things
from tests.contract.who_may import WHO_MAY, operations
from tests.factories.assignments import assign
from tests.factories.chain import Chain, add_store
from tests.factories.reviews import Desk
from tests.factories.visits import fresh_jpeg

pytestmark = pytest.mark.database
MORE = 4
Things = dict[str, Any]
#: All of these is in one checklist's document, or counted over all that is there.
NOT_OF_ROWS = {
    "GET /checklists/{key}/difference",
    "GET /checklists/{key}/versions/{number}/weights",
}
#: In whose eyes it grows, where that is not whoever may call it first.
ASKED_BY = {"GET /drafts": "cleo"}


def persons(_desk: Desk, _things: Things) -> Iterator[Person]:
    for _ in range(MORE):
        name = secrets.token_hex(6)
        yield Person(
            name=name, email=f"{name}@chain.example", code=name, role=Role.AUDITOR, language="en"
        )


def regions(desk: Desk, _things: Things) -> Iterator[Region]:
    for _ in range(MORE):
        yield Region(
            code=secrets.token_hex(6), name="More", parent_id=desk.chain.regions["north"].id
        )


def managers(binding: type[RegionManager | StoreManager], thing: str) -> Callable[..., Any]:
    def make(desk: Desk, things: Things) -> Iterator[Any]:
        for person in persons(desk, things):
            db.session().add(person)
            db.session().flush()
            yield binding(**{thing: things[thing], "person_id": person.id})

    return make


def stores(desk: Desk, _things: Things) -> Iterator[Any]:
    for _ in range(MORE):
        yield add_store(secrets.token_hex(6), desk.chain.regions["north"].id)


def devices(whose: str) -> Callable[..., Any]:
    def make(desk: Desk, _things: Things) -> Iterator[Token]:
        for _ in range(MORE):
            yield Token(
                person_id=desk.chain.people[whose].id, fingerprint=secrets.token_bytes(32),
                device="A phone", expires_at=db.now() + timedelta(days=1),
            )  # fmt: skip

    return make


def versions(*, of_one_key: bool) -> Callable[..., Any]:
    def make(desk: Desk, things: Things) -> Iterator[ChecklistVersion]:
        for number in range(2, 2 + MORE):
            yield ChecklistVersion(
                key=things["key"] if of_one_key else secrets.token_hex(6), number=number,
                sha256=secrets.token_hex(32), title=desk.version.title, document={},
                published_by=desk.chain.people["ada"].id,
            )  # fmt: skip

    return make


def flags(_desk: Desk, things: Things) -> Iterator[Flag]:
    kinds = [kind for kind in FlagKind if kind is not FlagKind.LATE]
    for kind in kinds[:MORE]:
        yield Flag(audit_id=UUID(str(things["audit_id"])), kind=kind)


def share_links(desk: Desk, things: Things) -> Iterator[ShareLink]:
    for _ in range(MORE):
        yield ShareLink(
            audit_id=UUID(str(things["audit_id"])), language="en",
            created_by=desk.chain.people["ana"].id, expires_at=db.now() + timedelta(days=1),
        )  # fmt: skip


def assignments(desk: Desk, _things: Things) -> None:
    for _ in range(MORE):
        assign(desk.chain, desk.version, store="N2")


def audits(desk: Desk, _things: Things) -> None:
    for store in ("N1", "N2", "H1", "S1"):
        desk.send(desk.visit(fresh_jpeg(), store=store))


def held(desk: Desk, _things: Things) -> None:
    for store in ("N1", "N2", "H1", "S1"):
        desk.send(desk.visit(store=store, answers={}))


def logged(desk: Desk, things: Things) -> Iterator[Any]:
    for person in ("ana", "ben", "cleo", "sam"):
        yield activity.Activity(
            person_id=desk.chain.people[person].id, action="audit.released",
            subject_type="audits", subject_id=UUID(str(things["audit_id"])),
        )  # fmt: skip


def drafts(desk: Desk, _things: Things) -> None:
    for _ in range(MORE):
        headers = {**desk.chain.as_("cleo"), "If-None-Match": "*"}
        saved = desk.client.put(f"/api/v1/drafts/{uuid4()}", json={}, headers=headers)
        assert saved.status_code == 201


GROW: dict[str, Callable[..., Any]] = {
    "GET /activity": logged,
    "GET /assignments": assignments,
    "GET /audits": audits,
    "GET /audits/{audit_id}/activity": logged,
    "GET /audits/{audit_id}/share-links": share_links,
    "GET /checklists": versions(of_one_key=False),
    "GET /checklists/{key}/versions": versions(of_one_key=True),
    "GET /compare/stores": audits,
    "GET /drafts": drafts,
    "GET /flags": flags,
    "GET /people": persons,
    "GET /people/{person_id}/devices": devices("cleo"),
    "GET /quarantine": held,
    "GET /regions": regions,
    "GET /regions/{region_id}/managers": managers(RegionManager, "region_id"),
    "GET /rounds": assignments,
    "GET /sessions": devices("ada"),
    "GET /stores": stores,
    "GET /stores/{store_id}/managers": managers(StoreManager, "store_id"),
}

#: Those whose function makes rows, within a transaction; the others send requests.
BY_ROW = {name for name, make in GROW.items() if make not in (assignments, audits, held, drafts)}


def lists(app: Flask) -> set[str]:
    """All operations that answer nothing but rows, and maybe the cursor of more."""
    with app.app_context():
        spec = docs.api_spec()
    found = set()
    for path, methods in spec["paths"].items():
        answer = methods.get("get", {}).get("responses", {}).get("200", {})
        shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
        told = spec["components"]["schemas"].get(shape.get("$ref", "").rpartition("/")[2], shape)
        rows = {name: one for name, one in told.get("properties", {}).items() if name != "next"}
        if rows and all(one.get("type") == "array" for one in rows.values()):
            found.add(f"GET {path.removeprefix('/api/v1')}")
    return found


def test_every_list_of_the_contract_is_looked_at(app: Flask) -> None:
    assert lists(app) == set(GROW) | NOT_OF_ROWS


@pytest.mark.parametrize("name", sorted(GROW))
def test_a_longer_list_makes_no_more_queries(
    app: Flask, client: FlaskClient, chain: Chain, queries: Any, name: str
) -> None:
    things = make_things(chain, client)
    with db.transaction(chain.organisation.id) as session:
        version = session.scalars(select(ChecklistVersion)).one()
    desk = Desk(client, chain, version)
    headers = chain.as_(ASKED_BY.get(name, WHO_MAY[name].split()[0]))

    def rows() -> int:
        answer = client.get(operations(app)[name].path(app, **things), headers=headers)
        assert answer.status_code == 200, answer.get_json()
        return sum(len(told) for told in answer.get_json().values() if isinstance(told, list))

    if rows() == 0:  # one at least: for none, what hangs on rows is not asked for
        grow(desk, things, name)
    with queries() as for_few:
        few = rows()
    grow(desk, things, name)
    with queries() as for_more:
        more = rows()
    assert 0 < few < more
    assert len(for_more) == len(for_few), "\n".join(for_more)


def grow(desk: Desk, things: Things, name: str) -> None:
    """What a function makes is added; what it sends is there already."""
    with db.transaction(desk.chain.organisation.id) if name in BY_ROW else nullcontext():
        made = GROW[name](desk, things)
        if made is not None:
            db.session().add_all(made)
