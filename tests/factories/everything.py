"""A chain with a row in each of its tables, for tests that look at all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from auditapi.audits.models import Audit, Revision
from auditapi.core import db
from auditapi.core.idempotency import KeptAnswer
from auditapi.people import service as people
from auditapi.photos.models import Derivative, Piece, Refusal
from auditapi.reports.appearance.models import Appearance
from auditapi.reports.evidence import service as evidence
from tests.contract.things import make_things
from tests.factories.chain import Chain


def fill(chain: Chain, client: FlaskClient) -> None:
    """What addresses can name, and what only the service itself knows of."""
    things: dict[str, Any] = make_things(chain, client)
    audit_id, digest = UUID(str(things["audit_id"])), things["sha256"]
    cleo, other_digest = chain.cleo.id, uuid4().hex * 2
    with db.transaction(chain.organisation.id) as session:
        evidence.sign(session.get_one(Audit, (chain.organisation.id, audit_id)), 1)
        evidence.note_issued(audit_id, 1, {}, other_digest, 1000)
        people.hand_out_code(chain.cleo, 10)
        session.add_all(
            [
                Revision(audit_id=audit_id, number=2, author_id=chain.ana.id),
                Appearance(),
                Refusal(sha256=other_digest, person_id=cleo, code="no_photo", message="No."),
                Piece(
                    person_id=cleo,
                    sha256=other_digest,
                    start=0,
                    length=1,
                    upload_length=2,
                    data=b"a",
                ),
                Derivative(
                    sha256=digest,
                    redactions="0" * 64,
                    print_key="print",
                    thumbnail_key="thumbnail",
                    print_sha256=other_digest,
                    print_width=3,
                    print_height=2,
                ),
                KeptAnswer(
                    person_id=cleo,
                    route="a.route",
                    key="a key",
                    body_sha256=b"",
                    status=201,
                    answer=b"",
                    content_type="application/json",
                ),
            ]
        )
