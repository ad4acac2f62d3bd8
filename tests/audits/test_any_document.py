"""Any JSON at any place of a document: it is kept, and everything that reads it later still can."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from auditapi.audits.intake import completion, document
from auditapi.audits.review import jobs as review_jobs
from auditapi.checklists.scoring import NotScorable
from auditapi.checklists.validation import Reason
from auditapi.core import db
from auditapi.reports import gathering, html, story
from auditapi.reports.evidence import queries as evidence_queries
from auditapi.reports.evidence import service as evidence
from auditapi.reports.gathering import Wanted
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.reviews import Desk
from tests.factories.visits import SMALL, Visit, declared, jpeg, publish

pytestmark = pytest.mark.database
Path = tuple[str | int, ...]
#: What Python's JSON does not write: each stands for the number in a document's bytes.
HUGE = {"«1e999»": b"1e999", "«-1e999»": b"-1e999", "«long»": b"9" * 5000}
ODD = [
    *HUGE, None, True, 0, -1, 1.5, 1e308, 10**300, "", "x" * 300, "\ud83d", "nul \x00", "no", "yes",
    "photo", "Asia", "../etc", "2026-11-22T12:00:00+18:00", "0001-01-01T00:00:00+14:00",
    [], ["x"], {}, {"value": "yes"}, {"value": "no", "note": "half \ud83d"}, {"na": True},
    {"latitude": "«1e999»", "longitude": 0}, [{"kind": "redact", "at": [-0.1, 0], "size": [1, 1]}],
    [{"kind": "redact"}], [{"at": "now", "latitude": 1e308, "longitude": -10**300}],
]  # fmt: skip
ANY_JSON = st.sampled_from(ODD) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=8) | st.sampled_from(sorted(HUGE)),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
#: An item of each kind; the ones besides those of SMALL need not be answered.
EVERY_KIND = (
    SMALL
    + """
  - key: C
    title: {en: Everything else}
    weight: 10
    items:
      - {key: C1, kind: count, of: 10, weight: 1, required: false, tag: linear, text: {en: Full?}}
      - {key: C2, kind: count, of: asked, weight: 1, required: false, tag: linear, text: {en: Ok?}}
      - {key: C3, kind: seconds, target: 30, limit: 120, weight: 1, required: false, tag: linear,
         text: {en: How long?}}
      - {key: C4, kind: choice, weight: 1, required: false, tag: linear, text: {en: How clean?},
         options: [{key: yes, points: 1, text: {en: Yes}}, {key: not, points: 0, text: {en: No}}]}
      - {key: C5, kind: choices, required: false, text: {en: Which?},
         options: [{key: one, text: {en: One}}, {key: two, text: {en: Two}}]}
      - {key: C6, kind: number, required: false, text: {en: How many?}}
      - {key: C7, kind: date, required: false, text: {en: When?}}
      - {key: C8, kind: signature, required: false, text: {en: Who?}}
"""
)
MORE_ANSWERS: dict[str, Any] = {
    "B2": {"value": "She smiled."},
    "C1": {"value": 8},
    "C2": {"value": {"k": 1, "n": 2}},
    "C3": {"value": 45.5, "source": "timed"},
    "C4": {"value": "yes"},
    "C5": {"value": ["one"]},
    "C6": {"value": 12},
    "C7": {"value": "2026-11-20"},
    "C8": {"value": {"name": "Kim", "strokes": [[[0, 0], [1, 1]]]}},
}
#: What a reviewer answers where an answer can't be scored; any other is taken away.
BETTER = {"A1": {"value": "no", "note": "seen"}, "A2": {"value": 3}, "B1": {"value": "no"}}
LIGHT = settings(
    max_examples=20,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # an example takes a second of a slow machine
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def whole(made: Visit) -> dict[str, Any]:
    """A document that says everything that a document may say."""
    at = made.document["started_at"]
    fix = {"latitude": 37.5, "longitude": 127.0, "accuracy": 12}
    marks = [
        {"kind": "redact", "at": [0.1, 0.2], "size": [0.3, 0.3]},
        {"kind": "freehand", "points": [[0, 0], [1, 1]], "color": "#d81b60"},
    ]
    made.document.update(
        visited_from=at,
        visited_until=at,
        device={"app": "1.0", "clock_offset": 12},
        positions=[{"at": at, "what": "arrived", **fix}],
        position_missing=None,
        memo="Two people at the till.",
    )
    made.document["answers"]["A1"] = {"value": "no", "note": "two gaps", "source": "counted"}
    made.document["answers"].update(MORE_ANSWERS)
    more: dict[str, Any] = {"location": fix, "marks": marks, "caption": "gap", "elsewhere": False}
    made.document["photos"] = [declared(data, **more) for data in made.photos]
    return made.document


def places_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a JSON value, and one more in each object."""
    entries: dict[Any, Any] = {}
    if isinstance(value, dict):
        yield (*path, "of a later format")
        entries = value
    elif isinstance(value, list):
        entries = dict(enumerate(value))
    for key, entry in entries.items():
        yield (*path, key)
        yield from places_in(entry, (*path, key))


def put_in(given_: dict[str, Any], path: Path, value: Any) -> bytes:
    """The bytes of the document with this value at that place."""
    changed: Any = copy.deepcopy(given_)
    inside = changed
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    written = json.dumps(changed).encode()
    for name, digits in HUGE.items():
        written = written.replace(json.dumps(name).encode(), digits)
    return written


EXAMPLE = whole(
    Visit(
        {
            "format": 1,
            "id": "0192a9c4-7c1e-7b3a-9d53-0c8a4e7f2b11",
            "assignment_id": "0192a9c0-11aa-7c44-8d20-5b8f3d1e6a90",
            "store_id": "0192a0b2-63d4-7a10-b1c8-91f0a2b3c4d5",
            "kind": "announced_audit",
            "checklist": {"key": "small", "version": 1, "sha256": "a" * 64},
            "language": "en",
            "time_zone": "Asia/Seoul",
            "started_at": "2026-11-20T10:02:11+09:00",
            "finished_at": "2026-11-20T10:41:52+09:00",
            "sealed_at": "2026-11-20T10:42:03+09:00",
            "answers": {},
        },
        [jpeg(1)],
    )
)
PLACES = sorted(places_in(EXAMPLE), key=str)


def test_reasons_of_document_and_answers_are_bounded_together(desk: Desk) -> None:
    marks = [{"kind": "box"}] * 50
    photos = [declared(b"%d" % number, marks=marks) for number in range(5)]
    unknown = {f"X{number}": {"value": "yes"} for number in range(300)}
    made = desk.send(desk.visit(photos=photos, answers=unknown), photos=False)
    reasons = desk.row(made).reasons
    assert len(reasons) == document.MOST_REASONS + 1
    assert [reason["code"] for reason in reasons].count("more") == 1
    left = int(reasons[-1]["message"].split()[2])
    assert left >= 5 * 50 + 300 - document.MOST_REASONS


def test_however_much_is_wrong_in_a_document_what_speaks_against_its_visit_is_told_first(
    desk: Desk,
) -> None:
    marks = [{"kind": "box"}] * 50
    photos = [declared(b"%d" % number, marks=marks) for number in range(5)]
    made = desk.visit(photos=photos)
    made.document["assignment_id"] = str(uuid4())
    codes = [reason["code"] for reason in desk.row(desk.send(made, photos=False)).reasons]
    assert (codes[0], codes[-1]) == ("unknown_assignment", "more")


def test_reasons_why_nothing_can_be_scored_are_bounded_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [Reason(f"X{number}", "unknown_item", "is no item") for number in range(300)]

    def never(*_: object) -> None:
        raise NotScorable(faults)

    monkeypatch.setattr(completion, "score_revision", never)
    reasons = desk.row(desk.send(desk.visit())).reasons
    assert len(reasons) == document.MOST_REASONS + 1
    assert reasons[-1]["message"] == "There are 100 more reasons."


@given(st.sampled_from(PLACES), ANY_JSON)
@settings(max_examples=300)
def test_any_json_at_any_place_is_read_and_can_be_kept(path: Path, value: Any) -> None:
    body = put_in(EXAMPLE, path, value)
    sealed = document.read(body)
    kept = [document.raw(body), [vars(photo) for photo in sealed.photos]]
    json.dumps(kept, allow_nan=False, default=str, ensure_ascii=False).encode()
    if any(digits in body for digits in HUGE.values()):
        assert "number_too_large" in {reason.code for reason in sealed.reasons}


@pytest.mark.parametrize("digits", HUGE.values())
def test_a_number_that_is_too_large_is_named_with_its_place(digits: bytes) -> None:
    written = json.dumps({"answers": {"A2": {"of": [0, "«1e999»"]}}, "«1e999»": 0}).encode()
    sealed = document.read(written.replace(b'"\\u00ab1e999\\u00bb"]', digits + b"]"))
    assert sealed.answers == {"A2": {"of": [0, None]}}
    named = {reason.place for reason in sealed.reasons if reason.code == "number_too_large"}
    assert named == {"answers.A2.of[1]"}


def test_half_a_million_faults_are_told_as_far_as_anybody_reads() -> None:
    marks = [{"kind": "box"}] * 50 + [{"kind": "redact"}]
    sealed = document.read(json.dumps({"photos": [declared(b"x", marks=marks)] * 150}).encode())
    codes = [reason.code for reason in document.told(sealed.reasons)]
    assert len(codes) == document.MOST_REASONS + 1
    assert codes.count("redaction_unreadable") == 150
    assert codes[-1] == "more"


# ---- on its way through the service ------------------------------------------------------------


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain, EVERY_KIND))


@given(st.sampled_from(PLACES), ANY_JSON)
@example(("time_zone",), "Asia")
@example(("photos", 0, "location", "latitude"), "«1e999»")
@example(("answers", "A2", "of a later format"), "«-1e999»")
@example(("answers", "C4"), None)
@example(("positions", 0, "accuracy"), 1e308)
@example(("positions", 0, "what"), "photo")
@LIGHT
def test_any_json_at_any_place_is_taken_in_and_all_that_follows_works(
    desk: Desk, path: Path, value: Any
) -> None:
    assign(desk.chain, desk.version)  # opens with what was wrong last time
    made = desk.visit(jpeg(1))
    body = put_in(whole(made), path, value)
    headers = {"Content-Type": "application/json"} | desk.chain.as_("cleo")
    answer = desk.client.put(made.path, data=body, headers=headers)
    assert answer.status_code in {201, 202}, answer.get_json()
    assert desk.send_photo(jpeg(1)).status_code in {201, 204}
    if desk.row(made).completed_at is None:
        accept(desk, made)
    all_is_well(desk, made)


def accept(desk: Desk, made: Visit) -> None:
    """As it is; or, where it can't be scored so, with all that a reviewer may add."""
    row, path = desk.row(made), f"/audits/{made.id}/accept"
    lacking = {
        "store_id": (row.store_id, str(desk.chain.stores["N1"].id)),
        "kind": (row.kind, "announced_audit"),
        "started_at": (row.started_at, "2026-11-20T10:00:00+09:00"),
        "checklist": (row.checklist_version_id, {"key": desk.version.key, "version": 1}),
    }
    facts = {name: fact for name, (there, fact) in lacking.items() if there is None}
    answer = desk.post("ana", path, reason="I know of it.", facts=facts)
    if answer.status_code != 200:
        named = [error["path"].removeprefix("answers.") for error in answer.get_json()["errors"]]
        changes = [{"item": one, "answer": BETTER.get(one), "reason": "So."} for one in named]
        answer = desk.post("ana", path, reason="I know.", facts=facts, changes=changes)
    assert desk.row(made).completed_at is not None, answer.get_data(as_text=True)


def all_is_well(desk: Desk, made: Visit) -> None:
    """Whoever reads it can: its auditor, head office, the next visitor and the report."""
    looked = [
        desk.get("cleo", f"/audits/{made.id}"),
        desk.get("cleo", "/sync"),
        desk.get("ana", f"/audits/{made.id}/details"),
        desk.get("ana", f"/audits/{made.id}/score"),
        desk.get("ana", "/quarantine"),
    ]
    for answer in looked:
        assert answer.status_code == 200, answer.get_json()
        json.loads(answer.data, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    organisation = desk.chain.organisation.id
    review_jobs.look_into(str(organisation), made.id)
    with db.transaction(organisation):
        evidence.sign(evidence_queries.audit(UUID(made.id)), 1)
        wanted = Wanted(UUID(made.id), 1, "head_office", "en", "full", "A4")
        report = gathering.gather(wanted).report
    assert html.markup(story.tell(report), contents=False)
