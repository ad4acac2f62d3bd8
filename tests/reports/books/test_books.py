"""A book from being asked for to its file: what is in it, who may have it, and what goes wrong."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text, update

from auditapi.audits.states import VisitKind
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.objects import ObjectMissing, objects
from auditapi.reports.books import jobs, service
from auditapi.reports.books.models import Book, BookState
from auditapi.reports.models import Report, ReportState
from tests.factories.chain import Chain
from tests.factories.reports import complete, render_waiting
from tests.factories.visits import publish

pytestmark = pytest.mark.database
BOOKS = "/api/v1/books"


@pytest.fixture
def version(chain: Chain) -> ChecklistVersion:
    return publish(chain)


@pytest.fixture
def visited(client: FlaskClient, chain: Chain, version: ChecklistVersion) -> None:
    """N1 and the harbour's H1 in the north, S1 in the south; N1's mystery shop is not released."""
    for store in ("N1", "H1", "S1"):
        complete(client, chain, version, store=store)
    complete(client, chain, version, VisitKind.MYSTERY_SHOP)


def wishes(chain: Chain, form: str = "zip", **changes: Any) -> dict[str, Any]:
    today = db.now().date()
    return {
        "region_id": str(chain.regions["north"].id),
        "visited_from": str(today - timedelta(days=3)),
        "visited_until": str(today + timedelta(days=1)),
        "form": form,
        "language": "en",
        "view": "store",
        **changes,
    }


def ask(client: FlaskClient, chain: Chain, who: str = "ben", **changes: Any) -> Any:
    body = wishes(chain, **changes)
    return client.post(BOOKS, json=body, headers=chain.posting_as(who))


def work(chain: Chain, book_id: str) -> None:
    """What the worker does, until the book is made."""
    organisation = str(chain.organisation.id)
    jobs.make_book(organisation, book_id)
    render_waiting(chain)
    jobs.make_book(organisation, book_id)


def made(client: FlaskClient, chain: Chain, who: str = "ben", **changes: Any) -> str:
    """The id of a book that is ready."""
    book_id = str(ask(client, chain, who, **changes).get_json()["id"])
    work(chain, book_id)
    return book_id


def state(client: FlaskClient, chain: Chain, book_id: str, who: str = "ben") -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"{BOOKS}/{book_id}", headers=chain.as_(who)).get_json()
    return told


def fetch(client: FlaskClient, chain: Chain, book_id: str, who: str = "ben", **more: str) -> Any:
    return client.get(f"{BOOKS}/{book_id}/file", headers=chain.as_(who) | more)


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_a_zip_has_every_released_report_of_the_region_and_all_below(
    client: FlaskClient, chain: Chain, visited: None
) -> None:
    book_id = made(client, chain)
    told = state(client, chain, book_id)
    assert (told["state"], told["done"], told["total"], told["missing"]) == ("ready", 2, 2, 0)
    answer = fetch(client, chain, book_id)
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    contents, harbour, north = names(answer.data)
    assert contents == "contents.csv"
    assert harbour.endswith("_H1_small.pdf")
    assert north.endswith("_N1_small.pdf")
    assert answer.headers["Content-Disposition"].endswith("_north.zip")


def test_a_pdf_begins_with_contents_and_is_known_at_verify(
    client: FlaskClient, chain: Chain, visited: None
) -> None:
    data = fetch(client, chain, made(client, chain, form="pdf")).data
    reader = pypdf.PdfReader(io.BytesIO(data))
    first = reader.pages[0].extract_text()
    assert "Store reports: North" in first
    assert first.index("H1") < first.index("N1")
    marks = [str(mark.title) for mark in reader.outline if not isinstance(mark, list)]
    assert [mark.split(" ")[0] for mark in marks] == ["Store", "H1", "N1"]
    answer = client.post(
        "/verify",
        data={"pdf": (io.BytesIO(data), "book.pdf")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200
    assert "<dt>Reports</dt><dd>2</dd>" in answer.text


def test_it_does_not_wait_in_the_worker_but_comes_back(
    client: FlaskClient, chain: Chain, visited: None
) -> None:
    book_id = ask(client, chain, language="ko").get_json()["id"]
    assert state(client, chain, book_id)["state"] == "waiting"
    jobs.make_book(str(chain.organisation.id), book_id)
    told = state(client, chain, book_id)
    assert (told["state"], told["done"], told["total"]) == ("waiting", 0, 2)
    waiting = fetch(client, chain, book_id)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "5")
    assert waiting.get_json()["total"] == 2
    assert jobs_in_queue(chain, "books.make") == [(0, None), (0, 5)]
    assert {priority for priority, _ in jobs_in_queue(chain, "reports.render")} == {0, -10}


def jobs_in_queue(chain: Chain, task: str) -> list[tuple[int, int | None]]:
    """Priority, and in how many seconds it begins."""
    found = text(
        "SELECT priority, extract(epoch FROM scheduled_at - now()) FROM procrastinate_jobs"
        " WHERE task_name = :task AND args->>'organisation_id' = :mine ORDER BY id"
    )
    with db.transaction(chain.organisation.id) as session:
        rows = session.execute(found, {"task": task, "mine": str(chain.organisation.id)})
        return [(row[0], None if row[1] is None else 5 if row[1] > 0 else 0) for row in rows]


def test_reports_that_are_there_already_are_not_made_again(
    client: FlaskClient, chain: Chain, visited: None
) -> None:
    made(client, chain)
    before = reports(chain)
    book_id = ask(client, chain).get_json()["id"]
    jobs.make_book(str(chain.organisation.id), book_id)
    assert state(client, chain, book_id)["state"] == "ready"
    assert reports(chain) == before


def reports(chain: Chain) -> list[tuple[UUID, str | None]]:
    with db.transaction(chain.organisation.id) as session:
        rows = session.query(Report).order_by(Report.id).all()
        return [(row.id, row.object_key) for row in rows]


def test_a_broken_download_goes_on(client: FlaskClient, chain: Chain, visited: None) -> None:
    book_id = made(client, chain)
    whole = fetch(client, chain, book_id)
    rest = fetch(client, chain, book_id, Range="bytes=1000-", **{"If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, whole.data[1000:])
    same = fetch(client, chain, book_id, **{"If-None-Match": whole.headers["ETag"]})
    assert same.status_code == 304


def test_a_report_that_can_not_be_made_is_named_and_not_passed_over(
    client: FlaskClient, chain: Chain, visited: None
) -> None:
    book_id = ask(client, chain, form="pdf").get_json()["id"]
    jobs.make_book(str(chain.organisation.id), book_id)
    with db.transaction(chain.organisation.id) as session:
        one = session.query(Report).filter_by(language="en").order_by(Report.id).first()
        assert one is not None
        one.state, one.reason = ReportState.FAILED, "A photo could not be read."
    render_waiting(chain)
    jobs.make_book(str(chain.organisation.id), book_id)
    told = state(client, chain, book_id)
    assert (told["state"], told["done"], told["missing"]) == ("ready", 2, 1)
    reader = pypdf.PdfReader(io.BytesIO(fetch(client, chain, book_id).data))
    first = " ".join(reader.pages[0].extract_text().split())
    assert "A photo could not be read." in first
    assert "1; 1 could not be made" in first


@pytest.mark.parametrize(
    ("changes", "reports_in_it"),
    [
        ({"kind": "announced_audit"}, 2),
        ({"kind": "self_check"}, 0),
        ({"checklist": "another"}, 0),
        ({"visited_from": "2020-01-01", "visited_until": "2020-12-31"}, 0),
    ],
)
def test_a_book_can_be_of_less(
    client: FlaskClient, chain: Chain, visited: None, changes: dict[str, Any], reports_in_it: int
) -> None:
    book_id = made(client, chain, **changes)
    assert len(names(fetch(client, chain, book_id).data)) == reports_in_it + 1


def test_a_book_without_a_report_is_a_pdf_of_contents_alone(
    client: FlaskClient, chain: Chain
) -> None:
    book_id = made(client, chain, form="pdf")
    assert len(pypdf.PdfReader(io.BytesIO(fetch(client, chain, book_id).data)).pages) == 1


def test_too_large_a_book_says_so(
    client: FlaskClient, chain: Chain, visited: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST", 1)
    book_id = made(client, chain)
    assert "a book has at most 1" in state(client, chain, book_id)["reason"]
    answer = fetch(client, chain, book_id)
    assert (answer.status_code, answer.get_json()["type"]) == (500, "/problems/report-failed")


def test_a_book_does_not_wait_for_ever(client: FlaskClient, chain: Chain, visited: None) -> None:
    book_id = ask(client, chain).get_json()["id"]
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Book).values(asked_at=db.now() - timedelta(hours=25)))
    jobs.make_book(str(chain.organisation.id), book_id)
    assert state(client, chain, book_id)["state"] == "failed"


def test_a_book_that_nobody_works_on_any_more_says_so(client: FlaskClient, chain: Chain) -> None:
    book_id = ask(client, chain).get_json()["id"]
    with db.transaction(chain.organisation.id):
        assert service.give_up() == 0
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Book).values(asked_at=db.now() - timedelta(hours=49)))
    with db.transaction(chain.organisation.id):
        assert service.give_up() == 1
    assert state(client, chain, book_id)["state"] == "failed"


def test_ben_may_ask_for_his_regions_only(client: FlaskClient, chain: Chain) -> None:
    south = str(chain.regions["south"].id)
    assert ask(client, chain, "ben", region_id=south).status_code == 404
    assert ask(client, chain, "ana", region_id=south).status_code == 202
    assert ask(client, chain, "dan", region_id=south).status_code == 404


def test_ben_sees_no_book_of_another_region_nor_one_for_head_office(
    client: FlaskClient, chain: Chain
) -> None:
    south = ask(client, chain, "ana", region_id=str(chain.regions["south"].id)).get_json()["id"]
    inner = ask(client, chain, "ana", view="head_office").get_json()["id"]
    for book_id in (south, inner, str(uuid4())):
        for path in (f"{BOOKS}/{book_id}", f"{BOOKS}/{book_id}/file"):
            assert client.get(path, headers=chain.as_("ben")).status_code == 404
            assert client.get(path, headers=chain.as_("dan")).status_code == 404
    assert ask(client, chain, "ben", view="head_office").status_code == 404


def test_ben_gets_the_stores_view_and_ana_head_offices_unless_they_say(
    client: FlaskClient, chain: Chain
) -> None:
    views = {}
    for who in ("ben", "ana"):
        body = {k: v for k, v in wishes(chain).items() if k != "view"}
        views[who] = client.post(BOOKS, json=body, headers=chain.posting_as(who)).get_json()["view"]
    assert views == {"ben": "store", "ana": "head_office"}


@pytest.mark.parametrize("who", ["cleo", "sam"])
def test_others_may_have_no_books(client: FlaskClient, chain: Chain, who: str) -> None:
    assert ask(client, chain, who).status_code == 403


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"visited_from": "2026-12-01", "visited_until": "2026-11-01"}, "json.visited_from"),
        ({"form": "epub"}, "json.form"),
        ({"language": "xx"}, "json.language"),
        ({"region_id": "north"}, "json.region_id"),
        ({"kind": "raid"}, "json.kind"),
    ],
)
def test_what_can_not_be_is_refused_with_its_place(
    client: FlaskClient, chain: Chain, changes: dict[str, Any], place: str
) -> None:
    answer = ask(client, chain, **changes)
    assert answer.status_code == 422
    assert [error["path"] for error in answer.get_json()["errors"]] == [place]


def test_files_are_deleted_after_thirty_days_and_the_book_says_so(
    client: FlaskClient, chain: Chain, visited: None
) -> None:
    book_id = made(client, chain)
    key = row(chain).object_key or ""
    with db.transaction(chain.organisation.id):
        assert service.drop_old() == 0
    with db.transaction(chain.organisation.id) as session:
        session.execute(update(Book).values(finished_at=db.now() - timedelta(days=31)))
    with db.transaction(chain.organisation.id):
        assert service.drop_old() == 1
    assert row(chain).state is BookState.EXPIRED
    objects().delete(key)
    with pytest.raises(ObjectMissing):
        objects().get(key)
    assert fetch(client, chain, book_id).status_code == 404


def row(chain: Chain) -> Book:
    with db.transaction(chain.organisation.id) as session:
        found: Book = session.query(Book).one()
    return found


def test_a_book_that_breaks_off_leaves_nothing_behind(chain: Chain) -> None:
    key = f"{chain.organisation.id}/reports/books/{uuid4().hex}.zip"
    with pytest.raises(ZeroDivisionError):
        _break_off(key)
    with pytest.raises(ObjectMissing):
        objects().get(key)


def _break_off(key: str) -> None:
    with objects().writing(key, "application/zip") as upload:
        upload.write(b"x" * (9 << 20))
        raise ZeroDivisionError


def test_what_is_larger_than_a_part_arrives_whole(chain: Chain) -> None:
    key = f"{chain.organisation.id}/reports/books/{uuid4().hex}.zip"
    data = bytes(range(256)) * (40 << 10) * 2
    with objects().writing(key, "application/zip") as upload:
        for start in range(0, len(data), 300_001):
            upload.write(data[start : start + 300_001])
    assert upload.size == len(data)
    assert objects().get(key) == data
    objects().delete(key)
