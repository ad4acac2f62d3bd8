"""The whole road on the real server: filled in offline, marked up, sealed, sent, completed,
printed — and the PDF shows the mark where the finger drew it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Playwright
from sqlalchemy import select

from auditapi.audits.models import Audit
from auditapi.audits.states import Acceptance, Delivery
from auditapi.core import db
from auditapi.people import service as people
from auditapi.reports import jobs
from auditapi.reports.models import Report, ReportState
from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.live import LiveServer
from tests.factories.visits import publish
from tests.phone.conftest import CHROMIUM, Phone, becomes

pytestmark = pytest.mark.database

BOX = (0.25, 0.5, 0.5, 0.4)


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The whole browser, as people have it."""
    started = playwright.chromium.launch(executable_path=CHROMIUM)
    yield started
    started.close()


def draw_box(phone: Phone) -> None:
    """One finger, from the upper left corner of the box to its lower right one."""
    phone.page.click("[aria-label='Box']")
    phone.page.wait_for_selector(".frame .marks")
    frame = phone.page.locator(".frame").bounding_box()
    assert frame is not None
    left, top, width, height = BOX
    corners = [(left, top), (left + width / 2, top + height / 2), (left + width, top + height)]
    places = [
        (frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in corners
    ]
    phone.page.mouse.move(*places[0])
    phone.page.mouse.down()
    phone.page.mouse.move(*places[1])
    phone.page.mouse.move(*places[2])
    phone.page.mouse.up()


def grey_photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (2000, 1500), "#9aa0a6").save(target, "JPEG", quality=88)
    return target.getvalue()


def printed(chain: Chain, audit_id: str) -> bytes:
    """What the worker does, then what is kept."""
    with db.transaction(chain.organisation.id) as session:
        wanted = select(Report.id).where(Report.state == ReportState.WAITING)
        waiting = list(session.scalars(wanted.where(Report.audit_id == audit_id)))
    for report_id in waiting:
        jobs.render_report(str(chain.organisation.id), str(report_id))
    from auditapi.core.objects import objects

    with db.transaction(chain.organisation.id) as session:
        report = session.scalars(select(Report).where(Report.audit_id == audit_id)).first()
        assert report is not None
        assert report.object_key is not None
        return objects().get(report.object_key)


def red_boxes(pdf: bytes) -> Iterator[tuple[float, float, float, float]]:
    """For each photo printed in 4:3 with something red over it: where that is, 0…1 of it."""
    document = pypdfium2.PdfDocument(pdf)
    scale = 8
    for number in range(len(document)):
        page = document[number]
        tall = page.get_height()
        picture = page.render(scale=scale).to_pil().convert("RGB")
        for thing in page.get_objects():
            if thing.type != pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
                continue
            left, bottom, right, top = thing.get_bounds()
            if abs((right - left) / (top - bottom) - 4 / 3) > 0.05 or right - left < 60:
                continue
            crop = picture.crop(
                tuple(round(v * scale) for v in (left, tall - top, right, tall - bottom))
            )
            red, green, _blue = crop.split()
            mask = Image.eval(red, lambda v: 255 * (v > 180))
            mask.paste(0, mask=Image.eval(green, lambda v: 255 * (v > 110)))
            if (found := mask.getbbox()) is not None:
                x1, y1, x2, y2 = found
                wide, high = crop.size
                yield x1 / wide, y1 / high, (x2 - x1) / wide, (y2 - y1) / high
    document.close()


def audit_of(chain: Chain, audit_id: str) -> Audit | None:
    with db.transaction(chain.organisation.id) as session:
        return session.scalars(select(Audit).where(Audit.id == audit_id)).first()


def test_an_offline_audit_ends_in_a_pdf_with_its_marks_in_place(
    live: LiveServer, live_chain: Chain, context: BrowserContext
) -> None:
    chain = live_chain
    visit = assign(chain, publish(chain))
    with db.transaction(chain.organisation.id):
        code = people.hand_out_code(chain.cleo, 60)
    cleo = Phone(context.new_page(), live.url)
    cleo.open(f"#/code/{code}")
    cleo.page.wait_for_selector("text=To do")
    cleo.page.wait_for_function("() => navigator.serviceWorker.controller")
    cleo.wait_until_synced()

    context.set_offline(True)
    audit = cleo.begin(str(visit.id))
    cleo.page.click("#item-A1 >> text=No")
    cleo.page.fill("#item-A1 textarea", "Two gaps in the third shelf, 빈자리, 缺貨")
    cleo.page.click("#item-A2 >> text=fair")
    cleo.add_photo("A3", grey_photo())
    cleo.page.click("#item-A3 .thumb")
    draw_box(cleo)
    cleo.page.click("header a")
    cleo.section("Staff")
    cleo.page.click("#item-B1 >> text=Yes")
    cleo.page.click("text=Review and send")
    cleo.page.wait_for_selector("text=Everything is there.")
    cleo.page.click("button:has-text('Send')")
    cleo.page.wait_for_selector("text=Safe on the phone")
    cleo.page.reload()
    cleo.page.wait_for_selector("text=Safe on the phone")
    assert audit_of(chain, audit) is None

    context.set_offline(False)
    cleo.page.wait_for_selector("text=1 of 1 photos on the server")
    cleo.page.wait_for_selector("text=The server has everything")
    stored = audit_of(chain, audit)
    assert stored is not None
    assert (stored.delivery, stored.acceptance) == (Delivery.DELIVERED, Acceptance.ACCEPTED)
    becomes(lambda: cleo.stored("photos"), [])
    assert cleo.complaints == []

    found = list(red_boxes(printed(chain, audit)))
    assert found
    left, top, width, height = BOX
    for x, y, wide, high in found:
        # The middle is exact; the outside is wider than drawn by the stroke.
        assert abs(x + wide / 2 - (left + width / 2)) < 0.01
        assert abs(y + high / 2 - (top + height / 2)) < 0.01
        assert width - 0.01 < wide < width + 0.05
        assert height - 0.01 < high < height + 0.05


def test_declining_and_the_answer_reach_the_real_server(
    live: LiveServer, live_chain: Chain, context: BrowserContext
) -> None:
    chain = live_chain
    visit = assign(chain, publish(chain))
    with db.transaction(chain.organisation.id):
        code = people.hand_out_code(chain.cleo, 60)
    cleo = Phone(context.new_page(), live.url)
    cleo.open(f"#/code/{code}")
    cleo.page.wait_for_selector("text=To do")
    cleo.wait_until_synced()
    cleo.go(f"#/assignment/{visit.id}")
    cleo.page.click("text=Decline")
    cleo.page.fill("textarea", "On holiday.")
    cleo.page.click("button:has-text('Send')")
    cleo.go("#/")
    cleo.page.wait_for_selector("text=No open assignments")

    def state() -> str:
        with db.transaction(chain.organisation.id) as session:
            fresh = session.get(type(visit), (chain.organisation.id, visit.id))
            return fresh.state.value if fresh else ""

    becomes(state, "declined")
