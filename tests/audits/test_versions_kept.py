"""Audits keep the version that they were made with, whatever is published since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from auditapi.checklists.document import as_json, read_yaml
from auditapi.core import db
from auditapi.reports.evidence import queries as evidence_queries
from auditapi.reports.evidence import service as evidence
from auditapi.reports.gathering import Wanted, gather
from tests.factories.chain import Chain
from tests.factories.reviews import Desk
from tests.factories.visits import SMALL, Visit, declared, fresh_jpeg, publish

pytestmark = pytest.mark.database
#: The same items, weighed the other way round and asked in other words.
LATER = (
    SMALL.replace("A1, kind: yes_no, weight: 3", "A1, kind: yes_no, weight: 1")
    .replace("max: 5, weight: 1", "max: 5, weight: 3")
    .replace("Is the shelf full?", "Is every shelf full?")
)


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


@pytest.fixture
def sealed_before(desk: Desk) -> Visit:
    """An audit sealed with version 1, whose photo arrives when version 2 is the newest."""
    photo = fresh_jpeg()
    what = desk.send(desk.visit(photo, photos=[declared(photo)]), photos=False)
    assert desk.row(what).completed_at is None
    answer = desk.post("ada", "/checklists", **as_json(read_yaml(LATER, "later.yaml")))
    assert answer.get_json()["version"] == 2, answer.get_json()
    assert desk.get("cleo", "/checklists/small/newest").get_json()["version"] == 2
    desk.send_photo(photo)
    return what


def score_of(desk: Desk, what: Visit) -> tuple[Any, dict[str, Any]]:
    body = desk.audit_of("ana", what, "score").get_json()
    return body["overall"]["percentage"], {row["key"]: row["weight"] for row in body["items"]}


def test_an_audit_is_completed_and_scored_by_the_version_it_was_made_with(
    desk: Desk, sealed_before: Visit
) -> None:
    assert desk.row(sealed_before).completed_at is not None
    assert desk.row(sealed_before).checklist_version_id == desk.version.id
    details = desk.audit_of("ana", sealed_before).get_json()
    assert details["checklist"]["version"] == 1
    percentage, weights = score_of(desk, sealed_before)
    # (3 x 1 + 1 x 0.75) / 4 of 60, and all of 40; by version 2 it would be 88.8.
    assert percentage["printed"] == "96.3"
    assert (weights["A1"], weights["A2"]) == ("3", "1")


def test_a_revision_is_scored_by_that_version_too(desk: Desk, sealed_before: Visit) -> None:
    change = {"item": "A2", "answer": {"value": 1}}
    body = {"revision": 1, "reason": "Seen otherwise.", "changes": [change]}
    answer = desk.post("ana", f"/audits/{sealed_before.id}/revisions", **body)
    assert answer.status_code in (200, 201), answer.get_json()
    percentage, _ = score_of(desk, sealed_before)
    # (3 x 1 + 1 x 0) / 4 of 60, and all of 40; by version 2 it would be 55.
    assert percentage["printed"] == "85.0"


def test_its_report_asks_what_was_asked(desk: Desk, sealed_before: Visit) -> None:
    wanted = Wanted(UUID(sealed_before.id), 1, "head_office", "en", "full", "A4")
    with db.transaction(desk.chain.organisation.id):
        evidence.sign(evidence_queries.audit(wanted.audit_id), wanted.revision)
        report = gather(wanted).report
    assert (report.checklist_version, report.checklist_sha256) == (1, desk.version.sha256)
    first = report.checklist["sections"][0]["items"][0]
    assert (first["text"]["en"], first["weight"]) == ("Is the shelf full?", 3)
