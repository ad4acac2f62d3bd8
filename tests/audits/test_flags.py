"""Flags: what a reviewer should look at, raised by the job after completion, settled by people."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from sqlalchemy import text

from auditapi.audits.review import rules
from auditapi.audits.review.jobs import look_into
from auditapi.audits.review.rules import Finding, Fix
from auditapi.audits.states import FlagKind
from auditapi.core import db
from auditapi.photos import queries as photos
from tests.factories.chain import Chain
from tests.factories.reviews import Desk, problem
from tests.factories.visits import Visit, declared, fresh_jpeg, publish, sha256

CRITICAL = """
key: critical
languages: [en]
title: {en: With a critical item}
sections:
  - key: A
    title: {en: Safety}
    weight: 100
    items:
      - {key: A1, kind: yes_no, weight: 1, tag: must_be, critical: fail_visit,
         text: {en: Is the exit free?}, evidence: [{needs: photo, when: "no"}]}
      - {key: A2, kind: yes_no, weight: 1, tag: linear, text: {en: Is the floor dry?}}
"""
HERE = {"latitude": 37.5665, "longitude": 126.978, "accuracy": 10}
BUSAN = {"latitude": 35.1796, "longitude": 129.0756, "accuracy": 10}


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def look(desk: Desk, audit: Visit) -> None:
    """The job that follows completion."""
    look_into(str(desk.chain.organisation.id), audit.id)


def flags(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get("ana", "/flags", **query).get_json()["flags"]
    return found


def shelf(*, quality: int = 90, size: tuple[int, int] = (640, 480)) -> bytes:
    """One and the same picture, saved differently: enough detail for its hash to mean much."""
    picture = Image.new("L", (640, 480), 200)
    draw = ImageDraw.Draw(picture)
    for row in range(8):
        for column in range(9):
            shade = 40 + (row * 67 + column * 101 + row * column * 13) % 180
            draw.rectangle((column * 71, row * 60, column * 71 + 70, row * 60 + 59), fill=shade)
    buffer = io.BytesIO()
    picture.resize(size).convert("RGB").save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


@pytest.mark.database
def test_completion_asks_for_a_look_in_the_same_transaction(desk: Desk) -> None:
    audit = desk.send(desk.visit())
    with db.transaction() as session:
        jobs = session.execute(
            text("SELECT args FROM procrastinate_jobs WHERE task_name = 'audits.look_into'")
        ).all()
    wanted = {"organisation_id": str(desk.chain.organisation.id), "audit_id": audit.id}
    assert [row.args for row in jobs if row.args["audit_id"] == audit.id] == [wanted]


@pytest.mark.database
def test_pictures_are_made_with_what_was_covered(desk: Desk) -> None:
    photo = fresh_jpeg()
    redact = {"kind": "redact", "at": [0.1, 0.1], "size": [0.2, 0.2]}
    audit = desk.send(desk.visit(photo, photos=[declared(photo, marks=[redact])]))
    look(desk, audit)
    look(desk, audit)
    with db.transaction(desk.chain.organisation.id):
        made = photos.derivatives([sha256(photo)])
        blob = photos.blob(sha256(photo))
    assert len(made) == 1
    assert blob is not None
    assert blob.perceptual_hash is not None
    assert flags(desk) == []


@pytest.mark.database
def test_the_same_photo_in_two_audits_is_flagged_once(desk: Desk) -> None:
    photo = fresh_jpeg()
    first, second = (desk.send(desk.visit(photo)) for _ in range(2))
    look(desk, second)
    look(desk, second)
    [flag] = flags(desk)
    assert (flag["kind"], flag["audit_id"]) == ("same_photo", second.id)
    assert flag["details"] == {
        "about": "photos[0]",
        "position": 0,
        "others": [{"audit_id": first.id, "position": 0, "distance": 0}],
        "in_all": 1,
    }


@pytest.mark.database
def test_the_same_picture_saved_anew_is_flagged_as_similar(desk: Desk) -> None:
    first = desk.send(desk.visit(shelf()))
    look(desk, first)
    second = desk.send(desk.visit(shelf(quality=50, size=(320, 240)), store="N2"))
    look(desk, second)
    [flag] = flags(desk)
    assert (flag["kind"], flag["audit_id"]) == ("similar_photo", second.id)
    assert flag["details"]["others"][0]["audit_id"] == first.id
    assert flag["details"]["others"][0]["distance"] <= 5


@pytest.mark.database
def test_a_picture_of_another_store_by_another_auditor_is_not_compared(desk: Desk) -> None:
    first = desk.send(desk.visit(shelf()))
    look(desk, first)
    second = desk.visit(shelf(quality=50), store="S1", auditor="cora")
    look(desk, desk.send(second, "cora"))
    assert flags(desk) == []


@pytest.mark.database
def test_a_critical_failure_without_its_photo_is_flagged(client: FlaskClient, chain: Chain) -> None:
    desk = Desk(client, chain, publish(chain, CRITICAL))
    lost = [declared(fresh_jpeg(), item="A1")]
    answers = {"A1": {"value": "no"}, "A2": {"value": "yes"}}
    audit = desk.send(desk.visit(answers=answers, photos=lost))
    desk.post("ana", f"/audits/{audit.id}/photos/lost", reason="stolen")
    look(desk, audit)
    [flag] = flags(desk)
    assert flag["kind"] == "critical_without_evidence"
    assert flag["details"] == {"about": "answers.A1", "item": "A1", "missing": ["photo"]}


@pytest.mark.database
def test_a_visit_and_a_photo_elsewhere_are_flagged(desk: Desk) -> None:
    photo = fresh_jpeg()
    audit = desk.send(
        desk.visit(
            photo,
            photos=[declared(photo, location=BUSAN)],
            positions=[{"what": "arrived", **BUSAN}, "nonsense", {"latitude": "north"}],
        )
    )
    look(desk, audit)
    told = {flag["details"]["about"]: flag["details"]["metres"] for flag in flags(desk)}
    assert set(told) == {"visit", "photos[0]"}
    assert 320_000 < told["visit"] < 330_000


@pytest.mark.database
def test_a_visit_on_the_spot_is_not_flagged(desk: Desk) -> None:
    positions = [{"what": "start", **BUSAN}, {"what": "arrived", **HERE}]
    look(desk, desk.send(desk.visit(positions=positions)))
    assert flags(desk) == []


@pytest.mark.database
def test_answers_sealed_more_than_a_day_later_are_flagged(desk: Desk) -> None:
    audit = desk.visit()
    finished = datetime.fromisoformat(audit.document["finished_at"])
    audit.document["sealed_at"] = (finished + timedelta(hours=25)).isoformat()
    look(desk, desk.send(audit))
    [flag] = flags(desk)
    assert (flag["kind"], flag["details"]["hours"]) == ("late", 25)


@pytest.mark.database
def test_what_is_not_complete_is_not_looked_into(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg(), positions=[BUSAN]), photos=False)
    look(desk, audit)
    assert flags(desk) == []


@pytest.fixture
def flagged(desk: Desk) -> str:
    audit = desk.send(desk.visit(positions=[BUSAN]))
    look(desk, audit)
    return str(flags(desk)[0]["id"])


@pytest.mark.database
def test_a_reviewer_settles_a_flag(desk: Desk, flagged: str) -> None:
    answer = desk.post("ana", f"/flags/{flagged}/settle", note="The shop has moved.")
    assert answer.get_json()["settled_by"]["name"] == "Ana Example"
    assert flags(desk, settled=False) == []
    assert [flag["id"] for flag in flags(desk, settled=True, kind="far_away")] == [flagged]
    assert desk.activities("flag.settled")[0]["note"] == "The shop has moved."
    again = desk.post("ana", f"/flags/{flagged}/settle")
    assert problem(again) == (409, "wrong-state")


@pytest.mark.database
@pytest.mark.parametrize(
    ("who", "status"), [("cleo", 403), ("sam", 403), ("ben", 403), ("dan", 404)]
)
def test_others_settle_nothing(desk: Desk, flagged: str, who: str, status: int) -> None:
    assert desk.post(who, f"/flags/{flagged}/settle").status_code == status
    assert len(flags(desk, settled=False)) == 1
    listed = desk.get(who, "/flags")
    assert listed.status_code == (200 if who == "dan" else 403)
    if who == "dan":
        assert listed.get_json()["flags"] == []


@pytest.mark.database
def test_the_list_takes_as_many_queries_for_twelve_as_for_one(desk: Desk, queries: Any) -> None:
    look(desk, desk.send(desk.visit(positions=[BUSAN])))
    flags(desk)
    with queries() as for_one:
        flags(desk)
    for _ in range(11):
        look(desk, desk.send(desk.visit(positions=[BUSAN])))
    for flag in flags(desk)[:6]:
        desk.post("ana", f"/flags/{UUID(flag['id'])}/settle")
    with queries() as for_twelve:
        assert len(flags(desk)) == 12
    assert len(for_twelve) == len(for_one)


latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
fixes = st.builds(Fix, latitudes, longitudes, st.floats(0, 1000))


@given(fixes, fixes)
def test_a_distance_is_the_same_there_and_back(one: Fix, other: Fix) -> None:
    there, back = rules.metres_between(one, other), rules.metres_between(other, one)
    assert there == pytest.approx(back, abs=0.01)
    assert 0 <= there <= 20_020_000
    assert 0 <= rules.metres_away(one, other) <= there


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert rules.metres_between(Fix(37, 127), Fix(38, 127)) == pytest.approx(111_195, abs=1)


def test_an_inaccurate_fix_gets_the_benefit_of_the_doubt() -> None:
    store, off = Fix(37, 127), Fix(37.01, 127, 700)
    assert list(rules.far_away(store, [off], {})) == []
    assert [f.kind for f in rules.far_away(store, [Fix(37.01, 127, 10)], {})] == [FlagKind.FAR_AWAY]


def test_a_store_without_coordinates_is_never_far_away() -> None:
    assert list(rules.far_away(None, [Fix(0, 0)], {0: Fix(0, 0)})) == []


@pytest.mark.parametrize(
    "given_",
    [None, [], {}, {"latitude": "37", "longitude": 1}, {"latitude": True, "longitude": 1},
     {"latitude": 91, "longitude": 1}, {"latitude": float("nan"), "longitude": 1},
     {"latitude": 10**400, "longitude": 1}],
)  # fmt: skip
def test_what_is_no_place_on_earth_is_none(given_: object) -> None:
    assert rules.fix_of(given_) is None


@given(st.timedeltas(timedelta(0), timedelta(days=9)))
def test_late_begins_after_a_day(after: timedelta) -> None:
    finished = datetime(2026, 11, 20, 10, tzinfo=UTC)
    raised = list(rules.late(finished, finished + after))
    assert bool(raised) == (after > timedelta(hours=24))


def test_evidence_the_score_misses_and_photos_nobody_has_seen_are_told_together() -> None:
    explained = {
        "criticals": [
            {"item": "A1", "missing_evidence": ["comment"]},
            {"item": "A2", "missing_evidence": []},
            {"item": "A3", "missing_evidence": []},
        ]
    }
    found = list(rules.without_evidence(explained, {"A1", "A2"}))
    kind = FlagKind.CRITICAL_WITHOUT_EVIDENCE
    assert found == [
        Finding(kind, "answers.A1", {"item": "A1", "missing": ["comment", "photo"]}),
        Finding(kind, "answers.A2", {"item": "A2", "missing": ["photo"]}),
    ]
