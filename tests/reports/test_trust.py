"""The ± that one visit can be trusted for: its sum, and which visits go into it."""

from __future__ import annotations

import statistics
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.audits.models import Audit
from auditapi.audits.score_models import ScoreRow
from auditapi.audits.states import Acceptance, Delivery, Release, VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.reports.gathering import spread
from auditapi.reports.trust import FEWEST_STORES, Spread, trust
from tests.factories.chain import Chain, add_store
from tests.factories.visits import publish

PERCENTAGES = st.decimals(0, 100, places=1)
STORES = st.lists(
    st.lists(PERCENTAGES, min_size=2, max_size=5), min_size=FEWEST_STORES, max_size=30
)


def spread_of(stores: list[list[Decimal]]) -> Spread:
    squares = Decimal(0)
    for visits in stores:
        mean = sum(visits, Decimal(0)) / len(visits)
        squares += sum(((x - mean) ** 2 for x in visits), Decimal(0))
    return Spread(len(stores), sum(len(visits) - 1 for visits in stores), squares)


@given(STORES)
def test_it_is_the_pooled_standard_deviation_within_stores_times_1_96(
    stores: list[list[Decimal]],
) -> None:
    weighted = sum(statistics.variance(visits) * (len(visits) - 1) for visits in stores)
    within = (Decimal(weighted) / sum(len(visits) - 1 for visits in stores)).sqrt()
    found = trust(spread_of(stores))
    assert found is not None
    assert abs(Decimal(found.plus_minus) - Decimal("1.96") * within) <= Decimal("0.05000001")


@given(STORES, st.decimals(-50, 50, places=1))
def test_a_store_that_is_better_all_the_time_changes_nothing(
    stores: list[list[Decimal]], better: Decimal
) -> None:
    moved = [[x + better for x in stores[0]], *stores[1:]]
    assert trust(spread_of(moved)) == trust(spread_of(stores))


@given(st.lists(PERCENTAGES, min_size=FEWEST_STORES, max_size=30), st.integers(2, 4))
def test_stores_that_are_always_the_same_can_be_trusted_wholly(
    percentages: list[Decimal], visits: int
) -> None:
    found = trust(spread_of([[x] * visits for x in percentages]))
    assert found is not None
    assert (found.plus_minus, found.stores) == ("0.0", len(percentages))


def test_with_fewer_than_twenty_stores_nothing_is_said() -> None:
    assert trust(Spread(19, 40, Decimal(1000))) is None
    assert trust(Spread(20, 40, Decimal(1000))) is not None


@pytest.mark.parametrize(
    ("within", "printed"), [("0.0255", "0.0"), ("0.026", "0.1"), ("0.0765306123", "0.2")]
)
def test_it_is_printed_with_one_decimal_half_up(within: str, printed: str) -> None:
    found = trust(Spread(20, 1, Decimal(within) ** 2))
    assert found is not None
    assert found.plus_minus == printed
    exact = (Decimal("1.96") * Decimal(within)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert Decimal(found.plus_minus) == exact


def add_visit(
    chain: Chain, version: ChecklistVersion, store_id: Any, percentage: str | None, **changes: Any
) -> Audit:
    """A released audit with nothing but what the figure reads."""
    at = db.now() - timedelta(days=1)
    values: dict[str, Any] = {
        "kind": VisitKind.ANNOUNCED_AUDIT,
        "release": Release.RELEASED,
        "visited_on": at.date(),
        "started_at": at,
        **changes,
    }
    audit = Audit(
        id=uuid4(),
        auditor_id=chain.cleo.id,
        document_sha256="0" * 64,
        store_id=store_id,
        checklist_version_id=version.id,
        delivery=Delivery.DELIVERED,
        acceptance=Acceptance.ACCEPTED,
        completed_at=at,
        revision=1,
        **values,
    )
    db.session().add(audit)
    db.session().flush()
    outcome = "not_rated" if percentage is None else "pass"
    score = ScoreRow(
        audit_id=audit.id,
        revision=1,
        rules_version=1,
        percentage=Decimal(percentage or 0),
        outcome=outcome,
        explained={},
    )
    db.session().add(score)
    return audit


@pytest.mark.database
def test_it_reads_every_released_visit_of_the_same_kind_and_checklist(chain: Chain) -> None:
    version, other = publish(chain), publish(chain, OTHER)
    percentages = [("80.0", "90.0"), ("70.5", "71.5"), ("60.0", "66.0")]
    with db.transaction(chain.organisation.id):
        region = chain.regions["north"].id
        stores = [add_store(f"T{number}", region).id for number in range(len(percentages))]
        for store, pair in zip(stores, percentages, strict=True):
            first, *_ = [add_visit(chain, version, store, one) for one in pair]
        add_visit(chain, version, chain.stores["N1"].id, "10")  # alone in its store
        kept_out: list[dict[str, Any]] = [
            {"kind": VisitKind.MYSTERY_SHOP},
            {"release": Release.WAITING},
            {"visited_on": db.now().date() + timedelta(days=2)},
            {"visited_on": db.now().date() - timedelta(days=900)},
        ]
        for changes in kept_out:
            add_visit(chain, version, stores[0], "1", **changes)
        add_visit(chain, other, stores[0], "1")
        add_visit(chain, version, stores[0], None)
        db.session().flush()
        found = spread(first, version.key)
    assert (found.stores, found.freedom) == (3, 3)
    assert found.squares == Decimal("50") + Decimal("0.5") + Decimal("18")


OTHER = """
key: another
languages: [en]
title: {en: Another standard}
sections:
  - key: A
    title: {en: Shelf}
    weight: 1
    items: [{key: A1, kind: yes_no, weight: 1, tag: linear, text: {en: Is it full?}}]
"""
