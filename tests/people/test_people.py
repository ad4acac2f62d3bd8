"""The people of a chain, as its administrators keep them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from auditapi.core import db, tokens
from auditapi.core.problems import Problem
from auditapi.people import queries as people
from auditapi.people import service
from auditapi.people.models import Person, Role, Token
from tests.factories.chain import Chain, make_chain, token_for

pytestmark = pytest.mark.database
PEOPLE = "/api/v1/people"


def another_administrator(chain: Chain) -> Person:
    with db.transaction(chain.organisation.id):
        return service.add_person(
            name="Abel Example",
            email="abel@chain.example",
            role=Role.ADMINISTRATOR,
            code="ABEL",
        )


def change(client: FlaskClient, chain: Chain, who: Person, **changes: object) -> Any:
    return client.patch(f"{PEOPLE}/{who.id}", json=changes, headers=chain.as_("ada"))


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["type"]


@pytest.mark.parametrize("changes", [{"disabled": True}, {"role": "auditor"}])
def test_the_last_administrator_stays_one(
    client: FlaskClient, chain: Chain, changes: dict[str, object]
) -> None:
    answer = change(client, chain, chain.ada, **changes)
    assert refusal(answer) == (409, "/problems/last-administrator")
    me = client.get("/api/v1/me", headers=chain.as_("ada")).get_json()
    assert (me["role"], me["disabled_at"]) == ("administrator", None)


def test_the_last_administrator_may_be_called_something_else(
    client: FlaskClient, chain: Chain
) -> None:
    answer = change(client, chain, chain.ada, name="Ada Other", role="administrator")
    assert answer.status_code == 200


@pytest.mark.parametrize("changes", [{"disabled": True}, {"role": Role.ANALYST}])
def test_changing_somebody_else_locks_no_administrator(
    chain: Chain, queries: Any, changes: dict[str, Any]
) -> None:
    """Whoever assigns audits locks people by id: to lock the administrators first, and then an
    auditor whose id is lower, could be a circle."""
    with queries() as made, db.transaction(chain.organisation.id):
        cleo = people.person(chain.cleo.id)
        service.change_person(cleo, dict(changes))
    locking = [statement for statement in made if "FOR NO KEY UPDATE" in statement]
    assert len(locking) == 1
    assert "people.id = " in locking[0]
    assert "people.role = " not in locking[0]


def test_who_was_made_the_last_administrator_meanwhile_stays_one(chain: Chain) -> None:
    with db.transaction(chain.organisation.id) as session:
        cleo = people.person(chain.cleo.id)
        ids = update(Person).execution_options(synchronize_session=False)
        session.execute(ids.where(Person.id == chain.ada.id).values(role=Role.ANALYST))
        session.execute(ids.where(Person.id == cleo.id).values(role=Role.ADMINISTRATOR))
        with pytest.raises(Problem, match="somebody else"):
            service.change_person(cleo, {"disabled": True})


@pytest.mark.parametrize("changes", [{"disabled": True}, {"role": "auditor"}])
def test_one_of_two_administrators_may_go(
    client: FlaskClient, chain: Chain, changes: dict[str, object]
) -> None:
    abel = another_administrator(chain)
    assert change(client, chain, abel, **changes).status_code == 200
    assert change(client, chain, chain.ada, **changes).status_code == 409


def test_somebody_disabled_does_not_count_as_an_administrator(
    client: FlaskClient, chain: Chain
) -> None:
    abel = another_administrator(chain)
    assert change(client, chain, abel, disabled=True).status_code == 200
    assert change(client, chain, abel, role="auditor").status_code == 200
    assert change(client, chain, chain.ada, disabled=True).status_code == 409


def test_of_two_administrators_who_disable_each_other_at_once_one_stays(
    app: Flask, engine: Engine
) -> None:
    chain = make_chain()
    people = [chain.ada, another_administrator(chain)]
    tokens = [token_for(person) for person in people]
    start = Barrier(2)

    def disable(token: str, whom: Person) -> int:
        start.wait(30)
        headers = {"Authorization": f"Bearer {token}"}
        body = {"disabled": True}
        client = app.test_client()
        return client.patch(f"{PEOPLE}/{whom.id}", json=body, headers=headers).status_code

    with ThreadPoolExecutor(2) as threads:
        statuses = sorted(threads.map(disable, tokens, reversed(people)))
    # Who comes second is refused; or, coming much later, is disabled by then.
    assert statuses in ([200, 409], [200, 403])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "Cleo\nExample"),
        ("code", " "),
        ("code", "A\t1"),
        ("password", "x" * 201),
    ],
)
def test_what_nobody_can_be_called_or_sign_in_with_is_refused(
    client: FlaskClient, chain: Chain, field: str, value: str
) -> None:
    given = {"name": "Nia", "email": "nia@chain.example", "code": "N1", "role": "auditor"}
    body = {**given, field: value}
    answer = client.post(PEOPLE, json=body, headers=chain.posting_as("ada"))
    assert answer.status_code == 422
    assert [error["path"] for error in answer.get_json()["errors"]] == [f"json.{field}"]


def test_blanks_around_a_name_are_not_kept(client: FlaskClient, chain: Chain) -> None:
    changed = change(client, chain, chain.cleo, name=" Cleo  Other\u3000", code=" C7 ").get_json()
    assert (changed["name"], changed["code"]) == ("Cleo  Other", "C7")


def test_a_device_whose_token_has_expired_is_not_signed_in(
    client: FlaskClient, chain: Chain
) -> None:
    old, headers = token_for(chain.cleo), chain.as_("cleo")
    with db.transaction(chain.organisation.id) as session:
        expired = update(Token).where(Token.fingerprint == tokens.fingerprint(old))
        session.execute(expired.values(expires_at=db.now() - timedelta(seconds=1)))
    for path, who in (
        ("/api/v1/sessions", headers),
        (f"{PEOPLE}/{chain.cleo.id}/devices", chain.as_("ada")),
    ):
        assert len(client.get(path, headers=who).get_json()["devices"]) == 1
