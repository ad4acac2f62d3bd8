"""Visits whose scenario is drawn: each store gets its share, whoever plans."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient

from auditapi.audits.models import Round
from auditapi.audits.planning.rules import TO_DRAW
from auditapi.audits.states import VisitKind
from tests.factories.chain import Chain
from tests.factories.planning import (
    add_round,
    listed,
    offer,
    offer_all,
    places,
    proposal,
    publish,
)

pytestmark = pytest.mark.database
DRAWABLE = {scenario.value for scenario in TO_DRAW}


@pytest.fixture
def round_(chain: Chain) -> Round:
    return add_round(chain, publish(chain), VisitKind.MYSTERY_SHOP)


def drawn(answer: Any) -> list[str]:
    assert answer.status_code == 201, answer.get_json()
    return [one["scenario"]["key"] for one in answer.get_json()["assignments"]]


def test_three_visits_of_a_store_bring_three_scenarios(
    client: FlaskClient, chain: Chain, round_: Round
) -> None:
    visits = [proposal(chain, round_, store) for store in ("N1", "N2") for _ in range(3)]
    keys = drawn(offer_all(client, chain, *({**one, "draw_scenario": True} for one in visits)))
    assert set(keys[:3]) == set(keys[3:]) == DRAWABLE


def test_what_was_set_by_hand_or_drawn_before_counts(
    client: FlaskClient, chain: Chain, round_: Round
) -> None:
    by_hand = offer(client, chain, round_, scenario="gentle").get_json()["scenario"]["key"]
    later = [
        offer(client, chain, round_, draw_scenario=True).get_json()["scenario"]["key"]
        for _ in range(2)
    ]
    assert {by_hand, *later} == DRAWABLE


def test_a_visit_that_was_cancelled_gives_its_scenario_back(
    client: FlaskClient, chain: Chain, round_: Round
) -> None:
    first = offer(client, chain, round_, draw_scenario=True).get_json()
    path = f"/api/v1/assignments/{first['id']}/cancel"
    gone = client.post(path, json={"reason": "rebuilt"}, headers=chain.posting_as("ana"))
    assert gone.status_code == 200
    visits = [{**proposal(chain, round_), "draw_scenario": True} for _ in range(3)]
    assert Counter(drawn(offer_all(client, chain, *visits))) == dict.fromkeys(DRAWABLE, 1)


def test_only_mystery_shops_draw_one(client: FlaskClient, chain: Chain) -> None:
    announced = add_round(chain, publish(chain))
    refused = offer(client, chain, announced, draw_scenario=True)
    assert places(refused) == {"json.draw_scenario": "belongs to mystery shops only"}
    assert listed(client, chain, "ana") == []


def test_a_scenario_is_set_or_drawn_not_both(
    client: FlaskClient, chain: Chain, round_: Round
) -> None:
    refused = offer(client, chain, round_, draw_scenario=True, scenario="angry")
    assert places(refused) == {"json.draw_scenario": "does not go with a scenario that is set"}
