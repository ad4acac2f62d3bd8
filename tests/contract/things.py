"""One of each thing that addresses can name, for tests that walk all routes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import select

from auditapi.audits.models import Flag
from auditapi.audits.states import FlagKind
from auditapi.core import db
from auditapi.people.models import Token
from auditapi.reports.books.models import Book, BookForm
from auditapi.reports.models import ShareLink
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.visits import fresh_jpeg, publish, sha256, visit


def make_things(chain: Chain, client: FlaskClient) -> dict[str, object]:
    """What is there in the chain, by the names that addresses give it."""
    version, photo = publish(chain), fresh_jpeg()
    assignment = assign(chain, version)
    made = visit(chain, version, photo, assignment_id=str(assignment.id))
    cleo = chain.as_("cleo")
    path = f"/api/v1/photos/{sha256(photo)}"
    assert client.put(path, data=photo, headers=cleo).status_code == 201
    sealed = client.put(made.path, data=made.body, headers={**cleo, **made.headers()})
    assert sealed.status_code == 201, sealed.get_json()
    draft = f"/api/v1/drafts/{uuid4()}"
    saved = client.put(draft, json={}, headers={**cleo, "If-None-Match": "*"})
    assert saved.status_code == 201, saved.get_json()
    flag = Flag(audit_id=UUID(made.id), kind=FlagKind.LATE)
    link = ShareLink(
        audit_id=UUID(made.id),
        language="en",
        created_by=chain.ada.id,
        expires_at=db.now() + timedelta(days=1),
    )
    book = Book(
        region_id=chain.regions["north"].id,
        visited_from=db.now().date(),
        visited_until=db.now().date(),
        audience="store",
        language="en",
        variant="full",
        paper="A4",
        form=BookForm.ZIP,
        asked_by=chain.ada.id,
    )
    with db.transaction(chain.organisation.id) as session:
        token_id = session.scalars(select(Token.id)).first()
        session.add_all([flag, link, book])
    return {
        "key": version.key,
        "number": version.number,
        "region_id": chain.regions["north"].id,
        "store_id": chain.stores["N1"].id,
        "person_id": chain.cleo.id,
        "token_id": token_id,
        "round_id": assignment.round_id,
        "assignment_id": assignment.id,
        "audit_id": made.id,
        "position": 0,
        "draft_id": saved.get_json()["id"],
        "flag_id": flag.id,
        "link_id": link.id,
        "book_id": book.id,
        "sha256": sha256(photo),
    }
