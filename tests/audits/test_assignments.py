"""Offering visits, singly and many at once: what is checked and what is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from uuid_utils.compat import uuid7

from auditapi.audits.models import Assignment, Audit
from auditapi.audits.states import (
    Acceptance,
    ByObject,
    Delivery,
    VisitKind,
)
from auditapi.core import db
from auditapi.core.activity import Activity
from tests.factories.chain import Chain
from tests.factories.planning import (
    BRIEF,
    add_assignment,
    add_round,
    listed,
    offer,
    offer_all,
    places,
    proposal,
    publish,
    publish_standard,
)

pytestmark = pytest.mark.database
MYSTERY = VisitKind.MYSTERY_SHOP
LETTER = "Ms Example visits this store on behalf of the chain."


# ---- offering ----------------------------------------------------------------------------------


def test_a_visit_is_offered_in_the_time_of_its_store(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain))
    made = offer(client, chain, round_)
    assert made.status_code == 201
    body = made.get_json()
    assert body["state"] == "offered"
    assert body["not_before"] == "2026-11-20T10:00:00+09:00"
    assert body["not_after"] == "2026-11-20T18:00:00+09:00"
    assert (body["kind"], body["by_object"], body["mode"]) == ("announced_audit", "all", "direct")
    with db.transaction(chain.organisation.id):
        row = db.session().scalars(select(Assignment)).one()
        assert row.not_before == datetime(2026, 11, 20, 1, tzinfo=UTC)
        told = (
            db.session()
            .scalars(select(Activity).where(Activity.action == "assignment.offered"))
            .one()
        )
        assert (told.person_id, told.subject_id) == (chain.ana.id, row.id)
        assert told.details["auditor_id"] == str(chain.cleo.id)


def test_a_mystery_shop_brings_the_script_of_its_scenario(
    client: FlaskClient, chain: Chain
) -> None:
    round_ = add_round(chain, publish(chain), MYSTERY)
    scenario = offer(client, chain, round_, scenario="hesitant").get_json()["scenario"]
    assert scenario["key"] == "hesitant"
    assert scenario["how_it_shows"]["en"].startswith("You want something")
    assert scenario["behaviours"][0]["ko"] == "가벼운 대화로 거리를 좁힌다"
    assert len(scenario["behaviours"]) == 4


def test_a_brief_comes_back_as_it_was_given(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain), MYSTERY)
    brief = {
        **BRIEF,
        "missing_item": "Blue candles",
        "questions": [{"question": "Is it dishwasher-safe?", "answer_key": "Yes, up to 60 °C"}],
        "purchase": {"limit": "20,000 KRW", "payment": "cash", "return": "On the next day"},
        "fee": "30,000 KRW",
        "letter_of_authorisation": LETTER,
    }
    assert offer(client, chain, round_, purchase=True, brief=brief).get_json()["brief"] == brief


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"not_after": "2026-11-20T10:00:00"}, "json.not_after", "must be after not_before"),
        (
            {"not_after": "2026-12-01T10:00:00"},
            "json.not_after",
            "must be from 2026-11-01 to 2026-11-30, as the round",
        ),
        ({"not_before": "2026-11-20T10:00:00+09:00"}, "json.not_before", "Not a valid naive"),
        ({"scenario": "gentle"}, "json.scenario", "belongs to mystery shops only"),
        ({"purchase": True}, "json.brief.purchase", "is needed: limit and payment"),
        ({"brief": {"bay": ""}}, "json.brief.bay", "Length must be between 1 and 200."),
        ({"brief": {"bays": "7"}}, "json.brief.bays", "Unknown field."),
        ({"store_id": str(uuid7())}, "json.store_id", "is not a store"),
        ({"auditor_id": str(uuid7())}, "json.auditor_id", "is not a person here"),
        ({"round_id": str(uuid7())}, "json.round_id", "is not a round"),
        ({"brief": {"revisit_of": str(uuid7())}}, "json.brief.revisit_of", "is not an audit"),
    ],
)
def test_a_visit_that_makes_no_sense_is_refused_at_its_place(
    client: FlaskClient, chain: Chain, changes: dict[str, Any], path: str, message: str
) -> None:
    round_ = add_round(chain, publish(chain))
    found = places(offer(client, chain, round_, **changes))
    assert list(found) == [path]
    assert found[path].startswith(message)


def test_an_hour_that_the_stores_clock_skips_is_refused(client: FlaskClient, chain: Chain) -> None:
    with db.transaction(chain.organisation.id):
        db.session().merge(chain.stores["N1"]).time_zone = "Europe/Berlin"
    spring: dict[str, Any] = {"period_from": date(2026, 3, 1), "period_until": date(2026, 3, 31)}
    round_ = add_round(chain, publish(chain), **spring)
    window = {"not_before": "2026-03-29T02:30:00", "not_after": "2026-03-29T09:00:00"}
    assert places(offer(client, chain, round_, **window)) == {
        "json.not_before": "is a time that no clock in Europe/Berlin shows"
    }


def test_a_store_that_was_not_drawn_is_not_visited(client: FlaskClient, chain: Chain) -> None:
    only_s1 = [str(chain.stores["S1"].id)]
    round_ = add_round(chain, publish(chain), sampling=ByObject.TYPICAL, sampled_from=only_s1)
    assert places(offer(client, chain, round_)) == {
        "json.store_id": "is not among the stores of this round"
    }
    assert offer(client, chain, round_, store="S1").status_code == 201


def test_closed_stores_and_disabled_people_are_refused(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain))
    with db.transaction(chain.organisation.id):
        db.session().merge(chain.stores["N1"]).closed_at = db.now()
        db.session().merge(chain.cleo).disabled_at = db.now()
    assert places(offer(client, chain, round_)) == {
        "json.store_id": "is a store that is closed",
        "json.auditor_id": "is a person who is disabled",
    }


def test_an_angry_customer_needs_a_service_desk_and_a_letter(
    client: FlaskClient, chain: Chain
) -> None:
    round_ = add_round(chain, publish(chain), MYSTERY)
    refused = places(offer(client, chain, round_, scenario="angry"))
    assert list(refused) == ["json.brief.service_desk", "json.brief.letter_of_authorisation"]
    brief = {"service_desk": True, "letter_of_authorisation": LETTER}
    assert offer(client, chain, round_, scenario="angry", brief=brief).status_code == 201


@pytest.mark.parametrize("who", ["sam", "ben"])
def test_store_people_do_not_shop_their_own_chain(
    client: FlaskClient, chain: Chain, who: str
) -> None:
    version = publish(chain)
    shop = offer(client, chain, add_round(chain, version, MYSTERY), auditor=who)
    assert list(places(shop)) == ["json.auditor_id"]
    check = offer(client, chain, add_round(chain, version, VisitKind.SELF_CHECK), auditor=who)
    assert check.status_code == 201


def test_sam_is_given_no_checklist_that_prepares_a_mystery_shop(
    client: FlaskClient, chain: Chain
) -> None:
    round_ = add_round(chain, publish_standard(chain), VisitKind.SELF_CHECK)
    assert places(offer(client, chain, round_, auditor="sam", brief=BRIEF)) == {
        "json.auditor_id": "may not read this checklist: it prepares mystery shops"
    }


# ---- the brief and the checklist ---------------------------------------------------------------


def test_the_brief_must_carry_what_the_visits_items_need(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish_standard(chain))
    assert places(offer(client, chain, round_)) == {
        "json.brief.must_have_products": "is needed for item A1",
        "json.brief.bay": "is needed for item A2",
        "json.brief.item_to_find": "is needed for item B2",
    }
    assert offer(client, chain, round_, brief=BRIEF).status_code == 201


def test_a_list_has_as_many_entries_as_the_item_counts(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish_standard(chain))
    nine = {**BRIEF, "must_have_products": BRIEF["must_have_products"][:9]}
    assert places(offer(client, chain, round_, brief=nine)) == {
        "json.brief.must_have_products": "must have 10 entries for item A1, not 9"
    }


def test_a_mystery_shop_needs_questions_and_no_must_have_list(
    client: FlaskClient, chain: Chain
) -> None:
    round_ = add_round(chain, publish_standard(chain), MYSTERY)
    brief = {"bay": "Bay 7", "item_to_find": "Batteries"}
    refused = offer(client, chain, round_, scenario="gentle", brief=brief)
    assert places(refused) == {
        "json.brief.missing_item": "is needed for item A4",
        "json.brief.questions": "is needed for item E1",
    }


def test_a_mystery_shop_needs_a_scenario_where_the_checklist_asks_by_it(
    client: FlaskClient, chain: Chain
) -> None:
    round_ = add_round(chain, publish_standard(chain), MYSTERY)
    asked = [{"question": "Which?", "answer_key": "That."}] * 3
    given: dict[str, Any] = {
        "brief": {"bay": "7", "item_to_find": "tea", "missing_item": "rye", "questions": asked}
    }
    assert places(offer(client, chain, round_, **given)) == {
        "json.scenario": "is needed: set one, or let it be drawn (draw_scenario)"
    }
    drawn = offer(client, chain, round_, **given, draw_scenario=True)
    assert drawn.status_code == 201, drawn.get_json()
    assert offer(client, chain, round_, **given, scenario="opening").status_code == 201
    assert offer(client, chain, add_round(chain, publish(chain), MYSTERY)).status_code == 201


def test_a_mystery_shop_of_before_without_a_scenario_can_still_be_moved(
    client: FlaskClient, chain: Chain
) -> None:
    asked = [{"question": "Which?", "answer_key": "That."}] * 3
    brief = {"bay": "7", "item_to_find": "tea", "missing_item": "rye", "questions": asked}
    shop = add_assignment(chain, add_round(chain, publish_standard(chain), MYSTERY), brief=brief)
    later = {"not_after": "2026-11-20T20:00:00"}
    path = f"/api/v1/assignments/{shop.id}"
    moved = client.patch(path, json=later, headers=chain.as_("ana"))
    assert moved.status_code == 200, moved.get_json()


def test_no_mystery_shopper_is_told_what_was_wrong(client: FlaskClient, chain: Chain) -> None:
    audit = add_audit(chain, "2026-10-01")
    round_ = add_round(chain, publish(chain), MYSTERY)
    refused = offer(client, chain, round_, brief={"revisit_of": str(audit)})
    assert places(refused) == {
        "json.brief.revisit_of": "would tell a mystery shopper what to look for"
    }


# ---- days between two visits -------------------------------------------------------------------


def add_audit(chain: Chain, day: str, **changes: Any) -> object:
    """cleo's audit of N1."""
    with db.transaction(chain.organisation.id):
        audit = Audit(
            id=uuid7(),
            auditor_id=chain.cleo.id,
            store_id=chain.stores["N1"].id,
            document_sha256="0" * 64,
            visited_on=date.fromisoformat(day),
            delivery=Delivery.DELIVERED,
            **{"acceptance": Acceptance.ACCEPTED, **changes},
        )
        db.session().add(audit)
    return audit.id


def test_days_between_two_visits_are_kept_and_the_earlier_one_is_named(
    client: FlaskClient, chain: Chain
) -> None:
    audit = add_audit(chain, "2026-10-25")
    round_ = add_round(chain, publish(chain), minimum_days_between=30)
    assert places(offer(client, chain, round_)) == {
        "json.not_before": "is fewer than 30 days from the same auditor's visit to this store "
        f"on 2026-10-25 (audit {audit})"
    }
    assert offer(client, chain, round_, auditor="cora").status_code == 201
    assert offer(client, chain, round_, store="N2").status_code == 201


def test_planned_visits_count_too_until_they_are_called_off(
    client: FlaskClient, chain: Chain
) -> None:
    version = publish(chain)
    earlier = add_assignment(chain, add_round(chain, version), day=date(2026, 11, 2))
    round_ = add_round(chain, version, minimum_days_between=30)
    refused = places(offer(client, chain, round_))
    assert refused["json.not_before"].endswith(f"on 2026-11-02 (assignment {earlier.id})")
    path = f"/api/v1/assignments/{earlier.id}/cancel"
    client.post(path, json={}, headers=chain.posting_as("ana"))
    assert offer(client, chain, round_).status_code == 201


def test_a_rejected_audit_was_no_visit(client: FlaskClient, chain: Chain) -> None:
    add_audit(chain, "2026-11-19", acceptance=Acceptance.REJECTED)
    round_ = add_round(chain, publish(chain), minimum_days_between=30)
    assert offer(client, chain, round_).status_code == 201


# ---- many at once ------------------------------------------------------------------------------


def test_many_visits_are_offered_at_once(client: FlaskClient, chain: Chain) -> None:
    round_ = add_round(chain, publish(chain))
    bodies = [proposal(chain, round_, store) for store in ("N1", "N2", "H1")]
    made = offer_all(client, chain, *bodies)
    assert made.status_code == 201
    assert [row["store_id"] for row in made.get_json()["assignments"]] == [
        body["store_id"] for body in bodies
    ]


def test_every_fault_of_every_visit_is_told_at_once_and_nothing_is_assigned(
    client: FlaskClient, chain: Chain
) -> None:
    round_ = add_round(chain, publish(chain), minimum_days_between=7)
    answer = offer_all(
        client,
        chain,
        proposal(chain, round_),
        {**proposal(chain, round_), "mode": "telepathy", "note": "?"},
        proposal(chain, round_, store="N2", scenario="gentle"),
        {**proposal(chain, round_, store="N2"), "store_id": str(uuid7())},
        proposal(chain, round_),
    )
    assert places(answer) == {
        "json.assignments[1].mode": "Must be one of: direct, conversation, form.",
        "json.assignments[1].note": "Unknown field.",
        "json.assignments[2].scenario": "belongs to mystery shops only",
        "json.assignments[3].store_id": "is not a store",
        "json.assignments[4].not_before": "is fewer than 7 days from the same auditor's visit to "
        "this store on 2026-11-20 (json.assignments[0])",
    }
    assert listed(client, chain, "ana") == []


@pytest.mark.parametrize("body", [{}, {"assignments": []}, {"assignments": ["N1"]}, []])
def test_a_bulk_that_is_none_is_refused(client: FlaskClient, chain: Chain, body: Any) -> None:
    answer = client.post("/api/v1/assignments/bulk", json=body, headers=chain.posting_as("ana"))
    assert answer.status_code == 422


def test_checking_many_visits_takes_no_more_queries_than_checking_one(
    client: FlaskClient, chain: Chain, queries: Any
) -> None:
    round_ = add_round(chain, publish(chain), minimum_days_between=7)
    bodies = [proposal(chain, round_, store) for store in ("N1", "N2", "H1", "S1")]
    offer_all(client, chain, {**bodies[0], "scenario": "gentle"})  # has the checklist parsed
    with queries() as one:
        offer_all(client, chain, {**bodies[0], "scenario": "gentle"})
    with queries() as many:
        offer_all(client, chain, *({**body, "scenario": "gentle"} for body in bodies))
    assert len(many) == len(one)
