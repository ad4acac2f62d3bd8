"""Stores beside each other: exact means, kinds apart, regions their own, safe spreadsheets."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from auditapi.audits.models import Assignment
from auditapi.checklists.scoring import printed
from auditapi.compare import rules
from auditapi.core import db
from tests.factories.chain import Chain
from tests.factories.reviews import Desk, problem
from tests.factories.visits import GOOD, Visit, publish, visit

CRITICAL = """
key: critical
languages: [en]
title: {en: With critical items}
scoring: {coverage_floor: 80}
sections:
  - key: A
    title: {en: Safety}
    weight: 50
    items:
      - {key: A1, kind: yes_no, weight: 1, tag: must_be, critical: fail_visit,
         text: {en: Is the exit free?}}
      - {key: A2, kind: yes_no, weight: 3, tag: linear, text: {en: Is the floor dry?}}
  - key: B
    title: {en: Staff}
    weight: 50
    items:
      - {key: B1, kind: yes_no, weight: 1, tag: linear, na: true, text: {en: Were you greeted?}}
"""
A1, A2, B1 = "A1", "A2", "B1"


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain, CRITICAL))


def answers(a1: str, a2: str, b1: str | None) -> dict[str, Any]:
    staff: dict[str, Any] = {"na": True, "reason": "nobody there"} if b1 is None else {"value": b1}
    return {A1: {"value": a1}, A2: {"value": a2}, B1: staff}


def audited(desk: Desk, store: str, *given_: str | None, **more: Any) -> Visit:
    a1, a2, b1 = given_
    what = desk.visit(store=store, answers=answers(a1 or "", a2 or "", b1), **more)
    return desk.send(what)


def compared(desk: Desk, who: str = "ana", **query: Any) -> list[dict[str, Any]]:
    answer = desk.get(who, "/compare/stores", **query)
    assert answer.status_code == 200, answer.get_json()
    lines: list[dict[str, Any]] = answer.get_json()["stores"]
    return lines


@pytest.mark.database
def test_means_visits_fails_and_coverage_by_store_and_section(desk: Desk) -> None:
    audited(desk, "N1", "yes", "yes", "yes")  # 100
    audited(desk, "N1", "yes", "no", "yes")  # A 25, B 100 → 62.5
    audited(desk, "N1", "no", "yes", "no")  # A 75, B 0 → 37.5, failed by A1
    audited(desk, "N1", "yes", "yes", None)  # half is not covered: not rated
    [line] = compared(desk)
    assert line["store"]["code"] == "N1"
    assert line["store"]["region"] == "North"
    assert (line["kind"], line["checklist"]) == ("announced_audit", "critical")
    assert (line["visits"], line["not_rated"], line["fails"]) == (4, 1, 1)
    assert (line["mean"], line["coverage"]) == ("66.7", "100.0")
    assert line["sections"] == [
        {"section": "A", "mean": "66.7", "visits": 3, "fails": 1, "coverage": "100.0"},
        {"section": "B", "mean": "66.7", "visits": 3, "fails": 0, "coverage": "100.0"},
    ]


THIRDS = """
key: thirds
languages: [en]
title: {en: With thirds}
scoring: {coverage_floor: 0}
sections:
  - key: A
    title: {en: Shelf}
    weight: 100
    items:
      - {key: A1, kind: count, of: 3000, weight: 1, tag: linear,
         text: {en: How many of 3000 are full?}}
"""


@pytest.mark.database
def test_the_mean_of_endless_fractions_is_printed_as_the_exact_mean(
    client: FlaskClient, chain: Chain
) -> None:
    """200/3 and 1747/30 have a mean of exactly 62.45, printed half up."""
    desk = Desk(client, chain, publish(chain, THIRDS))
    for full in (2000, 1747):
        desk.send(desk.visit(answers={"A1": {"value": full}}))
    [line] = compared(desk)
    assert (line["mean"], line["sections"][0]["mean"]) == ("62.5", "62.5")


@pytest.mark.database
def test_kinds_are_never_averaged_together(desk: Desk) -> None:
    audited(desk, "N1", "yes", "yes", "yes")
    own = visit(desk.chain, desk.version, kind="self_check", answers=answers("yes", "no", "no"))
    desk.send(own, "sam")
    lines = compared(desk)
    assert [(line["kind"], line["mean"]) for line in lines] == [
        ("announced_audit", "100.0"),
        ("self_check", "12.5"),
    ]
    assert [line["kind"] for line in compared(desk, kind="self_check")] == ["self_check"]


@pytest.mark.database
def test_checklists_are_never_averaged_together(desk: Desk, client: FlaskClient) -> None:
    audited(desk, "N1", "yes", "no", "yes")
    small = Desk(client, desk.chain, publish(desk.chain))
    small.send(small.visit(answers=dict(GOOD)))
    assert [line["checklist"] for line in compared(desk)] == ["critical", "small"]
    assert [line["checklist"] for line in compared(desk, checklist="small")] == ["small"]


@pytest.mark.database
def test_only_what_is_released_counts_and_only_as_it_stands_now(desk: Desk) -> None:
    shop = audited(desk, "N1", "yes", "yes", "yes", kind="mystery_shop")
    assert compared(desk) == []
    change = {"item": A2, "answer": {"value": "no"}}
    desk.post("ana", f"/audits/{shop.id}/revisions", revision=1, reason="wet", changes=[change])
    desk.release(shop, revision=2)
    [line] = compared(desk)
    assert (line["visits"], line["mean"]) == (1, "62.5")
    assert [part["visits"] for part in line["sections"]] == [1, 1]


@pytest.mark.database
def test_rounds_periods_and_regions_choose_the_visits(desk: Desk) -> None:
    first = audited(desk, "N1", "yes", "yes", "yes")
    audited(desk, "H1", "yes", "yes", "yes")
    audited(desk, "S1", "yes", "yes", "yes")
    with db.transaction(desk.chain.organisation.id) as session:
        asked = first.document["assignment_id"]
        round_id = session.scalar(select(Assignment.round_id).where(Assignment.id == asked))

    def codes(**query: Any) -> list[str]:
        return [line["store"]["code"] for line in compared(desk, **query)]

    assert codes() == ["H1", "N1", "S1"]
    assert codes(round=round_id) == ["N1"]
    assert codes(region=desk.chain.regions["north"].id) == ["H1", "N1"]
    assert codes(visited_until="2020-01-01") == []
    assert codes(visited_from="2020-01-01") == ["H1", "N1", "S1"]


@pytest.mark.database
def test_a_regional_manager_compares_the_own_region(desk: Desk) -> None:
    for store in ("N1", "H1", "S1"):
        audited(desk, store, "yes", "yes", "yes")
    assert [line["store"]["code"] for line in compared(desk, "ben")] == ["H1", "N1"]
    assert compared(desk, "ben", region=desk.chain.regions["south"].id) == []
    assert compared(desk, "dan") == []


@pytest.mark.database
@pytest.mark.parametrize("who", ["sam", "cleo"])
def test_stores_and_auditors_compare_nothing(desk: Desk, who: str) -> None:
    assert problem(desk.get(who, "/compare/stores")) == (403, "not-allowed")


@pytest.mark.database
def test_without_a_token_nothing_is_compared(desk: Desk) -> None:
    answer = desk.client.get("/api/v1/compare/stores")
    assert problem(answer) == (401, "not-signed-in")


@pytest.mark.database
@pytest.mark.parametrize(
    "query",
    [{"kind": "party"}, {"format": "xls"}, {"round": "one"},
     {"visited_from": "2026-02-01", "visited_until": "2026-01-01"}],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(desk: Desk, query: dict[str, str]) -> None:
    assert problem(desk.get("ana", "/compare/stores", **query)) == (422, "invalid")


@pytest.mark.database
def test_as_a_file_for_spreadsheets(desk: Desk) -> None:
    audited(desk, "N1", "no", "yes", "yes")
    by_name = desk.get("ana", "/compare/stores", format="csv")
    by_header = desk.client.get(
        "/api/v1/compare/stores", headers=desk.chain.as_("ana") | {"Accept": "text/csv"}
    )
    assert by_name.data == by_header.data
    assert by_name.content_type == "text/csv; charset=utf-8"
    assert by_name.data.startswith(b"\xef\xbb\xbfstore_code,")
    rows = list(csv.DictReader(io.StringIO(by_name.data.decode("utf-8-sig"))))
    assert [(row["section"], row["mean"], row["fails"]) for row in rows] == [
        ("", "87.5", "1"),
        ("A", "75.0", "1"),
        ("B", "100.0", "0"),
    ]


@pytest.mark.database
def test_browsers_get_json(desk: Desk) -> None:
    headers = desk.chain.as_("ana") | {"Accept": "text/html,*/*;q=0.8"}
    answer = desk.client.get("/api/v1/compare/stores", headers=headers)
    assert answer.content_type == "application/json"


@pytest.mark.database
def test_twelve_stores_take_as_many_queries_as_one(desk: Desk, queries: Any) -> None:
    audited(desk, "N1", "yes", "yes", "yes")
    compared(desk)
    with queries() as for_one:
        compared(desk)
    for store in ("N1", "N2", "H1", "S1"):
        for kind in ("announced_audit", "staff_observation", "self_check"):
            audited(desk, store, "yes", "no", "yes", kind=kind)
    with queries() as for_twelve:
        assert len(compared(desk)) == 12
    assert len(for_twelve) == len(for_one)


percentages = st.decimals(0, 100, places=4)


@given(percentages)
def test_what_is_printed_is_rounded_half_up(value: Decimal) -> None:
    shown = Decimal(rules.as_printed(value) or "")
    assert shown == printed(Fraction(value))
    assert -Decimal("0.05") < shown - value <= Decimal("0.05")


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    cell = str(rules.harmless(text))
    assert cell.lstrip(" ")[:1] not in set("=+-@\t\r\n＝＋－＠") - {""}
    assert cell in {text, f"'{text}"}


@pytest.mark.parametrize("text", ["=1+1", "  =1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1"])
def test_a_formula_becomes_text(text: str) -> None:
    assert rules.harmless(text) == f"'{text}"


def test_numbers_and_plain_text_stay_as_they_are() -> None:
    assert [rules.harmless(cell) for cell in (-1, "N1", "", None)] == [-1, "N1", "", None]
