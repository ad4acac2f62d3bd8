"""The page /verify: what it knows of a PDF or a code, what it says is proven, and what not."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event, text, update
from sqlalchemy.orm.attributes import set_committed_value

from auditapi.audits.states import VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.reports.evidence import keys, routes, service
from auditapi.reports.evidence.models import SignedManifest
from auditapi.reports.models import Report
from auditapi.stores.models import Store
from tests.factories.chain import Chain, as_it_was
from tests.factories.reports import complete, get, render_waiting
from tests.factories.standing import bound, part_of, standing
from tests.factories.visits import Visit, publish

pytestmark = pytest.mark.database


@dataclass(frozen=True)
class Ready:
    """An announced audit whose report is ready, once for all tests here."""

    connection: Connection
    version: ChecklistVersion
    done: Visit


@pytest.fixture(scope="module")
def ready(engine: Engine, app: Flask, committed_chain: Chain) -> Iterator[Ready]:
    with standing(engine) as connection:
        with bound(connection):
            chain = as_it_was(committed_chain)
            version = publish(chain)
            done = complete(app.test_client(), chain, version)
            render_waiting(chain)
        yield Ready(connection, version, done)


@pytest.fixture
def connection(ready: Ready) -> Iterator[Connection]:
    with part_of(ready.connection) as opened:
        yield opened


@pytest.fixture
def version(ready: Ready) -> ChecklistVersion:
    return ready.version


@pytest.fixture
def done(ready: Ready, connection: Connection) -> Visit:
    return ready.done


def pdf_of(client: FlaskClient, chain: Chain, what: Visit, query: str = "") -> bytes:
    answer = get(client, chain, what, "ana", f"?view=store{query}")
    assert answer.status_code == 200
    return bytes(answer.data)


def send(client: FlaskClient, pdf: bytes, query: str = "") -> Any:
    data = {"pdf": (io.BytesIO(pdf), "report.pdf")}
    return client.post(f"/verify{query}", data=data, content_type="multipart/form-data")


def code_of(chain: Chain, what: Visit) -> str:
    with db.transaction(chain.organisation.id) as session:
        return str(session.query(SignedManifest).filter_by(audit_id=what.id).one().code)


def shown(answer: Any) -> dict[str, str]:
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", answer.text))


def heading(answer: Any) -> str:
    return str(re.findall(r'role="status">\s*<h2>(.*?)</h2>', answer.text)[0])


def test_a_pdf_that_was_issued_here_is_genuine(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    answer = send(client, pdf_of(client, chain, done))
    assert (answer.status_code, heading(answer)) == (200, "This PDF is genuine")
    facts = shown(answer)
    assert (facts["Store"], facts["Chain"], facts["Revision"]) == ("N1", "The Chain", "1")
    assert facts["This PDF"] == "Audit report, Store’s view, A4"
    assert "What this does not prove" in answer.text


def test_a_pdf_with_one_byte_changed_is_not_known(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    pdf = bytearray(pdf_of(client, chain, done))
    pdf[len(pdf) // 2] ^= 1
    answer = send(client, bytes(pdf))
    assert (answer.status_code, heading(answer)) == (404, "This PDF is not known here")
    assert shown(answer) == {}


def test_a_pdf_is_known_for_ever_even_when_its_row_is_gone(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    pdf = pdf_of(client, chain, done)
    with db.transaction(chain.organisation.id) as session:
        session.query(Report).delete()
    assert send(client, pdf).status_code == 200


def test_a_code_shows_the_facts_to_compare(client: FlaskClient, chain: Chain, done: Visit) -> None:
    code = code_of(chain, done)
    answer = client.get("/verify", query_string={"code": code.lower()})
    assert (answer.status_code, heading(answer)) == (200, "The code is genuine. Now compare")
    facts = shown(answer)
    assert facts["Code"].replace("-", "") == code
    assert (facts["Kind of audit"], facts["Result"]) == ("Announced audit", "96.3%, Passed, band A")
    assert facts["Photos"].startswith("1 ")


def test_the_report_prints_its_code_and_where_to_compare_it(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    pages = pypdf.PdfReader(io.BytesIO(pdf_of(client, chain, done))).pages
    words = "".join(page.extract_text() for page in pages)
    code = shown(client.get("/verify", query_string={"code": code_of(chain, done)}))["Code"]
    assert code in words
    assert f"/verify?code={code}" in words.replace("\n", "")


@pytest.mark.parametrize("kind", VisitKind)
def test_no_time_is_told_and_nobody_named(
    client: FlaskClient, chain: Chain, version: ChecklistVersion, kind: VisitKind
) -> None:
    what = complete(client, chain, version, kind)
    assert client.get(f"{what.path}/manifest", headers=chain.as_("ana")).status_code == 200
    answer = client.get("/verify", query_string={"code": code_of(chain, what)})
    received = shown(answer)["Received"]
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}", received)
    assert not re.search(r"\d:\d\d", answer.text)
    assert what.id not in answer.text
    assert "Cleo" not in answer.text


@pytest.mark.parametrize(
    ("lang", "words"), [("ko", "진본"), ("zh-Hant", "真的"), ("en", "genuine"), ("xx", "genuine")]
)
def test_the_page_speaks_the_readers_language(
    client: FlaskClient, chain: Chain, done: Visit, lang: str, words: str
) -> None:
    query = {"code": code_of(chain, done), "lang": lang}
    answer = client.get("/verify", query_string=query)
    assert words in heading(answer)
    by_browser = client.get("/verify", headers={"Accept-Language": lang})
    assert words in by_browser.text


def test_a_score_changed_behind_our_back_is_found_out(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    with db.transaction(chain.organisation.id) as session:
        session.execute(
            text("UPDATE scores SET explained = jsonb_set(explained, '{outcome}', '\"fail\"')")
        )
    answer = client.get("/verify", query_string={"code": code_of(chain, done)})
    assert heading(answer) == "The evidence is damaged"
    assert "no longer what was signed: the score." in answer.text


def test_a_checklist_changed_behind_our_back_is_found_out(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    """By the database's owner, that is: the app's role may not change what was published."""
    with db.transaction(chain.organisation.id) as session:
        changed = {**publish_document(session), "key": "x"}

    def as_changed(version: ChecklistVersion, _context: object) -> None:
        set_committed_value(version, "document", changed)

    event.listen(ChecklistVersion, "load", as_changed)
    try:
        answer = client.get("/verify", query_string={"code": code_of(chain, done)})
    finally:
        event.remove(ChecklistVersion, "load", as_changed)
    assert "no longer what was signed: the checklist." in answer.text


def publish_document(session: Any) -> dict[str, Any]:
    found = session.query(ChecklistVersion).one().document
    return dict(found)


def test_after_a_rotation_old_reports_still_verify_and_new_ones_use_the_new_key(
    client: FlaskClient, chain: Chain, done: Visit, version: ChecklistVersion
) -> None:
    pdf = pdf_of(client, chain, done)
    before = shown(send(client, pdf))["Signed with key"]
    with db.transaction(chain.organisation.id):
        new = keys.name_of(service.rotate_key()[0].public)
    assert shown(send(client, pdf))["Signed with key"] == before != new
    other = complete(client, chain, version)
    signed = client.get(f"{other.path}/manifest", headers=chain.as_("ana")).get_json()
    assert signed["key"] == new


def test_a_new_secret_key_makes_a_new_signing_key_and_forgets_none(
    client: FlaskClient,
    chain: Chain,
    done: Visit,
    version: ChecklistVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = client.get(f"{done.path}/manifest", headers=chain.as_("ana")).get_json()
    monkeypatch.setattr(keys, "_lock", lambda *_: b"another secret, another lock, 32")
    after = client.get(
        f"{complete(client, chain, version).path}/manifest", headers=chain.as_("ana")
    ).get_json()
    assert after["key"] != before["key"]
    assert send(client, pdf_of(client, chain, done)).status_code == 200


def test_the_manifest_can_be_checked_without_this_service(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    found = client.get(f"{done.path}/manifest", headers=chain.as_("ana")).get_json()
    public, signature = bytes.fromhex(found["public_key"]), bytes.fromhex(found["signature"])
    assert keys.holds(public, found["manifest"].encode(), signature)
    again = client.get(f"{done.path}/manifest", headers=chain.as_("ana")).get_json()
    assert again == found
    later = client.get(f"{done.path}/manifest?revision=2", headers=chain.as_("ana"))
    assert later.status_code == 404


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("sam", 403), ("dan", 404)])
def test_others_may_not_have_the_manifest(
    client: FlaskClient, chain: Chain, done: Visit, who: str, status: int
) -> None:
    answer = client.get(f"{done.path}/manifest", headers=chain.as_(who))
    assert answer.status_code == status


def test_guessing_is_slowed_down(client: FlaskClient, chain: Chain) -> None:
    tries = [client.get("/verify", query_string={"code": "7" * 20}) for _ in range(20)]
    assert {answer.status_code for answer in tries} == {404}
    refused = client.get("/verify", query_string={"code": "8" * 20})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 20
    assert send(client, b"%PDF-").status_code == 429


def test_what_is_found_is_not_held_against_anybody(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    code = code_of(chain, done)
    for _ in range(25):
        assert client.get("/verify", query_string={"code": code}).status_code == 200


@pytest.mark.parametrize("code", ["7K3M9", "<b>x</b>", "' OR 1=1 --"])
def test_what_is_no_code_is_refused_and_shown_harmlessly(client: FlaskClient, code: str) -> None:
    answer = client.get("/verify", query_string={"code": code})
    assert answer.status_code == 422
    assert "<b>x" not in answer.text


def test_the_page_runs_nothing_and_loads_nothing(client: FlaskClient) -> None:
    answer = client.get("/verify")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert f"<style>{routes.STYLE}</style>" in answer.text
    assert not re.search(r"<script|\son\w+=|\ssrc=|\sstyle=", answer.text)


def test_without_a_file_or_with_too_large_a_one_it_says_so(client: FlaskClient) -> None:
    empty = client.post("/verify", data={}, content_type="multipart/form-data")
    assert (empty.status_code, "Choose a PDF first." in empty.text) == (422, True)
    large = client.post(
        "/verify",
        data=b"--x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(routes.LARGEST_PDF + (1 << 20))},
    )
    assert (large.status_code, "larger than 60 MB" in large.text) == (413, True)


def test_nobody_learns_more_across_chains_than_whose_a_code_is(
    connection: Connection, chain: Chain, client: FlaskClient, done: Visit
) -> None:
    code = code_of(chain, done)
    with db.transaction(chain.other.id) as session:
        assert session.query(SignedManifest).all() == []
        found = session.scalar(text("SELECT organisation_of_manifest(:c)"), {"c": code})
    assert found == chain.organisation.id


@pytest.mark.parametrize("table", ["manifests", "issued_pdfs"])
def test_evidence_can_neither_be_changed_nor_deleted_by_the_app(
    connection: Connection, table: str
) -> None:
    for attempt in (f"DELETE FROM {table}", f"UPDATE {table} SET organisation_id = NULL"):
        savepoint = connection.begin_nested()
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text(attempt))
        savepoint.rollback()


def test_a_store_that_moved_keeps_what_was_signed(
    client: FlaskClient, chain: Chain, done: Visit
) -> None:
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Store).where(Store.code == "N1").values(code="N1-old"))
    answer = client.get("/verify", query_string={"code": code_of(chain, done)})
    assert (heading(answer)[:8], shown(answer)["Store"]) == ("The code", "N1")
