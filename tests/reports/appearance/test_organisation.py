"""The organisation's wishes about its reports: read, changed, refused, and seen in the PDF."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import text

from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.objects import ObjectMissing, objects
from auditapi.reports.appearance.models import Appearance
from auditapi.reports.models import Report
from tests.factories.chain import Chain
from tests.factories.reports import complete, get, render_waiting
from tests.factories.visits import publish

pytestmark = pytest.mark.database
PATH = "/api/v1/organisation"
USUAL = {"blocks": None, "paper": "A4", "photo_size": "medium", "photo_order": "item"}
WISHES: dict[str, Any] = {
    "name": "Harvest",
    "language": "en",
    "accent_colour": "#7a1f5c",
    "report": {
        "blocks": ["evidence", "items"],
        "paper": "Letter",
        "photo_size": "large",
        "photo_order": "time",
    },
}


@pytest.fixture
def version(chain: Chain) -> ChecklistVersion:
    return publish(chain)


def put(client: FlaskClient, chain: Chain, wishes: Any, who: str = "ada", **headers: str) -> Any:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.put(PATH, json=wishes, headers=chain.as_(who) | more)


def logo(colour: str = "red", size: tuple[int, int] = (300, 100)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return target.getvalue()


def put_logo(client: FlaskClient, chain: Chain, data: bytes, kind: str = "image/png") -> Any:
    headers = chain.as_("ada") | {"Content-Type": kind}
    return client.put(f"{PATH}/logo", data=data, headers=headers)


def places(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422
    return {error["path"]: error["message"] for error in answer.get_json()["errors"]}


def test_without_wishes_reports_are_as_usual(client: FlaskClient, chain: Chain) -> None:
    answer = client.get(PATH, headers=chain.as_("ada"))
    told = answer.get_json()
    assert (told["name"], told["report"], told["logo"]) == ("The Chain", USUAL, None)
    assert answer.headers["ETag"] == '"0"'


def test_wishes_are_kept_and_told(client: FlaskClient, chain: Chain) -> None:
    answer = put(client, chain, WISHES)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    told = client.get(PATH, headers=chain.as_("ada")).get_json()
    assert {name: told[name] for name in WISHES} == WISHES
    assert client.get("/api/v1/me", headers=chain.as_("sam")).get_json()["organisation"][
        "accent_colour"
    ] == "#7a1f5c"  # fmt: skip


def test_the_same_wishes_again_change_nothing(client: FlaskClient, chain: Chain) -> None:
    put(client, chain, WISHES)
    assert put(client, chain, WISHES).headers["ETag"] == '"1"'


def test_two_administrators_do_not_overwrite_each_other(client: FlaskClient, chain: Chain) -> None:
    assert put(client, chain, WISHES, If_Match='"0"').status_code == 200
    late = put(client, chain, {**WISHES, "name": "Other"}, If_Match='"0"')
    assert (late.status_code, late.get_json()["type"]) == (412, "/problems/stale")


def test_what_can_not_be_is_refused_with_its_place(client: FlaskClient, chain: Chain) -> None:
    wrong = {
        "name": " ",
        "language": "xx",
        "accent_colour": "red; } body { display: none",
        "report": {
            "blocks": ["evidence", "poetry"],
            "paper": "A3",
            "photo_size": "huge",
            "photo_order": "taste",
        },
    }
    assert set(places(put(client, chain, wrong))) == {
        "json.name",
        "json.language",
        "json.accent_colour",
        "json.report.blocks[1]",
        "json.report.paper",
        "json.report.photo_size",
        "json.report.photo_order",
    }


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        (["evidence", "items", "items"], "more than once"),
        (["items"], "must hold evidence"),
        ([], "must hold evidence"),
    ],
)
def test_blocks_stand_once_and_evidence_always(
    client: FlaskClient, chain: Chain, blocks: list[str], words: str
) -> None:
    wrong = {**WISHES, "report": {**WISHES["report"], "blocks": blocks}}
    assert words in places(put(client, chain, wrong))["json.report.blocks"]


@pytest.mark.parametrize("who", ["ana", "ben", "cleo", "sam"])
def test_only_administrators_may(client: FlaskClient, chain: Chain, who: str) -> None:
    assert put(client, chain, WISHES, who).status_code == 403
    assert client.get(PATH, headers=chain.as_(who)).status_code == 403


def test_dan_changes_his_own_chain_only(client: FlaskClient, chain: Chain) -> None:
    assert put(client, chain, WISHES, "dan").get_json()["name"] == "Harvest"
    assert client.get(PATH, headers=chain.as_("ada")).get_json()["name"] == "The Chain"


def test_a_logo_is_taken_told_and_can_be_looked_at(client: FlaskClient, chain: Chain) -> None:
    told = put_logo(client, chain, logo()).get_json()["logo"]
    assert (told["media_type"], told["width"], told["height"]) == ("image/png", 300, 100)
    shown = client.get(told["url"])
    assert Image.open(io.BytesIO(shown.data)).getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("data", "kind", "problem"),
    [
        (b"no picture", "image/png", "not-a-photo"),
        (logo(), "image/svg+xml", "media-type"),
        (b"0" * ((1 << 20) + 1), "image/png", "too-large"),
    ],
)
def test_what_is_no_logo_is_refused(
    client: FlaskClient, chain: Chain, data: bytes, kind: str, problem: str
) -> None:
    answer = put_logo(client, chain, data, kind)
    assert answer.get_json()["type"] == f"/problems/{problem}"
    assert client.get(PATH, headers=chain.as_("ada")).get_json()["logo"] is None


def test_a_logo_that_was_taken_away_is_gone(client: FlaskClient, chain: Chain) -> None:
    put_logo(client, chain, logo())
    answer = client.delete(f"{PATH}/logo", headers=chain.as_("ada"))
    assert (answer.get_json()["logo"], answer.headers["ETag"]) == (None, '"2"')


def boxes(pdf: bytes) -> list[float]:
    return [float(side) for side in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox[2:]]


def words_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_report_gets_the_new_look_when_it_is_asked_for_next(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    what = complete(client, chain, version)
    render_waiting(chain)
    before = get(client, chain, what, "ana", "?view=store").data
    assert "Photos" in words_of(before)
    put(client, chain, {**WISHES, "report": {**WISHES["report"], "paper": "A4"}})
    put_logo(client, chain, logo())
    assert get(client, chain, what, "ana", "?view=store").status_code == 202
    render_waiting(chain)
    after = get(client, chain, what, "ana", "?view=store").data
    assert after != before
    assert "Signatures" not in words_of(after)
    images = {i.name for page in pypdf.PdfReader(io.BytesIO(after)).pages[:1] for i in page.images}
    assert len(images) == 1
    still = client.post(
        "/verify",
        data={"pdf": (io.BytesIO(before), "old.pdf")},
        content_type="multipart/form-data",
    )
    assert still.status_code == 200


def test_the_usual_paper_is_the_organisations(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    put(client, chain, WISHES)
    what = complete(client, chain, version)
    render_waiting(chain)
    answer = get(client, chain, what, "ben")
    assert answer.status_code == 200
    assert boxes(answer.data) == [612, 792]


def test_bytes_that_nobody_needs_any_more_are_deleted(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    what = complete(client, chain, version)
    render_waiting(chain)
    key = row(chain).object_key or ""
    put(client, chain, {**WISHES, "report": USUAL})
    get(client, chain, what, "ben")
    render_waiting(chain)
    assert row(chain).object_key != key
    assert (row(chain).appearance, look(chain)) == (1, 1)
    assert deletes_waiting(chain) == [key]
    objects().delete(key)
    with pytest.raises(ObjectMissing):
        objects().get(key)


def row(chain: Chain) -> Report:
    with db.transaction(chain.organisation.id) as session:
        found: Report = session.query(Report).one()
    return found


def look(chain: Chain) -> int:
    with db.transaction(chain.organisation.id) as session:
        return int(session.query(Appearance).one().number)


def deletes_waiting(chain: Chain) -> list[str]:
    with db.transaction(chain.organisation.id) as session:
        found = session.scalars(
            text(
                "SELECT args->>'key' FROM procrastinate_jobs WHERE task_name = 'objects.delete'"
                " AND args->>'key' LIKE :mine"
            ),
            {"mine": f"{chain.organisation.id}/%"},
        )
        return list(found)
