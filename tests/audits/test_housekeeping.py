"""By the clock: stragglers completed, photos swept and erased; and the worker that does it."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, text, update

from auditapi.audits import housekeeping
from auditapi.audits.intake import stragglers
from auditapi.audits.models import AuditPhoto
from auditapi.audits.states import PhotoState
from auditapi.core import db, jobs, metrics
from auditapi.core.objects import ObjectMissing, objects
from auditapi.core.settings import Settings
from auditapi.photos import jobs as photo_jobs
from auditapi.photos import queries as photos
from auditapi.photos.models import Blob, Derivative, Holder, Piece
from tests.factories.chain import Chain, make_chain
from tests.factories.live import environment_of
from tests.factories.reviews import Desk
from tests.factories.visits import Visit, fresh_jpeg, publish, sha256
from tests.factories.worker import work_off

pytestmark = pytest.mark.database
TERM = timedelta(days=730)


@pytest.fixture
def desk(client: FlaskClient, chain: Chain) -> Desk:
    return Desk(client, chain, publish(chain))


def age(desk: Desk, days: int) -> None:
    with db.transaction(desk.chain.organisation.id) as session:
        session.execute(update(Blob).values(stored_at=datetime.now(UTC) - timedelta(days=days)))


def count(desk: Desk, what: Any) -> int:
    with db.transaction(desk.chain.organisation.id) as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def deletions(desk: Desk) -> list[str]:
    """Keys of this chain's objects that jobs will delete."""
    waiting = "SELECT args->>'key' FROM procrastinate_jobs WHERE task_name = 'objects.delete'"
    with db.transaction() as session:
        keys = session.scalars(text(waiting)).all()
    return [key for key in keys if key.startswith(str(desk.chain.organisation.id))]


def blob_of(desk: Desk, data: bytes) -> Blob | None:
    with db.transaction(desk.chain.organisation.id):
        return photos.blob(sha256(data))


def straggling(desk: Desk) -> Visit:
    """An audit whose photo is here though nobody told it: as a lost race would leave it."""
    photo = fresh_jpeg()
    audit = desk.send(desk.visit(photo), photos=False)
    of_it = AuditPhoto.audit_id == UUID(audit.id)
    with db.transaction(desk.chain.organisation.id) as session:
        held = session.scalars(select(AuditPhoto).where(of_it)).one()
        session.execute(delete(AuditPhoto).where(of_it))
    desk.send_photo(photo)
    with db.transaction(desk.chain.organisation.id) as session:
        values = {c.key: getattr(held, c.key) for c in AuditPhoto.__table__.columns}
        session.add(AuditPhoto(**values))
    return audit


def test_stragglers_are_completed_and_counted(desk: Desk) -> None:
    audit = straggling(desk)
    assert desk.row(audit).completed_at is None
    before = metrics.stragglers._value.get()
    housekeeping.complete_stragglers(0)
    assert desk.row(audit).completed_at is not None
    assert metrics.stragglers._value.get() == before + 1
    housekeeping.complete_stragglers(300)
    assert metrics.stragglers._value.get() == before + 1


def test_what_really_waits_is_no_straggler(desk: Desk) -> None:
    audit = desk.send(desk.visit(fresh_jpeg()), photos=False)
    housekeeping.complete_stragglers(0)
    assert desk.row(audit).completed_at is None


def test_each_straggler_is_completed_in_a_transaction_of_its_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, transactions = [straggling(desk) for _ in range(2)], []
    complete = stragglers.complete

    def noting(audit_id: UUID) -> bool:
        transactions.append(db.session())
        return complete(audit_id)

    monkeypatch.setattr(stragglers, "complete", noting)
    housekeeping.complete_stragglers(0)
    assert all(desk.row(audit).completed_at is not None for audit in found)
    assert len({id(each) for each in transactions}) == 2


def test_an_audit_that_raises_keeps_no_other_straggler_from_its_turn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sorted((straggling(desk) for _ in range(3)), key=lambda audit: UUID(audit.id))
    complete, before = stragglers.complete, metrics.stragglers._value.get()

    def failing(audit_id: UUID) -> bool:
        if str(audit_id) == found[1].id:
            raise LookupError("its checklist is away")
        return complete(audit_id)

    monkeypatch.setattr(stragglers, "complete", failing)
    with pytest.raises(LookupError, match="away"):
        housekeeping.complete_stragglers(0)
    done = [desk.row(audit).completed_at is not None for audit in found]
    assert done == [True, False, True]
    assert metrics.stragglers._value.get() == before + 2


WAITING = """
WITH waiting AS (
    INSERT INTO audits (
        organisation_id, id, alias, auditor_id, document_sha256, received_at, delivery,
        acceptance, reasons, context, revision, release
    ) SELECT :organisation, gen_random_uuid(), gen_random_uuid(), :auditor, repeat('d', 64),
        now(), 'awaiting_photos', 'accepted', '[]', '{}', 0, 'not_yet'
    FROM generate_series(1, :audits) RETURNING organisation_id, id
) INSERT INTO audit_photos (
    organisation_id, audit_id, position, sha256, elsewhere, marks, redactions, state, revision
) SELECT organisation_id, id, number, encode(sha256((id::text || number)::bytea), 'hex'), false,
    '[]', repeat('0', 64), 'missing', 1
FROM waiting, generate_series(0, 11) AS number
"""
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"


def test_however_many_audits_wait_for_photos_looking_for_stragglers_takes_no_lock(
    desk: Desk,
) -> None:
    organisation = desk.chain.organisation.id
    given = {"organisation": organisation, "auditor": desk.chain.cleo.id, "audits": 300}
    with db.transaction(organisation) as session:
        session.execute(text(WAITING), given)
        before = session.scalar(text(LOCKS))
    housekeeping.complete_stragglers(0)
    with db.transaction(organisation) as session:
        assert session.scalar(text(LOCKS)) == before


def test_a_photo_that_somebody_else_delivered_makes_no_straggler(desk: Desk) -> None:
    photo = fresh_jpeg()
    audit = desk.send(desk.visit(photo), photos=False)
    desk.send_photo(photo, "cora")
    housekeeping.complete_stragglers(0)
    assert desk.row(audit).completed_at is None


def test_a_photo_nobody_claims_goes_after_ninety_days(desk: Desk) -> None:
    unclaimed, claimed = fresh_jpeg(), fresh_jpeg()
    desk.send_photo(unclaimed)
    desk.send(desk.visit(claimed))
    organisation = desk.chain.organisation.id
    age(desk, 89)
    assert housekeeping.drop_unclaimed(organisation) == 0
    age(desk, 91)
    key = getattr(blob_of(desk, unclaimed), "object_key", None)
    assert housekeeping.drop_unclaimed(organisation) == 1
    assert blob_of(desk, unclaimed) is None
    assert blob_of(desk, claimed) is not None
    assert deletions(desk) == [key]


def test_a_photo_that_went_unclaimed_is_asked_for_again(desk: Desk) -> None:
    photo = fresh_jpeg()
    desk.send_photo(photo)
    age(desk, 91)
    housekeeping.drop_unclaimed(desk.chain.organisation.id)
    audit = desk.send(desk.visit(photo), photos=False)
    with db.transaction(desk.chain.organisation.id) as session:
        assert session.scalars(select(AuditPhoto.state)).all() == [PhotoState.MISSING]
    assert desk.send_photo(photo).status_code == 201
    assert desk.row(audit).completed_at is not None


def test_originals_are_erased_after_their_term_and_digests_stay(desk: Desk) -> None:
    photo = fresh_jpeg()
    audit = desk.send(desk.visit(photo))
    organisation = desk.chain.organisation.id
    age(desk, 729)
    assert housekeeping.erase_after(organisation, TERM) == 0
    age(desk, 731)
    assert housekeeping.erase_after(organisation, TERM) == 1
    assert housekeeping.erase_after(organisation, TERM) == 0
    blob = blob_of(desk, photo)
    assert blob is not None
    assert blob.erased_at is not None
    assert deletions(desk) == [blob.object_key]
    [told] = desk.get("ada", f"/audits/{audit.id}/details").get_json()["photos"]
    assert (told["sha256"], told["erased"], told["print"]) == (sha256(photo), True, None)
    assert desk.get("ada", f"/audits/{audit.id}/photos/0/original").status_code == 404
    assert count(desk, Holder) == 0


def test_bytes_sent_again_after_an_erasure_start_a_new_term(desk: Desk) -> None:
    photo = fresh_jpeg()
    desk.send(desk.visit(photo))
    age(desk, 731)
    housekeeping.erase_after(desk.chain.organisation.id, TERM)
    assert desk.send_photo(photo).status_code == 201
    assert housekeeping.erase_after(desk.chain.organisation.id, TERM) == 0


def test_old_pieces_and_answers_are_forgotten(desk: Desk) -> None:
    with db.transaction(desk.chain.organisation.id) as session:
        for days, start in ((6, 0), (8, 10)):
            session.add(
                Piece(
                    person_id=desk.chain.cleo.id, sha256="0" * 64, start=start, length=10,
                    upload_length=20, data=b"x" * 10,
                    received_at=datetime.now(UTC) - timedelta(days=days),
                )
            )  # fmt: skip
    shop = desk.mystery_shop()
    desk.release(shop)
    with db.transaction(desk.chain.organisation.id) as session:
        old = {"at": datetime.now(UTC) - timedelta(hours=49)}
        session.execute(text("UPDATE idempotency_keys SET kept_at = :at"), old)
    housekeeping.forget_old(0)
    assert count(desk, Piece) == 1
    assert count(desk, text("idempotency_keys")) == 0


def test_the_nightly_sweep_leaves_what_rows_and_reports_name(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(photo_jobs, "OBJECT_WITHOUT_ROW", -timedelta(minutes=1))
    photo = fresh_jpeg()
    desk.send_photo(photo)
    organisation = desk.chain.organisation.id
    of_others = {key for key, _written in objects().keys(f"{organisation}/reports/")}
    forgotten, report = f"{organisation}/{'0' * 64}/lost", f"{organisation}/reports/a.pdf"
    for key in (forgotten, report):
        objects().put(key, b"bytes", "image/jpeg")
    housekeeping.sweep_photos(0)
    kept = {key for key, _written in objects().keys(f"{organisation}/")}
    assert kept - of_others == {report, getattr(blob_of(desk, photo), "object_key", None)}


def test_one_organisations_trouble_does_not_keep_another_from_its_turn(desk: Desk) -> None:
    turns: list[UUID] = []

    def work(organisation: UUID) -> int:
        turns.append(organisation)
        if len(turns) == 1:
            raise OSError("the storage is away")
        return 1

    with pytest.raises(OSError, match="away"):
        housekeeping.for_each_organisation(work)
    assert {desk.chain.organisation.id, desk.chain.other.id} <= set(turns)


def test_the_clock_knows_its_work() -> None:
    told = {
        task.task.name: task.cron for task in jobs.queue.periodic_registry.periodic_tasks.values()
    }
    assert told == {
        "housekeeping.stragglers": "*/5 * * * *",
        "housekeeping.forget": "20 * * * *",
        "housekeeping.photos": "40 2 * * *",
        "books.drop_old": "50 3 * * *",
        "queue.take_up": "* * * * *",
    }


@pytest.fixture
def committed(own_queue: None, app: Flask) -> Desk:
    """A chain whose writes are committed, for a real worker to see."""
    chain = make_chain()
    return Desk(app.test_client(), chain, publish(chain))


def test_a_real_worker_makes_pictures_raises_flags_and_deletes(
    committed: Desk, settings: Settings
) -> None:
    photo = fresh_jpeg()
    first, second = (committed.send(committed.visit(photo)) for _ in range(2))
    work_off(settings)
    organisation = committed.chain.organisation.id
    with db.transaction(organisation) as session:
        made = session.scalars(select(Derivative)).one()
    assert objects().get(made.thumbnail_key)[:2] == b"\xff\xd8"
    flags = committed.get("ana", "/flags").get_json()["flags"]
    assert {flag["audit_id"] for flag in flags} <= {first.id, second.id}
    assert "same_photo" in {flag["kind"] for flag in flags}
    age(committed, 731)
    housekeeping.erase_after(organisation, TERM)
    work_off(settings)
    with pytest.raises(ObjectMissing):
        objects().get(made.print_key)


@pytest.mark.parametrize(
    "task", [housekeeping.complete_stragglers, housekeeping.forget_old, housekeeping.sweep_photos]
)
def test_the_clock_calls_each_task_by_the_name_it_uses(task: Any) -> None:
    inspect.signature(task.func).bind(timestamp=0)
