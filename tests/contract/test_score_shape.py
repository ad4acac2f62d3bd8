"""The explained score in the contract, held against real ones: no name more, no name less."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from auditapi.audits.reading import queries
from auditapi.checklists.scoring import score
from auditapi.core import db, docs
from tests.checklists.builders import ANNOUNCED, NO_STORE, given, item, na, scored, section
from tests.checklists.builders import checklist as build
from tests.factories.chain import Chain
from tests.factories.reviews import Desk
from tests.factories.visits import declared, fresh_jpeg, publish

pytestmark = pytest.mark.database
SCORE = "#/components/schemas/ExplainedScore"


@pytest.fixture
def fits(app: Flask) -> Any:
    """Whether a value is of the shape that the contract calls ExplainedScore."""
    with app.app_context():
        spec = json.loads(json.dumps(docs.api_spec()))
    told = spec["paths"]["/api/v1/audits/{audit_id}/score"]["get"]["responses"]["200"]
    assert told["content"]["application/json"]["schema"] == {"$ref": SCORE}
    checker = jsonschema.Draft202012Validator({"$ref": SCORE, "components": spec["components"]})

    def check(score: Any) -> None:
        assert [f"{list(one.path)}: {one.message}" for one in checker.iter_errors(score)] == []

    return check


def test_a_score_in_which_everything_happens_is_of_that_shape(fits: Any) -> None:
    rich = build(
        section(
            "A",
            item("A1", weight=1, tag="must_be"),
            item("A2", weight=1, tag="linear", na=True),
            item("A3", weight=1, tag="delight", bonus=True),
            item("A4", weight=1, tag="must_be", critical={"cap": 60},
                 evidence=[{"needs": "photo", "when": "no"}]),
            item("A5", "text"),
            pass_mark=50,
        ),
        section("B", item("B1", weight=1, tag="must_be", critical="fail_section")),
        coverage_floor=50, pass_mark=55,
    )  # fmt: skip
    answers = {**given(A1="yes", A3="yes", A4="no", A5="So.", B1="no"), "A2": na()}
    told = score(rich, answers, NO_STORE, ANNOUNCED, {}).as_json()
    assert told["criticals"]
    assert ["photo"] in [one["missing_evidence"] for one in told["criticals"]]
    assert {one["cause"] for one in told["why"]} >= {"pass_mark"}
    fits(told)


def test_what_head_office_and_the_store_are_answered_is_the_whole_score_of_that_shape(
    client: FlaskClient, chain: Chain, fits: Any
) -> None:
    desk = Desk(client, chain, publish(chain))
    photo = fresh_jpeg()
    audit = desk.send(desk.visit(photo, photos=[declared(photo)]))
    whole = desk.get("ana", f"/audits/{audit.id}/score").get_json()
    row = desk.row(audit)
    with db.transaction(chain.organisation.id):
        assert whole == queries.score(row).explained
    details = desk.get("ana", f"/audits/{audit.id}/details").get_json()
    assert details["score"] == whole
    for told in (whole, desk.audit_of("sam", audit, "score").get_json()):
        fits(told)


def test_a_name_that_is_missing_or_too_many_is_seen(fits: Any) -> None:
    told = scored(
        build(section("A", item("A1", weight=1, tag="must_be"))), given(A1="yes")
    ).as_json()
    fits(told)
    for wrong in ({**told, "more": 1}, {key: told[key] for key in told if key != "why"}):
        with pytest.raises(AssertionError):
            fits(wrong)
