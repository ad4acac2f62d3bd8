"""Marks as a phone sends them: nothing that was covered is ever shown because of a broken mark."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from auditapi.audits.intake import marking
from auditapi.audits.models import AuditPhoto
from auditapi.audits.review import jobs as review_jobs
from auditapi.core import db
from auditapi.photos.marks import MOST_MARKS, as_json
from auditapi.reports import jobs as report_jobs
from tests.factories.chain import Chain
from tests.factories.reviews import Desk
from tests.factories.visits import Visit, declared, fresh_jpeg, publish

BOX = {"kind": "box", "at": [0.1, 0.1], "size": [0.1, 0.1], "color": "#ff0000"}
REDACT = {"kind": "redact", "at": [0.2, 0.2], "size": [0.3, 0.3]}
AROUND = st.floats(-3, 3) | st.integers(-10, 10)


@pytest.mark.parametrize(
    ("given_", "covered"),
    [
        ({"at": [-0.001, 0.2], "size": [0.301, 0.3]}, [0, 0.2, 0.3, 0.3]),
        ({"at": [0.8, 0.9], "size": [0.3, 0.5]}, [0.8, 0.9, 0.2, 0.1]),
        ({"at": [0.5, 0.5], "size": [-0.5, -0.25]}, [0, 0.25, 0.5, 0.25]),
        ({"at": [-5, -5], "size": [10**300, 1e308]}, [0, 0, 1, 1]),
        ({"at": [0.2, 0.2], "size": [0.3, 0.3], "color": "#000000", "by": "cleo"}, None),
        ({"at": [0.2, 0.2], "size": [0.3, 0.3], "kind": " Redact"}, None),
    ],
)
def test_a_redaction_is_read_however_it_was_rounded(
    given_: dict[str, Any], covered: list[float] | None
) -> None:
    found = marking.read([{"kind": "redact", **given_}])
    (area,) = found.redactions
    expected = covered or [0.2, 0.2, 0.3, 0.3]
    assert [*area.at, *area.size] == pytest.approx(expected)
    assert found.faults == []


@given(st.tuples(AROUND, AROUND), st.tuples(AROUND, AROUND))
def test_a_redaction_covers_all_of_the_picture_that_it_names(
    at: tuple[float, float], size: tuple[float, float]
) -> None:
    """And is kept in a form that is read back the same."""
    found = marking.read([{"kind": "redact", "at": [*at], "size": [*size]}])
    edges = [(a, a + s) for a, s in zip(at, size, strict=True)]
    sides = [sorted(max(0.0, min(1.0, edge)) for edge in both) for both in edges]
    if not found.redactions:
        assert any(end - begin < 1e-6 for begin, end in sides)  # nothing of it is in the picture
        assert [code for _, code, _ in found.faults] == [marking.UNCOVERED]
        return
    (area,) = found.redactions
    for (begin, end), first, length in zip(sides, area.at, area.size, strict=True):
        assert [first, first + length] == pytest.approx([begin, end])
    assert marking.redactions_of(as_json([area])) == [area]


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "redact"},
        {"kind": "redact", "at": [0.1], "size": [0.1, 0.1]},
        {"kind": "redact", "at": ["0.1", 0.1], "size": [0.1, 0.1]},
        {"kind": "redact", "at": [2, 2], "size": [0.1, 0.1]},
        {"kind": "redact", "at": [None, 0], "size": [1, 1]},
    ],
)
def test_an_area_that_stays_uncovered_has_a_reason_of_its_own(broken: dict[str, Any]) -> None:
    found = marking.read([BOX, broken, REDACT])
    assert [(place, code) for place, code, _ in found.faults] == [
        ("marks[1]", "redaction_unreadable")
    ]
    assert as_json(found.sound) == [BOX, REDACT]


def test_all_redactions_are_kept_and_as_many_others_as_a_photo_may_have() -> None:
    found = marking.read([BOX] * 60 + [REDACT] * 70)
    assert as_json(found.sound) == [BOX] * MOST_MARKS + [REDACT] * 70
    assert [(place, code) for place, code, _ in found.faults] == [("marks", "too_many_marks")]
    assert marking.read([BOX] * MOST_MARKS + [REDACT]).faults == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=6),
                    lambda inner: st.lists(inner) | st.dictionaries(
                        st.sampled_from(["kind", "at", "size"]), inner), max_leaves=8))  # fmt: skip
def test_whatever_stands_there_is_read(stored: object) -> None:
    assert json.dumps(as_json(marking.read(stored).sound))
    assert isinstance(marking.redactions_of(stored), list)


# ---- with a photo --------------------------------------------------------------------------------


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def marked(desk: Desk, marks: list[Any]) -> Visit:
    photo = fresh_jpeg()
    made = desk.visit(photo)
    made.document["photos"] = [declared(photo, marks=marks)]
    return desk.send(made)


def stored(desk: Desk) -> AuditPhoto:
    with db.transaction(desk.chain.organisation.id) as session:
        return session.scalars(select(AuditPhoto)).one()


def reasons(desk: Desk, made: Visit) -> list[tuple[str, str]]:
    return [(reason["place"], reason["code"]) for reason in desk.row(made).reasons]


@pytest.mark.database
def test_an_area_a_hair_outside_is_covered_and_no_reason_for_anything(desk: Desk) -> None:
    made = marked(desk, [{"kind": "redact", "at": [-0.001, 0.2], "size": [0.301, 0.3], "x": 1}])
    assert reasons(desk, made) == []
    (area,) = stored(desk).marks
    assert (area["at"], area["size"]) == ([0.0, 0.2], [pytest.approx(0.3), pytest.approx(0.3)])


@pytest.mark.database
def test_a_reviewer_is_told_which_photo_shows_what_should_be_covered(desk: Desk) -> None:
    made = marked(desk, [REDACT, {"kind": "redact", "at": "there"}])
    assert reasons(desk, made) == [("photos[0].marks[1]", "redaction_unreadable")]
    assert stored(desk).marks == [REDACT]


@pytest.mark.database
def test_sixty_marks_on_a_photo_are_no_end_of_its_report(desk: Desk) -> None:
    made = marked(desk, [BOX] * 60 + [REDACT] * 60)
    assert reasons(desk, made) == [("photos[0].marks", "too_many_marks")]
    assert desk.post("ana", f"/audits/{made.id}/accept", reason="Enough.").status_code == 200
    organisation = desk.chain.organisation.id
    review_jobs.look_into(str(organisation), made.id)
    report_jobs.make_missing_derivatives(organisation, UUID(made.id))
    photo = desk.get("ana", f"/audits/{made.id}/details").get_json()["photos"][0]
    assert (len(photo["marks"]), photo["width"]) == (MOST_MARKS + 60, 320)


@pytest.mark.database
def test_a_reviewer_covers_a_photo_that_has_all_its_marks(desk: Desk) -> None:
    made = marked(desk, [BOX] * MOST_MARKS)
    before = stored(desk).redactions
    area = {"position": 0, "at": [0.4, 0.2], "size": [0.1, 0.15]}
    answer = desk.post("ana", f"/audits/{made.id}/revisions", reason="A face.", revision=1,
                       changes=[], cover=[area])  # fmt: skip
    assert answer.status_code == 201, answer.get_json()
    assert len(stored(desk).marks) == MOST_MARKS + 1
    assert stored(desk).redactions != before
