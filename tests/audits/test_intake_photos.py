"""Photos coming in: whole, in pieces, before or after the document, refused or lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from auditapi.audits.models import Audit
from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from auditapi.core.activity import Activity
from auditapi.core.objects import Objects, objects
from auditapi.core.problems import Problem
from auditapi.core.spool import IN_MEMORY
from auditapi.photos.models import Blob, Piece
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.full_disk import full_from
from tests.factories.visits import Visit, declared, fresh_jpeg, publish, sha256, visit
from tests.photos.pictures import saved

pytestmark = pytest.mark.database


@pytest.fixture
def version(chain: Chain) -> ChecklistVersion:
    return publish(chain)


def new_visit(chain: Chain, version: ChecklistVersion, *photos: bytes) -> Visit:
    assignment = assign(chain, version)
    return visit(chain, version, *photos, assignment_id=str(assignment.id))


def send(client: FlaskClient, chain: Chain, what: Visit) -> TestResponse:
    return client.put(what.path, data=what.body, headers=what.headers() | chain.as_("cleo"))


def put(
    client: FlaskClient, chain: Chain, data: bytes, name: str | None = None, who: str = "cleo"
) -> TestResponse:
    path = f"/api/v1/photos/{name or sha256(data)}"
    return client.put(path, data=data, headers=chain.as_(who))


def patch(
    client: FlaskClient, chain: Chain, data: bytes, start: int, end: int, **headers: str
) -> TestResponse:
    given = {
        "Content-Type": "application/partial-upload",
        "Upload-Offset": str(start),
        "Upload-Length": str(len(data)),
        "Upload-Complete": "?1" if end == len(data) else "?0",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    path = f"/api/v1/photos/{sha256(data)}"
    return client.patch(path, data=data[start:end], headers=given | chain.as_("cleo"))


def head(client: FlaskClient, chain: Chain, data: bytes, who: str = "cleo") -> TestResponse:
    return client.head(f"/api/v1/photos/{sha256(data)}", headers=chain.as_(who))


def count(chain: Chain, statement: object) -> int:
    with db.transaction(chain.organisation.id) as session:
        return session.scalar(statement) or 0  # type: ignore[call-overload]


COMPLETED = select(func.count()).where(Activity.action == "audit.completed")


def test_the_last_photo_completes_the_audit(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    first, last = fresh_jpeg(), fresh_jpeg()
    what = new_visit(chain, version, first, last)
    body = send(client, chain, what).get_json()
    assert body["delivery"] == "awaiting_photos"
    assert {photo["sha256"] for photo in body["missing"]} == {sha256(first), sha256(last)}
    assert put(client, chain, first).status_code == 201
    assert count(chain, COMPLETED) == 0
    assert put(client, chain, last).status_code == 201
    assert count(chain, COMPLETED) == 1
    receipt = client.get(what.path, headers=chain.as_("cleo")).get_json()["receipt"]
    assert [photo["state"] for photo in receipt["photos"]] == ["stored", "stored"]


def test_photos_may_come_before_the_document(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    photo = fresh_jpeg()
    put(client, chain, photo)
    assert send(client, chain, new_visit(chain, version, photo)).get_json()["receipt"]


def stored(chain: Chain) -> bytes:
    """Of the one photo that was put into storage."""
    with db.transaction(chain.organisation.id) as session:
        key = session.scalar(select(Blob.object_key))
    assert key is not None
    return objects().get(key)


def test_the_bytes_in_storage_are_the_bytes_sent(client: FlaskClient, chain: Chain) -> None:
    photo = fresh_jpeg()
    put(client, chain, photo)
    assert stored(chain) == photo


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_large_photo_passes_the_disk_and_waits_while_that_is_full(
    client: FlaskClient, chain: Chain, pieces: int
) -> None:
    photo = saved(Image.effect_noise((1600, 1200), 90), "JPEG", quality=90)
    assert len(photo) > 2 * IN_MEMORY
    for at in range(pieces - 1):
        patch(client, chain, photo, at * 400_000, at * 400_000 + 400_000)

    def send_the_last() -> TestResponse:
        if pieces == 1:
            return put(client, chain, photo)
        return patch(client, chain, photo, (pieces - 1) * 400_000, len(photo))

    with full_from(IN_MEMORY):
        answer = send_the_last()
    assert (answer.status_code, answer.get_json()["type"]) == (503, "/problems/unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert send_the_last().status_code == 201
    assert stored(chain) == photo


def test_a_photo_sent_twice_is_there_once(client: FlaskClient, chain: Chain) -> None:
    photo = fresh_jpeg()
    assert [put(client, chain, photo).status_code for _ in range(2)] == [201, 204]
    assert count(chain, select(func.count()).select_from(Blob)) == 1


def test_one_photo_may_stand_in_two_audits(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    photo = fresh_jpeg()
    visits = [new_visit(chain, version, photo) for _ in range(2)]
    for what in visits:
        send(client, chain, what)
    put(client, chain, photo)
    assert count(chain, COMPLETED) == 2


def test_knowing_a_digest_is_not_having_the_photo(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    photo = fresh_jpeg()
    put(client, chain, photo, who="cora")
    assert head(client, chain, photo, "cora").headers["Upload-Complete"] == "?1"
    assert head(client, chain, photo).headers["Upload-Complete"] == "?0"
    body = send(client, chain, new_visit(chain, version, photo)).get_json()
    assert body["missing"] == [{"sha256": sha256(photo), "offset": 0}]
    assert put(client, chain, photo).status_code == 201
    assert count(chain, select(func.count()).select_from(Blob)) == 1


def test_bytes_of_another_name_are_refused_and_nothing_is_kept(
    client: FlaskClient, chain: Chain
) -> None:
    photo = fresh_jpeg()
    answer = put(client, chain, photo[:-10], name=sha256(photo))
    assert (answer.status_code, answer.get_json()["type"]) == (422, "/problems/photo-digest")
    assert count(chain, select(func.count()).select_from(Blob)) == 0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"just some text called .jpg", "unknown_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
    ],
)
def test_what_is_no_photo_is_refused_and_does_not_block_the_audit(
    client: FlaskClient, chain: Chain, version: ChecklistVersion, data: bytes, reason: str
) -> None:
    what = new_visit(chain, version, data)
    send(client, chain, what)
    answer = put(client, chain, data)
    assert answer.status_code == 422
    assert answer.get_json()["type"] == "/problems/not-a-photo"
    assert answer.get_json()["reason"] == reason
    body = client.get(what.path, headers=chain.as_("cleo")).get_json()
    assert body["refused"][0]["sha256"] == sha256(data)
    assert body["receipt"]["photos"] == [{"sha256": sha256(data), "state": "refused"}]


def test_a_truncated_photo_sent_before_its_audit_is_refused_there_too(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    cut = fresh_jpeg()[:-400]
    assert put(client, chain, cut).get_json()["reason"] == "truncated"
    body = send(client, chain, new_visit(chain, version, cut)).get_json()
    assert body["receipt"]["photos"][0]["state"] == "refused"


def test_a_cut_upload_goes_on_where_it_stopped(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    photo = fresh_jpeg()
    half = len(photo) // 2
    first = patch(client, chain, photo, 0, half)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert head(client, chain, photo).headers["Upload-Offset"] == str(half)
    body = send(client, chain, new_visit(chain, version, photo)).get_json()
    assert body["missing"] == [{"sha256": sha256(photo), "offset": half}]
    last = patch(client, chain, photo, half, len(photo))
    assert (last.status_code, last.headers["Upload-Complete"]) == (201, "?1")
    assert count(chain, COMPLETED) == 1
    assert count(chain, select(func.count()).select_from(Piece)) == 0


def test_a_piece_that_came_already_gets_the_right_offset(client: FlaskClient, chain: Chain) -> None:
    photo = fresh_jpeg()
    patch(client, chain, photo, 0, 500)
    again = patch(client, chain, photo, 0, 500)
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, "500")
    assert again.get_json()["type"] == "/problems/offset-differs"


def test_the_last_piece_again_is_a_success(client: FlaskClient, chain: Chain) -> None:
    photo = fresh_jpeg()
    patch(client, chain, photo, 0, 500)
    assert patch(client, chain, photo, 500, len(photo)).status_code == 201
    again = patch(client, chain, photo, 500, len(photo))
    assert (again.status_code, again.headers["Upload-Complete"]) == (204, "?1")


def test_pieces_that_do_not_make_the_photo_are_dropped(client: FlaskClient, chain: Chain) -> None:
    photo = fresh_jpeg()
    given = {
        "Content-Type": "application/partial-upload",
        "Upload-Offset": "0",
        "Upload-Length": "4",
        "Upload-Complete": "?1",
    }
    path = f"/api/v1/photos/{sha256(photo)}"
    answer = client.patch(path, data=b"junk", headers=given | chain.as_("cleo"))
    assert (answer.status_code, answer.get_json()["offset"]) == (422, 0)
    assert head(client, chain, photo).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Upload_Offset": "-1"}, 400),
        ({"Upload_Offset": "x"}, 400),
        ({"Upload_Complete": "yes"}, 400),
        ({"Upload_Length": "10"}, 400),
        ({"Content_Type": "image/jpeg"}, 415),
    ],
)
def test_a_piece_with_wrong_headers_is_refused(
    client: FlaskClient, chain: Chain, changed: dict[str, str], status: int
) -> None:
    assert patch(client, chain, fresh_jpeg(), 0, 500, **changed).status_code == status


def test_a_photo_of_more_than_32_megabytes_is_too_large_before_its_bytes_come(
    client: FlaskClient, chain: Chain
) -> None:
    answer = client.put(
        f"/api/v1/photos/{'a' * 64}",
        data=b"only its beginning",
        headers=chain.as_("cleo"),
        environ_overrides={"CONTENT_LENGTH": str(32 * 1024 * 1024 + 1)},
    )
    assert (answer.status_code, answer.get_json()["type"]) == (413, "/problems/too-large")


def test_how_much_is_here_is_never_kept_on_the_way(client: FlaskClient, chain: Chain) -> None:
    photo = fresh_jpeg()
    assert head(client, chain, photo).headers["Cache-Control"] == "no-store"
    put(client, chain, photo)
    assert head(client, chain, photo).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("way", ["whole", "in pieces"])
def test_no_transaction_is_open_while_an_object_is_written(
    client: FlaskClient, chain: Chain, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    within: list[bool] = []
    really_put = Objects.put_spooled

    def watched(*given: Any) -> None:
        within.append(db.in_transaction())
        really_put(*given)

    monkeypatch.setattr(Objects, "put_spooled", watched)
    photo = fresh_jpeg()
    if way == "whole":
        assert put(client, chain, photo).status_code == 201
    else:
        patch(client, chain, photo, 0, 500)
        assert patch(client, chain, photo, 500, len(photo)).status_code == 201
    assert within == [False]


def test_what_is_refused_once_more_leaves_a_complete_audit_in_peace(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    no_photo = b"just some text called .jpg"
    put(client, chain, no_photo)
    assert send(client, chain, new_visit(chain, version, no_photo)).get_json()["receipt"]
    told = select(func.count()).select_from(Activity)
    before = count(chain, told)
    assert [put(client, chain, no_photo).status_code for _ in range(3)] == [422] * 3
    assert count(chain, told) == before


def test_while_the_storage_is_away_nothing_is_lost_and_the_phone_tries_again(
    client: FlaskClient, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditapi.core.problems import UNAVAILABLE

    def away(*_args: object) -> None:
        raise Problem(UNAVAILABLE, "away", headers={"Retry-After": "5"})

    photo = fresh_jpeg()
    with monkeypatch.context() as patched:
        patched.setattr(type(objects()), "put_spooled", away)
        answer = put(client, chain, photo)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert put(client, chain, photo).status_code == 201


@pytest.mark.parametrize("name", ["A" * 64, "g" * 64])
def test_a_name_that_is_no_digest_is_not_found(
    client: FlaskClient, chain: Chain, name: str
) -> None:
    assert put(client, chain, b"x", name=name).status_code in {404, 422}
    assert client.head(f"/api/v1/photos/{name}", headers=chain.as_("cleo")).status_code == 404


def test_a_photo_declared_lost_no_longer_blocks(
    client: FlaskClient, chain: Chain, version: ChecklistVersion
) -> None:
    what = new_visit(chain, version)
    what.document["photos"] = [declared(fresh_jpeg(), lost="deleted by the phone")]
    assert send(client, chain, what).get_json()["receipt"]["photos"][0]["state"] == "lost"
    done = select(func.count()).select_from(Audit).where(Audit.completed_at.is_not(None))
    assert count(chain, done) == 1
