"""A mystery shop that head office sends back, on the real server: seen in plain words, put right,
a photo added without a network, answered; and drafts that are thrown away."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import urllib3
from playwright.sync_api import BrowserContext
from sqlalchemy import select

from auditapi.audits.drafts.models import Draft
from auditapi.audits.models import Audit, AuditPhoto, Revision
from auditapi.audits.states import PhotoState, Release, VisitKind
from auditapi.core import db
from auditapi.people import service as people
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.live import LiveServer
from tests.factories.visits import Visit, fresh_jpeg, publish, sha256, visit
from tests.phone.conftest import Phone, becomes
from tests.phone.test_real_road import grey_photo

pytestmark = pytest.mark.database


def sent_back(live: LiveServer, chain: Chain, pool: urllib3.PoolManager) -> Visit:
    """cleo's mystery shop with one photo, complete, and returned by ana until tomorrow."""
    version, photo = publish(chain), fresh_jpeg()
    asked = assign(chain, version, kind=VisitKind.MYSTERY_SHOP)
    made = visit(chain, version, photo, kind="mystery_shop", assignment_id=str(asked.id))
    headers = made.headers() | chain.as_("cleo")
    assert pool.request("PUT", live.url + made.path, body=made.body, headers=headers).status == 201
    address = f"{live.url}/api/v1/photos/{sha256(photo)}"
    assert pool.request("PUT", address, body=photo, headers=chain.as_("cleo")).status == 201
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = json.dumps({"revision": 1, "reason": "Where is the receipt?", "until": until})
    headers = chain.posting_as("ana") | {"Content-Type": "application/json"}
    address = f"{live.url}{made.path}/return"
    assert pool.request("POST", address, body=body, headers=headers).status == 200
    return made


def signed_in(live: LiveServer, chain: Chain, context: BrowserContext) -> Phone:
    with db.transaction(chain.organisation.id):
        code = people.hand_out_code(chain.cleo, 60)
    cleo = Phone(context.new_page(), live.url)
    cleo.open(f"#/code/{code}")
    cleo.page.wait_for_selector("text=To do")
    cleo.page.wait_for_function("() => navigator.serviceWorker.controller")
    cleo.wait_until_synced()
    return cleo


def test_a_returned_audit_is_put_right_and_answered_with_a_photo(
    live: LiveServer, live_chain: Chain, context: BrowserContext, pool: urllib3.PoolManager
) -> None:
    chain = live_chain
    made = sent_back(live, chain, pool)
    cleo = signed_in(live, chain, context)
    cleo.page.click("text=Where is the receipt?")
    cleo.page.wait_for_selector("text=Answer by")
    cleo.page.wait_for_selector("button.primary:not([disabled])")

    context.set_offline(True)
    cleo.page.click("text=Put it right")
    cleo.page.wait_for_selector("#item-A3 .thumb.sent")
    cleo.page.click("#item-A1 >> text=No")
    cleo.page.fill("#item-A1 textarea", "Two rows are empty after all.")
    cleo.add_photo("A3", grey_photo())
    cleo.section("Staff")
    cleo.page.click("text=Review and send")
    cleo.page.wait_for_selector("text=Changed answers: 1. New photos: 1.")
    cleo.page.fill("[name=words]", "Here it is; I had left it at home.")
    cleo.page.click("text=Send the answer")
    cleo.page.wait_for_selector(".pill:has-text('Waiting')")
    context.set_offline(False)
    cleo.page.wait_for_selector("text=Head office has everything.")

    with db.transaction(chain.organisation.id) as session:
        audit = session.scalars(select(Audit).where(Audit.id == made.id)).one()
        assert (audit.revision, audit.release) == (2, Release.WAITING)
        reply = session.scalars(
            select(Revision).where(Revision.audit_id == made.id, Revision.number == 2)
        ).one()
        assert reply.reason == "Here it is; I had left it at home."
        assert [change["item"] for change in reply.changes] == ["A1"]
        photos = session.scalars(
            select(AuditPhoto).where(AuditPhoto.audit_id == made.id).order_by(AuditPhoto.position)
        ).all()
        assert [(photo.revision, photo.state) for photo in photos] == [
            (1, PhotoState.STORED),
            (2, PhotoState.STORED),
        ]
    becomes(lambda: cleo.stored("photos"), [])
    cleo.go("#/")
    cleo.wait_until_synced()
    assert cleo.page.locator("text=Where is the receipt?").count() == 0
    assert cleo.complaints == []


def test_a_draft_that_is_thrown_away_is_gone_from_the_server_too(
    live: LiveServer, live_chain: Chain, context: BrowserContext
) -> None:
    chain = live_chain
    asked = assign(chain, publish(chain))
    cleo = signed_in(live, chain, context)

    def copies() -> int:
        with db.transaction(chain.organisation.id) as session:
            return len(session.scalars(select(Draft.id)).all())

    audit = cleo.begin(str(asked.id))
    cleo.page.click("#item-A1 >> text=Yes")
    cleo.saved()
    cleo.page.evaluate("() => dispatchEvent(new Event('online'))")
    becomes(copies, 1)
    cleo.go(f"#/review/{audit}")
    cleo.page.once("dialog", lambda dialog: dialog.accept())
    cleo.page.click("text=Throw this away")
    cleo.page.wait_for_selector("text=To do")
    becomes(copies, 0)
    assert cleo.stored("drafts") == []
    assert cleo.page.locator("text=Begun").count() == 0
