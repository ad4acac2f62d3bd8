"""Audits brought to where a review begins, and the requests of reviewers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from auditapi.audits.models import Audit
from auditapi.audits.states import VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.activity import Activity
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.known import known_as
from tests.factories.visits import Visit, sha256, visit

API = "/api/v1"
YES = {
    "faces_covered": True,
    "names_covered": True,
    "cards_covered": True,
    "criticals_evidenced": True,
}


class Desk:
    """Requests of one chain's people, with the answers' JSON."""

    def __init__(self, client: FlaskClient, chain: Chain, version: ChecklistVersion) -> None:
        self.client, self.chain, self.version = client, chain, version

    def visit(self, *photos: bytes, kind: str = "announced_audit", **more: Any) -> Visit:
        """A visit that somebody asked for; `auditor` (cleo) and `store` (N1) may be named."""
        who, store = more.pop("auditor", "cleo"), more.get("store", "N1")
        asked = assign(self.chain, self.version, who, store, VisitKind(kind))
        return visit(
            self.chain, self.version, *photos, kind=kind, assignment_id=str(asked.id), **more
        )

    def send(self, what: Visit, who: str = "cleo", *, photos: bool = True) -> Visit:
        """The document, then its photos, as a phone sends them."""
        headers = what.headers() | self.chain.as_(who)
        answer = self.client.put(what.path, data=what.body, headers=headers)
        assert answer.status_code in {200, 201, 202}, answer.get_json()
        for data in what.photos if photos else ():
            self.send_photo(data, who)
        return what

    def send_photo(self, data: bytes, who: str = "cleo") -> TestResponse:
        path = f"{API}/photos/{sha256(data)}"
        return self.client.put(path, data=data, headers=self.chain.as_(who))

    def mystery_shop(self, *photos: bytes, **more: Any) -> Visit:
        return self.send(self.visit(*photos, kind="mystery_shop", **more))

    def post(self, who: str, path: str, **body: Any) -> TestResponse:
        return self.client.post(f"{API}{path}", json=body, headers=self.chain.posting_as(who))

    def get(self, who: str, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"{API}{path}", query_string=query, headers=self.chain.as_(who))

    def known_as(self, who: str, what: Visit) -> str:
        return known_as(self.chain, who, what)

    def audit_of(self, who: str, what: Visit, path: str = "details", **query: Any) -> TestResponse:
        """What this person is answered, who asks by the name that is known to them."""
        return self.get(who, f"/audits/{self.known_as(who, what)}/{path}", **query)

    def release(self, what: Visit, who: str = "ana", **changes: Any) -> TestResponse:
        return self.post(who, f"/audits/{what.id}/release", **{"revision": 1, **YES, **changes})

    def row(self, what: Visit) -> Audit:
        with db.transaction(self.chain.organisation.id) as session:
            found = session.get(
                Audit, (self.chain.organisation.id, UUID(what.id)), populate_existing=True
            )
        assert found is not None
        return found

    def activities(self, action: str) -> list[dict[str, Any]]:
        """Details of every activity of that name, oldest first."""
        with db.transaction(self.chain.organisation.id) as session:
            found = select(Activity.details).where(Activity.action == action)
            return list(session.scalars(found.order_by(Activity.id)))


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and slug of a refusal."""
    return answer.status_code, answer.get_json()["type"].removeprefix("/problems/")


def places(answer: TestResponse) -> set[str]:
    return {place["path"] for place in answer.get_json()["errors"]}
