"""From a completed audit to its PDF over the API: made once, kept, shared, and refused."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from auditapi.audits.states import VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.people.models import Organisation
from auditapi.reports import jobs, service
from auditapi.reports.models import Report, ReportState, ShareLink
from tests.factories.chain import Chain
from tests.factories.known import known_as
from tests.factories.reports import complete, get, render_waiting
from tests.factories.reviews import Desk
from tests.factories.visits import publish
from tests.reports import pdf

pytestmark = pytest.mark.database


@pytest.fixture
def version(chain: Chain) -> ChecklistVersion:
    return publish(chain)


def test_the_report_is_asked_for_at_release_and_ready_when_the_job_is_done(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    what = complete(client, chain, version)
    waiting = get(client, chain, what, "ben", "?lang=en")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "2")
    render_waiting(chain)
    ready = get(client, chain, what, "ben", "?lang=en")
    assert ready.status_code == 200
    assert ready.data.startswith(b"%PDF-")
    assert "N1_small.pdf" in ready.headers["Content-Disposition"]
    again = get(client, chain, what, "ben", "?lang=en", If_None_Match=ready.headers["ETag"])
    assert again.status_code == 304


def test_a_part_of_the_report_can_be_had(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    what = complete(client, chain, version)
    render_waiting(chain)
    part = get(client, chain, what, "sam", Range="bytes=0-4")
    assert (part.status_code, part.data) == (206, b"%PDF-")


@pytest.mark.parametrize("who", ["cleo", "dan"])
def test_others_may_not_read_it(
    client: FlaskClient, chain: Chain, version: ChecklistVersion, who: str
) -> None:
    what = complete(client, chain, version)
    assert get(client, chain, what, who).status_code in {403, 404}


def test_a_store_never_gets_head_offices_view(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    what = complete(client, chain, version)
    assert get(client, chain, what, "sam", "?view=head_office").status_code == 404
    assert get(client, chain, what, "ana", "?view=head_office").status_code == 202


def test_before_its_release_a_mystery_shop_has_no_report_for_the_store(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    what = complete(client, chain, version, VisitKind.MYSTERY_SHOP)
    assert get(client, chain, what, "sam").status_code == 404
    assert get(client, chain, what, "ana").status_code == 202


@pytest.mark.parametrize("query", ["?lang=xx", "?paper=A3", "?view=all"])
def test_an_unknown_form_is_refused_with_its_name(
    client: FlaskClient, chain: Chain, version: ChecklistVersion, query: str
) -> None:
    answer = get(client, chain, complete(client, chain, version), "ana", query)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["path"].startswith("query.")


def shared(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> tuple[str, dict[str, str]]:
    """Where the share links of a report are listed, and the one that ben has made."""
    what = complete(client, chain, version)
    render_waiting(chain)
    links = f"/api/v1/audits/{known_as(chain, 'ben', what)}/share-links"
    return links, client.post(links, json={"days": 3}, headers=chain.posting_as("ben")).get_json()


def test_a_share_link_opens_without_an_account_until_it_is_revoked(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    links, link = shared(client, chain, version)
    listed = client.get(links, headers=chain.as_("ben")).get_json()["links"]
    assert [one["id"] for one in listed] == [link["id"]]
    path = link["url"].removeprefix("http://127.0.0.1:8000")
    assert client.get(path).data.startswith(b"%PDF-")
    gone = client.delete(f"/api/v1/share-links/{link['id']}", headers=chain.as_("ben"))
    assert gone.status_code == 204
    assert client.get(path).status_code == 404


def test_a_share_link_opens_nothing_once_it_has_expired(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    _, link = shared(client, chain, version)
    path = link["url"].removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    with db.transaction(chain.organisation.id) as session:
        expired = update(ShareLink).where(ShareLink.id == UUID(link["id"]))
        session.execute(expired.values(expires_at=db.now() - timedelta(seconds=1)))
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert "does not open any more" in answer.text


def test_at_release_the_store_s_report_is_asked_for_in_the_chain_s_language(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Organisation).values(language="ko"))
    complete(client, chain, version)
    [waiting] = rows(chain)
    assert (waiting.language, waiting.audience, waiting.variant) == ("ko", "store", "full")
    assert waiting.state is ReportState.WAITING
    shop = complete(client, chain, version, VisitKind.MYSTERY_SHOP)
    assert len(rows(chain)) == 1
    Desk(client, chain, version).release(shop)
    assert {row.audit_id for row in rows(chain)} == {waiting.audit_id, UUID(shop.id)}
    render_waiting(chain)
    ready = get(client, chain, shop, "sam")
    assert "매장용" in pdf.words(ready.data)


def rows(chain: Chain) -> list[Report]:
    with db.transaction(chain.organisation.id) as session:
        return list(session.scalars(select(Report)))


def test_a_report_is_asked_for_under_the_audit_that_release_locks(
    client: FlaskClient, chain: Chain, version: ChecklistVersion, queries: Any
) -> None:
    """Release asks for a report too: the row of somebody who waits for the release to end would
    make the release wait for them."""
    what = complete(client, chain, version, VisitKind.MYSTERY_SHOP)
    with queries() as made:
        assert get(client, chain, what, "ana", "?view=store").status_code == 202
    locking = ("FOR KEY SHARE", "INSERT INTO reports")
    told = [word for statement in made for word in locking if word in statement]
    assert told == list(locking)


def test_what_was_made_of_the_same_is_not_rendered_again(
    client: FlaskClient, chain: Chain, version: ChecklistVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outdated, asked for again, and nothing of what went into it has changed: same bytes."""
    what = complete(client, chain, version)
    render_waiting(chain)
    [made] = rows(chain)
    with db.transaction(chain.organisation.id):
        service.outdate(UUID(what.id))

    def render(*_given: object) -> bytes:
        raise AssertionError("rendered twice")

    monkeypatch.setattr(jobs, "render", render)
    assert get(client, chain, what, "sam").status_code == 202
    render_waiting(chain)
    [again] = rows(chain)
    assert (again.attempts, again.state) == (1, ReportState.READY)
    shared = ("object_key", "sha256", "input_hash", "bytes")
    assert [getattr(again, name) for name in shared] == [getattr(made, name) for name in shared]


def test_head_office_gets_a_report_for_the_archive_with_the_audit_s_data(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    what = complete(client, chain, version)
    assert get(client, chain, what, "ana", "?variant=archive").status_code == 202
    render_waiting(chain)
    answer = get(client, chain, what, "ana", "?variant=archive")
    with pikepdf.open(io.BytesIO(answer.data)) as opened:
        data = json.loads(opened.attachments["audit.json"].get_file().read_bytes())
        assert "pdfaid" in str(opened.open_metadata())
    assert data["audit"]["id"] == what.id
    assert data["answers"]["A1"] == {"value": "yes"}
    for who, query in (("sam", ""), ("ben", ""), ("ana", "&view=store")):
        assert get(client, chain, what, who, f"?variant=archive{query}").status_code == 404


def test_a_share_link_that_was_tampered_with_opens_nothing(client: FlaskClient) -> None:
    answer = client.get("/shared/WyJhIiwiYiJd.aaaa.bbbb")
    assert answer.status_code == 404
    assert "does not open any more" in answer.text


def test_sam_may_not_share(client: FlaskClient, chain: Chain, version: ChecklistVersion) -> None:
    what = complete(client, chain, version)
    path = f"/api/v1/audits/{known_as(chain, 'sam', what)}/share-links"
    answer = client.post(path, json={}, headers=chain.posting_as("sam"))
    assert answer.status_code == 403
