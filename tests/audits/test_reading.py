"""Audits read: who sees which of them, in which view, and how lists go on."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from auditapi.core import db
from auditapi.reports.evidence import queries as evidence_queries
from auditapi.reports.evidence import service as evidence
from auditapi.reports.gathering import Wanted, gather
from auditapi.reports.privacy import for_audience
from tests.factories.chain import Chain
from tests.factories.reviews import Desk, problem
from tests.factories.visits import GOOD, Visit, declared, fresh_jpeg, publish, visit

pytestmark = pytest.mark.database

PRIVATE = """
key: private
languages: [en]
title: {en: With things for head office}
sections:
  - key: A
    title: {en: Shelf}
    weight: 60
    items:
      - {key: A1, kind: yes_no, weight: 3, tag: must_be, text: {en: Is the shelf full?}}
      - {key: A2, kind: photo, required: false, text: {en: Photograph it.}}
  - key: H
    title: {en: Proof}
    items:
      - {key: H1, kind: photo, required: false, audience: head_office, text: {en: The receipt}}
      - {key: H2, kind: yes_no, audience: head_office, text: {en: Was the name on the badge?}}
      - {key: H3, kind: text, required: false, audience: head_office, text: {en: Who served you?}}
      - {key: H4, kind: signature, required: false, text: {en: Signed by}}
"""


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


@pytest.fixture
def private(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain, PRIVATE))


def ids(desk: Desk, who: str, **query: Any) -> list[str]:
    answer = desk.get(who, "/audits", **query)
    assert answer.status_code == 200, answer.get_json()
    return [row["id"] for row in answer.get_json()["audits"]]


def shop_with_secrets(desk: Desk) -> tuple[Visit, bytes, bytes]:
    """A mystery shop that holds everything a store may not see."""
    shelf, receipt = fresh_jpeg(), fresh_jpeg()
    shop = desk.mystery_shop(
        shelf,
        receipt,
        answers={
            "A1": {"value": "yes", "note": "cleo  example came in at 10:02"},
            "H2": {"value": "yes"},
            "H3": {"value": "Min-ji at the till"},
            "H4": {"value": {"name": "Cleo Example", "strokes": [[[0, 0], [1, 1]]]}},
        },
        photos=[
            declared(shelf, item="A2", caption="by Cleo Example", location={"latitude": 1}),
            declared(receipt, item="H1"),
        ],
        positions=[{"what": "arrived", "latitude": 37.5, "longitude": 127.0}],
    )
    return shop, shelf, receipt


@pytest.mark.parametrize("who", ["ana", "ada", "ben", "cleo"])
def test_before_its_release_stores_and_regions_see_nothing(desk: Desk, who: str) -> None:
    shop = desk.mystery_shop()
    sees = who in {"ana", "ada", "cleo"}
    assert ids(desk, who) == ([shop.id] if sees else [])
    assert ids(desk, "sam") == []
    assert desk.audit_of("sam", shop).status_code == 404
    desk.release(shop)
    assert ids(desk, who) == [desk.known_as(who, shop)]
    assert ids(desk, "sam") == [desk.known_as("sam", shop)]


def test_stores_and_regions_see_their_own_stores_only(desk: Desk) -> None:
    made = {code: desk.send(desk.visit(store=code)) for code in ("N1", "N2", "H1", "S1")}
    assert ids(desk, "sam") == [desk.known_as("sam", made["N1"])]
    north = {desk.known_as("ben", made[code]) for code in ("N1", "N2", "H1")}
    assert set(ids(desk, "ben")) == north
    assert ids(desk, "dan") == ids(desk, "cora") == []
    for who, status in {"sam": 404, "ben": 404, "cora": 404, "dan": 404, "ana": 200}.items():
        for path in ("details", "score"):
            found = desk.audit_of(who, made["S1"], path).status_code
            assert found == (403 if (who, path) == ("cora", "score") else status), (who, path)


def test_the_store_learns_nothing_it_may_not_know(private: Desk) -> None:
    shop, _shelf, _receipt = shop_with_secrets(private)
    private.release(shop)
    answer = private.audit_of("sam", shop)
    assert answer.status_code == 200, answer.get_json()
    told = answer.get_json()
    assert (told["view"], told["auditor"]) == ("store", {"code": "CLEO"})
    assert told["daypart"] in {"night", "morning", "afternoon", "evening"}
    shown = {entry["item"]: entry["answer"] for entry in told["answers"]}
    assert shown["A1"] == {"value": "yes", "note": "[…] came in at 10:02"}
    assert shown["H4"] == {"value": {"name": None, "strokes": []}}
    assert set(shown) == {"A1", "H4"}
    assert [photo["item"] for photo in told["photos"]] == ["A2"]
    assert told["photos"][0]["caption"] == "by […]"
    plain = json.dumps(told, ensure_ascii=False)
    secrets = ("Cleo", "Min-ji", "H2", "H3", "positions", "latitude")
    moments = ("started", "finished", "sealed", "received", "completed", "released", "taken")
    for secret in (*secrets, *(f'"{moment}_at"' for moment in moments)):
        assert secret not in plain, secret


def test_the_stores_score_leaves_private_items_out(private: Desk) -> None:
    shop, *_ = shop_with_secrets(private)
    private.release(shop)
    told = private.audit_of("sam", shop, "score").get_json()
    assert {item["key"] for item in told["items"]} == {"A1", "A2", "H4"}
    whole = private.get("ana", f"/audits/{shop.id}/score").get_json()
    assert {item["key"] for item in whole["items"]} == {"A1", "A2", "H1", "H2", "H3", "H4"}
    assert told["overall"] == whole["overall"]
    again = private.audit_of("sam", shop, "score", revision=7)
    assert again.get_json() == told
    assert private.get("ana", f"/audits/{shop.id}/score", revision=7).status_code == 404


def test_head_office_sees_all_of_it(private: Desk) -> None:
    shop, *_ = shop_with_secrets(private)
    told = private.get("ana", f"/audits/{shop.id}/details").get_json()
    assert (told["view"], told["auditor"]["name"]) == ("head_office", "Cleo Example")
    assert told["positions"][0]["what"] == "arrived"
    assert {photo["item"] for photo in told["photos"]} == {"A2", "H1"}
    assert told["photo_counts"] == {
        "declared": 2, "stored": 2, "missing": 0, "refused": 0, "lost": 0,
    }  # fmt: skip
    assert told["score"]["outcome"] == told["outcome"] == "pass"
    assert told["percentage"] == "100.0"


def test_the_auditor_follows_an_audit_without_its_score(desk: Desk) -> None:
    shop = desk.mystery_shop()
    row = desk.get("cleo", "/audits").get_json()["audits"][0]
    told = desk.get("cleo", f"/audits/{shop.id}/details").get_json()
    assert (row["view"], row["release"], row["delivery"]) == ("auditor", "waiting", "delivered")
    hidden = {"outcome", "percentage", "band", "coverage", "score", "flags", "auditor"}
    assert hidden & (row.keys() | told.keys()) == set()
    assert {entry["item"] for entry in told["answers"]} == set(GOOD)
    assert desk.get("cleo", f"/audits/{shop.id}/score").status_code == 403


def test_a_returned_audit_tells_its_auditor_why(desk: Desk) -> None:
    shop = desk.mystery_shop()
    until = "2099-01-01T00:00:00+00:00"
    desk.post("ana", f"/audits/{shop.id}/return", revision=1, reason="No receipt.", until=until)
    told = desk.get("cleo", f"/audits/{shop.id}/details").get_json()
    assert (told["review_note"], told["returned_until"]) == ("No receipt.", until)


def test_a_revision_stands_beside_the_original(desk: Desk) -> None:
    audit = desk.send(desk.visit())
    change = {"item": "A1", "answer": {"value": "no", "note": "Cleo Example agrees"}}
    desk.post("ana", f"/audits/{audit.id}/revisions", revision=1, reason="By ana example's eyes",
              changes=[change])  # fmt: skip
    told = desk.get("ada", f"/audits/{audit.id}/details").get_json()
    first = told["answers"][0]
    assert (first["answer"], first["original"]) == (change["answer"], {"value": "yes"})
    assert [revision["number"] for revision in told["revisions"]] == [1, 2]
    assert told["revisions"][1]["author"]["name"] == "Ana Example"
    store = desk.audit_of("sam", audit).get_json()
    [revision] = store["revisions"]
    assert revision["reason"] == "By […]'s eyes"
    assert revision["changes"][0]["before"] == {"value": "yes"}
    assert revision["changes"][0]["answer"] == {"value": "no", "note": "[…] agrees"}
    assert "author" not in revision
    assert "made_at" not in revision


def test_whoever_ever_signed_is_hidden_from_the_store_on_its_page_and_on_paper(
    private: Desk,
) -> None:
    """The first revision and the second each replaced the name before."""

    def signed(name: str) -> dict[str, Any]:
        return {"item": "H4", "answer": {"value": {"name": name, "strokes": [[[0, 0], [1, 1]]]}}}

    note = {"item": "A1", "answer": {"value": "yes", "note": "Mia Roe signed, then Jan Lim"}}
    shop, *_ = shop_with_secrets(private)
    for number, changes in enumerate(([signed("Mia Roe")], [signed("Jan Lim"), note]), start=1):
        body = {"revision": number, "reason": "Read anew.", "changes": changes}
        private.post("ana", f"/audits/{shop.id}/revisions", **body)
    private.release(shop, revision=3)
    told = private.audit_of("sam", shop).get_json()
    shown = {entry["item"]: entry["answer"] for entry in told["answers"]}
    assert shown["A1"]["note"] == "[…] signed, then […]"
    wanted = Wanted(UUID(shop.id), 3, "store", "en", "full", "A4")
    with db.transaction(private.chain.organisation.id):
        evidence.sign(evidence_queries.audit(wanted.audit_id), wanted.revision)
        report = for_audience(gather(wanted).report)
    assert report.answers["A1"]["note"] == "[…] signed, then […]"
    assert report.signers == ()


def test_what_head_office_changed_before_the_release_is_no_news_to_the_store(desk: Desk) -> None:
    shop = desk.mystery_shop()
    change = {"item": "A1", "answer": {"value": "no", "note": "empty"}}
    desk.post("ana", f"/audits/{shop.id}/revisions", revision=1, reason="x", changes=[change])
    desk.release(shop, revision=2)
    told = desk.audit_of("sam", shop).get_json()
    assert told["revisions"] == []
    assert told["answers"][0] == {"item": "A1", "answer": change["answer"]}


def test_photos_under_way_are_counted(desk: Desk) -> None:
    first, second = fresh_jpeg(), fresh_jpeg()
    desk.send(desk.visit(first, second), photos=False)
    desk.send_photo(first)
    row = desk.get("ana", "/audits").get_json()["audits"][0]
    assert (row["photo_counts"]["stored"], row["photo_counts"]["declared"]) == (1, 2)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "self_check"}, ["self"]),
        ({"outcome": "not_rated"}, []),
        ({"outcome": "pass"}, ["shop", "self", "south"]),
        ({"release": "waiting"}, ["shop"]),
        ({"acceptance": "quarantined"}, ["odd"]),
        ({"delivery": "awaiting_photos"}, ["odd"]),
        ({"checklist": "small"}, ["odd", "shop", "self", "south"]),
        ({"checklist": "another"}, []),
        ({"visited_from": "2020-01-01", "visited_until": "2020-01-31"}, []),
        ({"visited_from": "2020-01-01"}, ["odd", "shop", "self", "south"]),
    ],
)
def test_the_list_is_filtered(desk: Desk, query: dict[str, str], found: list[str]) -> None:
    made = _four(desk)
    assert ids(desk, "ana", **query) == [made[name] for name in found]


def _four(desk: Desk) -> dict[str, str]:
    south = desk.send(desk.visit(store="S1"))
    own = desk.send(visit(desk.chain, desk.version, kind="self_check"), "sam")
    shop = desk.mystery_shop()
    odd = desk.send(desk.visit(fresh_jpeg(), answers={}), photos=False)
    return {"south": south.id, "self": own.id, "shop": shop.id, "odd": odd.id}


def test_the_list_is_filtered_by_place_and_person(desk: Desk) -> None:
    made = _four(desk)
    chain = desk.chain
    assert ids(desk, "ana", store=chain.stores["S1"].id) == [made["south"]]
    assert ids(desk, "ana", region=chain.regions["south"].id) == [made["south"]]
    harbour = desk.send(desk.visit(store="H1"))
    assert harbour.id in ids(desk, "ana", region=chain.regions["north"].id)
    assert ids(desk, "ana", auditor=chain.sam.id) == [made["self"]]


def test_a_store_can_not_find_out_who_came_by_asking(desk: Desk) -> None:
    desk.send(desk.visit())
    assert len(ids(desk, "sam")) == 1
    assert ids(desk, "sam", auditor=desk.chain.cleo.id) == []
    assert ids(desk, "ben", auditor=desk.chain.cleo.id) == []


def test_an_auditor_can_not_find_out_the_result_by_asking(desk: Desk) -> None:
    desk.send(desk.visit())
    assert len(ids(desk, "cleo")) == 1
    assert ids(desk, "cleo", outcome="pass") == ids(desk, "cleo", outcome="fail") == []


@pytest.mark.parametrize(
    "query",
    [{"kind": "party"}, {"outcome": "great"}, {"store": "N1"}, {"cursor": "x"}, {"limit": 0},
     {"visited_from": "2026-02-01", "visited_until": "2026-01-01"}],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused(desk: Desk, query: dict[str, Any]) -> None:
    assert problem(desk.get("ana", "/audits", **query)) == (422, "invalid")


def test_pages_survive_arrivals(desk: Desk) -> None:
    made = [desk.send(desk.visit()).id for _ in range(5)]
    first = desk.get("ana", "/audits", limit=2).get_json()
    desk.send(desk.visit())
    second = desk.get("ana", "/audits", limit=2, cursor=first["next"]).get_json()
    third = desk.get("ana", "/audits", limit=2, cursor=second["next"]).get_json()
    seen = [row["id"] for page in (first, second, third) for row in page["audits"]]
    assert seen == made[::-1]
    assert third["next"] is None


@pytest.mark.parametrize("who", ["ana", "ben", "cleo"])
def test_the_list_takes_as_many_queries_for_twelve_as_for_one(
    desk: Desk, queries: Any, who: str
) -> None:
    desk.send(desk.visit())
    ids(desk, who)
    with queries() as for_one:
        assert len(ids(desk, who)) == 1
    for store in ("N1", "N2", "H1"):
        for _ in range(3):
            desk.send(desk.visit(store=store))
        desk.send(desk.visit(fresh_jpeg(), store=store))
    with queries() as for_more:
        assert len(ids(desk, who)) == 13
    assert len(for_more) == len(for_one)


def test_details_take_as_many_queries_for_twelve_photos_as_for_one(
    desk: Desk, queries: Any
) -> None:
    few = desk.send(desk.visit(fresh_jpeg()))
    many = desk.send(desk.visit(*(fresh_jpeg() for _ in range(12))))
    desk.get("ana", f"/audits/{few.id}/details")
    with queries() as for_one:
        desk.get("ana", f"/audits/{few.id}/details")
    with queries() as for_twelve:
        told = desk.get("ana", f"/audits/{many.id}/details").get_json()
    assert len(told["photos"]) == 12
    assert len(for_twelve) == len(for_one)


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    for path in ("details", "score", "activity"):
        answer = desk.get("ana", f"/audits/{uuid4()}/{path}")
        assert problem(answer) == (404, "not-found")


@pytest.mark.parametrize("path", ["", "/{id}/details", "/{id}/score", "/{id}/activity"])
def test_without_a_token_nothing_is_read(desk: Desk, path: str) -> None:
    audit = desk.send(desk.visit())
    answer = desk.client.get(f"/api/v1/audits{path.format(id=audit.id)}")
    assert problem(answer) == (401, "not-signed-in")
