"""What a phone takes along, when it is told again, and what it is never told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from uuid_utils.compat import uuid7

from auditapi.audits.models import Audit, Document, Revision
from auditapi.audits.score_models import ItemResult, ScoreRow
from auditapi.audits.states import (
    Acceptance,
    AssignmentState,
    Delivery,
    Release,
    Scenario,
    VisitKind,
)
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.planning import BRIEF, add_assignment, add_round, publish, publish_standard
from tests.factories.reviews import Desk

pytestmark = pytest.mark.database
MYSTERY = VisitKind.MYSTERY_SHOP


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def sync(client: FlaskClient, chain: Chain, who: str = "cleo", **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/api/v1/sync", headers={**chain.as_(who), **given})


def told(client: FlaskClient, chain: Chain, who: str = "cleo") -> dict[str, Any]:
    body: dict[str, Any] = sync(client, chain, who).get_json()
    return body


# ---- what is told ------------------------------------------------------------------------------


def test_cleo_gets_all_that_her_visit_needs_without_a_network(
    client: FlaskClient, chain: Chain
) -> None:
    version = publish(chain)
    visit = add_assignment(
        chain,
        add_round(chain, version, MYSTERY),
        scenario=Scenario.OPINIONATED,
        purchase=True,
        brief=BRIEF,
    )
    body = told(client, chain)
    assert datetime.fromisoformat(body["server_time"]).tzinfo is not None
    assert (body["person"]["name"], body["person"]["role"]) == ("Cleo Example", "auditor")
    (row,) = body["assignments"]
    scenario = row.pop("scenario")
    assert row == {
        "id": str(visit.id),
        "round_id": str(visit.round_id),
        "state": "offered",
        "kind": "mystery_shop",
        "by_time": "regular",
        "by_object": "all",
        "mode": "direct",
        "purchase": True,
        "not_before": "2026-11-20T10:00:00+09:00",
        "not_after": "2026-11-20T18:00:00+09:00",
        "store_id": str(chain.stores["N1"].id),
        "checklist": {"key": "small", "version": 1, "sha256": version.sha256},
        "brief": BRIEF,
    }
    assert scenario["key"] == "opinionated"
    assert len(scenario["behaviours"]) == 4
    assert body["stores"] == [
        {
            "id": str(chain.stores["N1"].id),
            "code": "N1",
            "name": "Store N1",
            "address": "1 Example Street",
            "latitude": 37.5665,
            "longitude": 126.978,
            "time_zone": "Asia/Seoul",
            "attributes": chain.stores["N1"].attributes,
        }
    ]
    assert body["checklists"] == [row["checklist"]]
    assert body["last_failed"] == {}


def test_nobody_gets_the_work_of_others(client: FlaskClient, chain: Chain) -> None:
    add_assignment(chain, add_round(chain, publish(chain)))
    for who in ("cora", "ana", "ben", "dan"):
        body = told(client, chain, who)
        assert (body["assignments"], body["stores"], body["checklists"]) == ([], [], [])


def test_without_a_token_there_is_nothing_to_take_along(client: FlaskClient, chain: Chain) -> None:
    assert client.get("/api/v1/sync").status_code == 401


def test_sam_gets_the_self_check_and_never_a_mystery_shop(
    client: FlaskClient, chain: Chain
) -> None:
    version = publish(chain)
    check = add_assignment(chain, add_round(chain, version, VisitKind.SELF_CHECK), auditor="sam")
    add_assignment(chain, add_round(chain, version, MYSTERY), auditor="sam")
    add_assignment(chain, add_round(chain, version, MYSTERY))
    assert [row["id"] for row in told(client, chain, "sam")["assignments"]] == [str(check.id)]


@pytest.mark.parametrize(
    ("state", "days_ago", "is_told"),
    [
        ("offered", 90, True),
        ("accepted", 90, True),
        ("cancelled", 13, True),
        ("done", 13, True),
        ("not_possible", 13, True),
        ("cancelled", 15, False),
        ("done", 15, False),
        ("declined", 0, False),
    ],
)
def test_what_ended_lately_is_still_told_so_that_a_phone_may_finish(
    client: FlaskClient, chain: Chain, state: str, days_ago: int, is_told: bool
) -> None:
    changed = datetime.now(UTC) - timedelta(days=days_ago)
    round_ = add_round(chain, publish(chain))
    add_assignment(chain, round_, state=AssignmentState(state), changed_at=changed)
    assert len(told(client, chain)["assignments"]) == is_told


# ---- not told twice ----------------------------------------------------------------------------


def test_unchanged_work_is_not_sent_again(client: FlaskClient, chain: Chain) -> None:
    add_assignment(chain, add_round(chain, publish(chain)))
    first = sync(client, chain)
    again = sync(client, chain, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_servers_time_alone_changes_no_etag(client: FlaskClient, chain: Chain) -> None:
    one, two = sync(client, chain), sync(client, chain)
    assert one.get_json()["server_time"] != two.get_json()["server_time"]
    assert one.headers["ETag"] == two.headers["ETag"]


def test_an_accepted_visit_changes_the_etag(client: FlaskClient, chain: Chain) -> None:
    visit = add_assignment(chain, add_round(chain, publish(chain)))
    first = sync(client, chain)
    path = f"/api/v1/assignments/{visit.id}/accept"
    client.post(path, headers=chain.posting_as("cleo"))
    again = sync(client, chain, If_None_Match=first.headers["ETag"])
    assert again.status_code == 200
    assert again.get_json()["assignments"][0]["state"] == "accepted"


# ---- what was wrong last time ------------------------------------------------------------------

#: The sealed answers of an audit of ten days ago, and the results by which it was scored.
ANSWERS = {
    "A1": {"value": "no", "note": "Two gaps in dairy."},
    "A2": {"value": 4},
    "B1": {"na": True, "reason": "nobody there"},
}
RESULTS = {"A1": Decimal(0), "A2": Decimal("0.75"), "B1": None}


def audited(chain: Chain, version: ChecklistVersion, store: str = "N1", **changes: Any) -> Audit:
    """A released, scored audit by cora."""
    day = changes.pop("visited_on", date(2026, 11, 10))
    with db.transaction(chain.organisation.id):
        audit = Audit(
            id=uuid7(),
            auditor_id=chain.cora.id,
            store_id=chain.stores[store].id,
            checklist_version_id=version.id,
            document_sha256="d" * 64,
            visited_on=day,
            completed_at=db.now(),
            delivery=Delivery.DELIVERED,
            acceptance=Acceptance.ACCEPTED,
            **{
                "kind": VisitKind.ANNOUNCED_AUDIT,
                "revision": 1,
                "release": Release.RELEASED,
                **changes,
            },
        )
        db.session().add(audit)
        db.session().flush()
        body = json.dumps({"answers": ANSWERS}).encode()
        db.session().add(Document(audit_id=audit.id, sha256="d" * 64, body=body))
        add_results(audit, version, 1, RESULTS)
    return audit


def add_results(
    audit: Audit, version: ChecklistVersion, revision: int, results: dict[str, Decimal | None]
) -> None:
    score = {"audit_id": audit.id, "revision": revision, "rules_version": 1}
    db.session().add(ScoreRow(**score, outcome="passed", explained={}))
    for item, result in results.items():
        row = ItemResult(
            audit_id=audit.id,
            revision=revision,
            visited_on=audit.visited_on,
            item=item,
            section=item[0],
            store_id=audit.store_id,
            checklist_key=version.key,
            visit_kind="announced_audit",
            left_out="not_applicable" if result is None else None,
            result=result,
            weight=Decimal(1),
            critical_fired=False,
        )
        db.session().add(row)


def test_an_announced_audit_opens_with_what_was_wrong_last_time(
    client: FlaskClient, chain: Chain
) -> None:
    version = publish(chain)
    audit = audited(chain, version)
    add_assignment(chain, add_round(chain, version))
    add_assignment(chain, add_round(chain, version), store="N2")
    common = {"audit_id": str(audit.alias), "visited_on": "2026-11-10"}
    assert told(client, chain)["last_failed"] == {
        str(chain.stores["N1"].id): [
            {
                "item": "A1",
                "text": {"en": "Is the shelf full?"},
                "answer": "no",
                "note": "Two gaps in dairy.",
                **common,
            },
            {"item": "A2", "text": {"en": "How tidy is it?"}, "answer": 4, "note": None, **common},
        ]
    }


def test_the_last_released_audit_counts_as_it_was_corrected(
    client: FlaskClient, chain: Chain
) -> None:
    version = publish(chain)
    audited(chain, version, visited_on=date(2026, 10, 1))
    last = audited(chain, version, revision=2)
    audited(chain, version, visited_on=date(2026, 11, 15), release=Release.WAITING)
    with db.transaction(chain.organisation.id):
        changed = [
            {"item": "A2", "answer": {"value": 3, "note": "crooked"}, "before": {"value": 4}}
        ]
        for number, changes in ((1, []), (2, changed)):
            revision = Revision(
                audit_id=last.id, number=number, author_id=chain.ana.id, changes=changes
            )
            db.session().add(revision)
        add_results(last, version, 2, {"A1": Decimal(1), "A2": Decimal("0.5")})
    add_assignment(chain, add_round(chain, version))
    (failed,) = told(client, chain)["last_failed"][str(chain.stores["N1"].id)]
    assert failed["audit_id"] == str(last.alias)  # cora made it, not cleo
    assert (failed["item"], failed["answer"], failed["note"]) == ("A2", 3, "crooked")


@pytest.mark.parametrize("kind", [MYSTERY, VisitKind.STAFF_OBSERVATION])
def test_who_comes_in_disguise_is_not_told_what_to_look_for(
    client: FlaskClient, chain: Chain, kind: VisitKind
) -> None:
    version = publish(chain)
    audited(chain, version)
    add_assignment(chain, add_round(chain, version, kind))
    assert told(client, chain)["last_failed"] == {}


def test_not_even_by_another_visit_to_the_same_store(client: FlaskClient, chain: Chain) -> None:
    version = publish(chain)
    audited(chain, version)
    announced, shop = add_round(chain, version), add_round(chain, version, MYSTERY)
    add_assignment(chain, announced)
    covert = add_assignment(chain, shop)
    assert told(client, chain)["last_failed"] == {}
    path = f"/api/v1/assignments/{covert.id}/decline"
    client.post(path, json={"reason": "No time."}, headers=chain.posting_as("cleo"))
    assert list(told(client, chain)["last_failed"]) == [str(chain.stores["N1"].id)]


def test_a_revisit_opens_with_what_was_wrong(client: FlaskClient, chain: Chain) -> None:
    version = publish(chain)
    audit = audited(chain, version)
    observation = add_round(chain, version, VisitKind.STAFF_OBSERVATION)
    add_assignment(chain, observation, brief={"revisit_of": str(audit.id)})
    assert list(told(client, chain)["last_failed"]) == [str(chain.stores["N1"].id)]


def test_a_note_with_half_an_emoji_does_not_stop_the_next_visitor(desk: Desk) -> None:
    odd = desk.visit()
    odd.document["answers"]["A1"] = {"value": "no", "note": "half an emoji @@"}
    body = odd.body.replace(b"@@", b"\\ud83d")
    headers = {"Content-Type": "application/json"} | desk.chain.as_("cleo")
    assert desk.client.put(odd.path, data=body, headers=headers).status_code == 201
    assign(desk.chain, desk.version)
    failed = told(desk.client, desk.chain)["last_failed"][str(desk.chain.stores["N1"].id)]
    assert failed[0]["note"] == "half an emoji \ufffd"


def test_answers_that_were_none_tell_what_a_reviewer_made_of_them(desk: Desk) -> None:
    odd = desk.send(desk.visit(answers=["x"]))
    absent = {"na": True, "reason": "nobody there"}
    answers = {"A1": {"value": "no", "note": "Two gaps."}, "A2": {"value": 5}, "B1": absent}
    changes = [{"item": k, "answer": v, "reason": "By phone."} for k, v in answers.items()]
    taken = desk.post("ana", f"/audits/{odd.id}/accept", reason="She told me.", changes=changes)
    assert taken.status_code == 200, taken.get_json()
    assign(desk.chain, desk.version)
    (failed,) = told(desk.client, desk.chain)["last_failed"][str(desk.chain.stores["N1"].id)]
    assert (failed["item"], failed["note"]) == ("A1", "Two gaps.")


def test_another_checklist_and_another_store_tell_nothing(
    client: FlaskClient, chain: Chain
) -> None:
    version = publish(chain)
    audited(chain, version, store="N2")
    audited(chain, publish_standard(chain))
    add_assignment(chain, add_round(chain, version))
    assert told(client, chain)["last_failed"] == {}


def test_sam_is_not_told_here_what_a_mystery_shopper_wrote(
    client: FlaskClient, chain: Chain
) -> None:
    version = publish(chain)
    older = audited(chain, version, visited_on=date(2026, 10, 1))
    audited(chain, version, kind=MYSTERY)
    add_assignment(chain, add_round(chain, version, VisitKind.SELF_CHECK), auditor="sam")
    failed = told(client, chain, "sam")["last_failed"][str(chain.stores["N1"].id)]
    assert {row["audit_id"] for row in failed} == {str(older.alias)}


# ---- at any size -------------------------------------------------------------------------------


def test_more_work_takes_no_more_queries(client: FlaskClient, chain: Chain, queries: Any) -> None:
    version = publish(chain)
    audited(chain, version)
    round_ = add_round(chain, version)
    add_assignment(chain, round_)
    told(client, chain)  # signs in, and has the checklist parsed
    with queries() as one:
        assert len(told(client, chain)["last_failed"]) == 1
    for store in ("N2", "H1", "S1"):
        audited(chain, version, store=store)
        add_assignment(chain, round_, store)
    with queries() as four:
        body = told(client, chain)
    assert (len(body["assignments"]), len(body["last_failed"])) == (4, 4)
    assert len(four) == len(one)
