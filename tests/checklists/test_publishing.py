"""Publishing: a checklist is frozen for ever, and read, compared and withdrawn by version."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from auditapi.checklists import parsed
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.activity import Activity
from tests.checklists.builders import Data, data, item, section
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
CHECKLISTS = "/api/v1/checklists"
SHIPPED = Path(__file__).parents[2] / "checklists"
YAML = """\
key: tills
languages: [en]
title: {en: Tills}
sections:
  - key: A
    title: {en: Queue}
    weight: 10
    items:
      - {key: A1, kind: yes_no, weight: 3, tag: linear, text: {en: A second till open?}}
"""


def tills(*more: Data, weight: float = 3, **changes: Any) -> Data:
    items = [item("A1", weight=weight, **changes), *more]
    return data(section("A", *items), key="tills")


def publish(
    client: FlaskClient, chain: Chain, body: Data, name: str = "ada", **query: str
) -> TestResponse:
    headers = chain.posting_as(name)
    return client.post(CHECKLISTS, json=body, headers=headers, query_string=query)


def publish_yaml(client: FlaskClient, chain: Chain, text: str | bytes) -> TestResponse:
    headers = chain.posting_as("ada")
    return client.post(CHECKLISTS, data=text, content_type="application/yaml", headers=headers)


def get(client: FlaskClient, chain: Chain, path: str, name: str = "ana", **query: Any) -> Any:
    headers = chain.as_(name)
    answer = client.get(f"{CHECKLISTS}{path}", query_string=query or None, headers=headers)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_a_checklist_in_yaml_becomes_version_one(client: FlaskClient, chain: Chain) -> None:
    answer = publish_yaml(client, chain, YAML)
    assert answer.status_code == 201
    version = answer.get_json()
    assert (version["key"], version["version"], version["withdrawn_at"]) == ("tills", 1, None)
    assert version["title"] == {"en": "Tills"}
    document = get(client, chain, "/tills/versions/1", "cleo")
    assert document["sections"][0]["items"][0]["text"] == {"en": "A second till open?"}


def test_yaml_and_json_of_one_content_are_one_text(client: FlaskClient, chain: Chain) -> None:
    first = publish_yaml(client, chain, YAML).get_json()
    document = get(client, chain, "/tills/versions/1")
    again = publish(client, chain, document)
    assert again.status_code == 422
    assert again.get_json()["type"] == "/problems/invalid-checklist"
    assert again.get_json()["detail"] == "This very text is published already."
    assert get(client, chain, "/tills/newest")["sha256"] == first["sha256"]


def test_a_version_is_the_bytes_that_its_digest_names(client: FlaskClient, chain: Chain) -> None:
    version = publish_yaml(client, chain, (SHIPPED / "service-standard.yaml").read_bytes())
    path = f"{CHECKLISTS}/service-standard/versions/1"
    answer = client.get(path, headers=chain.as_("cleo"))
    assert hashlib.sha256(answer.data).hexdigest() == version.get_json()["sha256"]
    assert answer.headers["ETag"] == f'"{version.get_json()["sha256"]}"'
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Authorization"
    etag = answer.headers["ETag"]
    for known in (etag, f"W/{etag}"):  # weak: a proxy has packed it
        again = client.get(path, headers={**chain.as_("cleo"), "If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
    other = {**chain.as_("cleo"), "If-None-Match": '"something else"'}
    assert client.get(path, headers=other).status_code == 200


def test_the_bytes_are_the_same_when_they_come_from_the_database(
    client: FlaskClient, chain: Chain
) -> None:
    path = f"{CHECKLISTS}/after-sales-desk/versions/1"
    publish_yaml(client, chain, (SHIPPED / "after-sales-desk.yaml").read_bytes())
    first = client.get(path, headers=chain.as_("cleo"))
    parsed._kept.clear()
    assert client.get(path, headers=chain.as_("cleo")).data == first.data


def test_every_fault_is_told_with_its_place_and_line(client: FlaskClient, chain: Chain) -> None:
    wrong = YAML.replace("weight: 3", "weight: lots").replace("{en: Queue}", "{ko: 줄}")
    answer = publish_yaml(client, chain, wrong)
    assert answer.status_code == 422
    body = answer.get_json()
    assert body["type"] == "/problems/invalid-checklist"
    assert {(error["path"], error["line"]) for error in body["errors"]} >= {
        ("sections[0].items[0].weight", 9),
        ("sections[0].title.en", 6),
    }
    assert client.get(CHECKLISTS, headers=chain.as_("ana")).get_json() == {"checklists": []}


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"key: [", "application/yaml", 422),
        (b"\xff\xfe", "application/yaml", 422),
        (b"", "application/yaml", 422),
        (b"{", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b'{"key": NaN}', "application/json", 422),
        (b"key: tills", "text/plain", 415),
        (b"# \n" * 800_000, "application/yaml", 413),
    ],
)
def test_what_is_no_checklist_is_refused(
    client: FlaskClient, chain: Chain, body: bytes, media_type: str, status: int
) -> None:
    headers = chain.posting_as("ada")
    answer = client.post(CHECKLISTS, data=body, content_type=media_type, headers=headers)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def sent_as_json(client: FlaskClient, chain: Chain, body: str, path: str = "") -> TestResponse:
    headers = chain.posting_as("ada")
    return client.post(
        f"{CHECKLISTS}{path}", data=body, content_type="application/json", headers=headers
    )


def places(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 422, answer.get_json()
    return {error["path"]: error["message"] for error in answer.get_json()["errors"]}


@pytest.mark.parametrize("path", ["", "/preview"])
@pytest.mark.parametrize("character", [r"\u0000", r"\ud800"])
def test_characters_that_cannot_be_kept_are_refused(
    client: FlaskClient, chain: Chain, character: str, path: str
) -> None:
    body = json.dumps(tills()).replace("A1?", f"a{character}b")
    assert places(sent_as_json(client, chain, body, path)) == {
        "sections[0].items[0].text.en": "must not contain NUL or half a character"
    }


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"key": "A1"', r'"key": "A\u00001"', "sections[0].items[0].key"),
        ('"key": "A1"', r'"key": "A1", "\ud800x": 1', "sections[0].items[0].\ufffdx"),
        ('"en": "A"', r'"en": "A", "k\u0000": "B"', "sections[0].title.k\ufffd"),
        ('"key": "tills"', r'"key": "tills\ud800"', "key"),
        ('"yes_no"', r'"choice", "options": [{"key": "\u0000", "text": {"en": "x"}}]',
         "sections[0].items[0].options[0].key"),
        ('"yes_no"', r'"yes_no", "show_if": {"store": "a", "in": ["\ud800"]}',
         "sections[0].items[0].show_if.in[0]"),
    ],
)  # fmt: skip
def test_a_name_or_key_that_cannot_be_kept_is_placed(
    client: FlaskClient, chain: Chain, old: str, new: str, path: str
) -> None:
    body = json.dumps(tills())
    assert old in body
    answer = sent_as_json(client, chain, body.replace(old, new, 1))
    assert answer.status_code == 422
    unkept = "must not contain NUL or half a character"
    assert path in {
        error["path"] for error in answer.get_json()["errors"] if unkept in error["message"]
    }


def test_a_name_given_twice_in_json_is_refused_with_its_place(
    client: FlaskClient, chain: Chain
) -> None:
    body = json.dumps(tills())
    body = body.replace('"key": "tills"', '"key": "other", "key": "tills"')
    body = body.replace('"weight": 3', '"weight": 3, "weight": 4, "weight": 4')
    assert places(sent_as_json(client, chain, body)) == {
        "key": "is given twice",
        "sections[0].items[0].weight": "is given twice",
    }
    assert get(client, chain, "") == {"checklists": []}


def test_json_nested_too_deeply_is_refused(client: FlaskClient, chain: Chain) -> None:
    condition = '{"not": ' * 400 + '{"store": "a", "is": 1}' + "}" * 400
    body = json.dumps(tills()).replace('"yes_no"', f'"yes_no", "show_if": {condition}')
    assert places(sent_as_json(client, chain, body)) == {
        "": "is nested too deeply: at most 40 levels"
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            data(section("A", *(item(f"A{n}") for n in range(501)))),
            "must have at most 500 items together; there are 501",
        ),
        (
            data(*(section(f"S{n}", item(f"A{n}")) for n in range(101))),
            "must have at most 100 entries; there are 101",
        ),
    ],
)
def test_a_checklist_has_bounds(
    client: FlaskClient, chain: Chain, body: Data, message: str
) -> None:
    assert places(publish(client, chain, body)) == {"sections": message}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_that_could_not_be_read_back_is_refused(
    client: FlaskClient, chain: Chain, moment: str
) -> None:
    bounded = "must be a moment of the years 1990 to 2199"
    answer = publish(client, chain, tills(), available_from=moment)
    assert places(answer) == {"query.available_from": bounded}
    for path in ("", "/tills/newest"):
        answer = client.get(
            f"{CHECKLISTS}{path}", query_string={"at": moment}, headers=chain.as_("ana")
        )
        assert places(answer) == {"query.at": bounded}
    assert publish(client, chain, tills()).status_code == 201
    assert get(client, chain, "/tills/newest")["version"] == 1


def test_the_command_line_refuses_such_a_moment_too(app: Flask, chain: Chain) -> None:
    file, moment = str(SHIPPED / "store-self-check.yaml"), "0001-01-01T00:00:00+14:00"
    said = app.test_cli_runner().invoke(
        args=["checklist", "publish", chain.organisation.slug, file, "--available-from", moment]
    )
    assert said.exit_code == 1
    assert "available_from: must be a moment of the years 1990 to 2199" in said.output


def test_moments_are_told_in_universal_time(client: FlaskClient, chain: Chain) -> None:
    answer = publish(client, chain, tills(), available_from="2026-12-01T06:00:00+09:00")
    assert answer.get_json()["available_from"] == "2026-11-30T21:00:00+00:00"


def test_a_change_is_a_new_version_and_the_old_one_stays(client: FlaskClient, chain: Chain) -> None:
    publish(client, chain, tills())
    before = get(client, chain, "/tills/versions/1")
    assert publish(client, chain, tills(weight=5)).get_json()["version"] == 2
    assert get(client, chain, "/tills/versions/1") == before
    assert get(client, chain, "/tills/difference?from=1&to=2")["changes"] == [
        {"what": "item", "key": "A1", "change": "changed", "field": "weight", "old": 3, "new": 5}
    ]


def test_a_key_keeps_its_meaning_for_ever(client: FlaskClient, chain: Chain) -> None:
    publish(client, chain, tills(item("A2", weight=1)))
    publish(client, chain, tills())  # A2 is gone
    back = publish(client, chain, tills(item("A2", weight=1, good="no")))
    assert back.status_code == 422
    [error] = back.get_json()["errors"]
    assert error["path"] == "sections[0].items[1].good"
    assert "give a new key, replaces: A2" in error["message"]
    new_key = publish(client, chain, tills(item("A3", weight=1, good="no", replaces="A2")))
    assert new_key.get_json()["version"] == 3


def test_the_newest_is_handed_out_from_its_moment_on(client: FlaskClient, chain: Chain) -> None:
    publish(client, chain, tills())
    later = db.now() + timedelta(days=7)
    publish(client, chain, tills(weight=5), available_from=later.isoformat())
    assert get(client, chain, "/tills/newest")["version"] == 1
    assert get(client, chain, "/tills/newest", at=later.isoformat())["version"] == 2
    [listed] = get(client, chain, "", at=later.isoformat())["checklists"]
    assert (listed["key"], listed["version"]) == ("tills", 2)
    long_ago = (db.now() - timedelta(days=1)).isoformat()
    assert get(client, chain, "", at=long_ago)["checklists"] == []


def test_a_withdrawn_version_is_not_handed_out_but_stays_readable(
    client: FlaskClient, chain: Chain
) -> None:
    publish(client, chain, tills())
    publish(client, chain, tills(weight=5))
    path = f"{CHECKLISTS}/tills/versions/2/withdrawal"
    first = client.put(path, headers=chain.as_("ada")).get_json()["withdrawn_at"]
    assert client.put(path, headers=chain.as_("ada")).get_json()["withdrawn_at"] == first
    assert get(client, chain, "/tills/newest")["version"] == 1
    assert get(client, chain, "/tills/versions/2", "cleo")["key"] == "tills"
    assert client.delete(path, headers=chain.as_("ada")).get_json()["withdrawn_at"] is None
    assert get(client, chain, "/tills/newest")["version"] == 2


def test_versions_come_in_pages_the_newest_first(client: FlaskClient, chain: Chain) -> None:
    for weight in (1, 2, 3):
        publish(client, chain, tills(weight=weight))
    first = get(client, chain, "/tills/versions", limit=2)
    publish(client, chain, tills(weight=4))
    second = get(client, chain, "/tills/versions", limit=2, cursor=first["next"])
    numbers = [[row["version"] for row in page["versions"]] for page in (first, second)]
    assert numbers == [[3, 2], [1]]
    assert second["next"] is None


def test_two_chains_publish_the_same_key_apart(client: FlaskClient, chain: Chain) -> None:
    publish(client, chain, tills())
    assert publish(client, chain, tills(good="no"), "dan").get_json()["version"] == 1
    assert get(client, chain, "", "eve")["checklists"][0]["version"] == 1
    mine = get(client, chain, "/tills/versions/1")["sections"][0]["items"][0]
    assert "good" not in mine


def test_what_was_done_is_written_down(client: FlaskClient, chain: Chain) -> None:
    publish(client, chain, tills())
    client.put(f"{CHECKLISTS}/tills/versions/1/withdrawal", headers=chain.as_("ada"))
    with db.transaction(chain.organisation.id) as session:
        version = session.scalars(select(ChecklistVersion)).one()
        rows = session.scalars(select(Activity).where(Activity.subject_id == version.id)).all()
    assert {row.action: row.person_id for row in rows} == {
        "checklist.published": chain.ada.id,
        "checklist.withdrawn": chain.ada.id,
    }
    assert version.published_by == chain.ada.id


def test_a_repeated_request_publishes_once(client: FlaskClient, chain: Chain) -> None:
    headers = {**chain.as_("ada"), "Idempotency-Key": str(uuid4())}
    first = client.post(CHECKLISTS, json=tills(), headers=headers)
    again = client.post(CHECKLISTS, json=tills(), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()


def test_the_schema_is_there_for_everybody(client: FlaskClient, chain: Chain) -> None:
    answer = client.get(f"{CHECKLISTS}/schema.json")
    assert answer.status_code == 200
    assert answer.content_type == "application/schema+json"
    assert answer.get_json(force=True)["title"] == "Checklist"
    again = client.get(
        f"{CHECKLISTS}/schema.json", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_preview_says_what_publishing_would_do(client: FlaskClient, chain: Chain) -> None:
    publish(client, chain, tills())
    answer = client.post(
        f"{CHECKLISTS}/preview", json=tills(item("A2", weight=1)), headers=chain.as_("ana")
    )
    assert answer.status_code == 200
    body = answer.get_json()
    assert (body["key"], body["version"]) == ("tills", 2)
    assert [(change["key"], change["change"]) for change in body["changes"]] == [("A2", "added")]
    assert [(row["key"], row["share"]) for row in body["sections"][0]["items"]] == [
        ("A1", 75),
        ("A2", 25),
    ]
    assert get(client, chain, "/tills/newest")["version"] == 1
    refused = client.post(f"{CHECKLISTS}/preview", json=tills(good="no"), headers=chain.as_("ana"))
    assert refused.get_json()["type"] == "/problems/invalid-checklist"
