"""From the assignment to the receipt, with the network off in the middle."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, expect

from tests.phone.conftest import Phone, becomes, eventually
from tests.phone.fake_server import Memory
from tests.phone.people import AUDIT, SHOP

Draw = Callable[..., bytes]


def test_an_audit_filled_in_offline_reaches_the_server_whole(
    cleo: Phone, context: BrowserContext, memory: Memory, shop_photo: Draw
) -> None:
    context.set_offline(True)
    audit = cleo.begin(AUDIT)
    cleo.answer_everything(shop_photo())
    cleo.page.click("text=Review and send")
    cleo.page.wait_for_selector("text=Everything is there.")
    cleo.page.click("button:has-text('Send')")
    cleo.page.wait_for_selector("text=Safe on the phone")
    cleo.page.reload()
    cleo.page.wait_for_selector("text=Safe on the phone")
    assert memory.audits == {}
    context.set_offline(False)
    cleo.page.wait_for_selector("text=The server has everything")
    cleo.page.wait_for_selector("text=1 of 1 photos on the server")
    assert memory.complete == [audit]
    sent = memory.latest(audit)
    assert sent["answers"]["A4"] == {"value": {"k": 1, "n": 2}, "source": "counted"}
    assert sent["answers"]["A5"] == {"value": 42, "source": "remembered"}
    assert sent["positions"][0]["what"] == "start"
    [photo] = sent["photos"]
    assert photo["item"] == "B5"
    assert hashlib.sha256(memory.photos[photo["sha256"]]).hexdigest() == photo["sha256"]
    becomes(lambda: cleo.stored("photos"), [])


def test_a_mark_is_where_the_finger_drew_it(cleo: Phone, memory: Memory, shop_photo: Draw) -> None:
    audit = cleo.begin(AUDIT)
    cleo.section("Proof")
    cleo.add_photo("B5", shop_photo())
    cleo.page.click("#item-B5 .thumb")
    cleo.page.click("[aria-label='Box']")
    cleo.page.wait_for_selector(".frame .marks")
    frame = cleo.page.locator(".frame").bounding_box()
    assert frame is not None
    mouse = cleo.page.mouse
    mouse.move(frame["x"] + frame["width"] * 0.25, frame["y"] + frame["height"] * 0.5)
    mouse.down()
    mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + frame["height"] * 0.6)
    mouse.move(frame["x"] + frame["width"] * 0.75, frame["y"] + frame["height"] * 0.9)
    mouse.up()
    cleo.page.wait_for_selector(".frame .marks rect")
    eventually(lambda: stored_marks(cleo))
    [draft] = cleo.stored("drafts")
    assert draft["id"] == audit
    [mark] = draft["photos"][0]["marks"]
    assert mark["kind"] == "box"
    for found, drawn in zip([*mark["at"], *mark["size"]], [0.25, 0.5, 0.5, 0.4], strict=True):
        assert abs(found - drawn) < 0.01


def stored_marks(cleo: Phone) -> list[dict[str, Any]]:
    """Those of the only photo of the only draft."""
    [draft] = cleo.stored("drafts")
    marks: list[dict[str, Any]] = draft["photos"][0]["marks"]
    return marks


def test_marks_are_moved_undone_and_deleted(cleo: Phone, shop_photo: Draw) -> None:
    cleo.begin(AUDIT)
    cleo.section("Proof")
    cleo.add_photo("B5", shop_photo())
    cleo.page.click("#item-B5 .thumb")
    frame = cleo.page.locator(".frame")
    selected = frame.locator(".marks .selected")

    def starts() -> list[Any]:
        return [mark["from"] for mark in stored_marks(cleo)]

    frame.focus()
    expect(frame).to_be_focused()
    cleo.page.keyboard.press("Enter")
    expect(selected).to_have_count(1)
    cleo.page.keyboard.press("ArrowRight")
    becomes(starts, [[0.37, 0.4]])
    cleo.page.click("[aria-label='Undo']")
    becomes(starts, [[0.35, 0.4]])
    expect(selected).to_have_count(0)
    frame.focus()
    expect(frame).to_be_focused()
    cleo.page.keyboard.press(" ")
    expect(selected).to_have_count(1)
    cleo.page.keyboard.press("Delete")
    becomes(lambda: stored_marks(cleo), [])


def test_a_photo_is_stored_upright_and_shrunk(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    cleo.begin(AUDIT)
    cleo.section("Proof")
    cleo.add_photo("B5", shop_photo(2400, 1800, orientation=6))
    [draft] = cleo.stored("drafts")
    [photo] = draft["photos"]
    cleo.go("#/")
    cleo.page.wait_for_selector("text=Begun")
    cleo.page.click("text=Try now")
    cleo.wait_until_synced()
    kept = Image.open(io.BytesIO(memory.photos[photo["sha256"]]))
    assert kept.size == (1200, 1600)
    assert kept.getexif().get(0x0112, 1) == 1
    original = hashlib.sha256(shop_photo(2400, 1800, orientation=6)).hexdigest()
    assert photo["original_sha256"] == original


def test_questions_come_and_go_with_the_answers_they_depend_on(cleo: Phone) -> None:
    cleo.begin(AUDIT)
    assert cleo.page.locator("#item-A2").count() == 0
    cleo.page.click("#item-A1 >> text=No")
    cleo.page.wait_for_selector("#item-A2")
    cleo.page.wait_for_selector("#item-A1 >> text=needed for this answer")
    cleo.page.click("#item-A1 >> text=Yes")
    cleo.page.wait_for_selector("#item-A2", state="detached")


def test_what_is_missing_is_one_tap_away(cleo: Phone) -> None:
    cleo.begin(AUDIT)
    cleo.section("Proof")
    cleo.page.click("text=Review and send")
    cleo.page.click("a:has-text('How many of ten products')")
    cleo.page.wait_for_selector("#item-A3")
    assert cleo.page.evaluate("() => document.activeElement.id") == "item-A3"


def test_an_assignment_is_accepted_offline_and_told_later(
    cleo: Phone, context: BrowserContext, memory: Memory
) -> None:
    context.set_offline(True)
    cleo.go(f"#/assignment/{AUDIT}")
    cleo.page.click("text=Accept")
    cleo.page.wait_for_selector("text=It is told to the server")
    assert memory.posts == {}
    context.set_offline(False)
    cleo.page.wait_for_selector("text=It is told to the server", state="detached")
    assert [path for path, _ in memory.posts.values()] == [f"{AUDIT}/accept"]


def test_not_possible_says_why(cleo: Phone, memory: Memory) -> None:
    cleo.go(f"#/assignment/{AUDIT}")
    cleo.page.click("text=Not possible")
    cleo.page.click("text=I was refused")
    # The list is fetched anew meanwhile; the choice stays.
    cleo.page.evaluate("() => dispatchEvent(new Event('online'))")
    cleo.page.wait_for_timeout(500)
    cleo.page.fill("textarea", "The manager sent me away.")
    cleo.page.click("button:has-text('Send')")
    cleo.page.wait_for_selector("form", state="detached")
    eventually(lambda: memory.posts)
    [(path, body)] = memory.posts.values()
    assert path == f"{AUDIT}/not-possible"
    assert body == {"reason": "refused", "note": "The manager sent me away."}


def test_a_mystery_shop_does_not_show_what_was_wrong_last_time(cleo: Phone) -> None:
    cleo.go(f"#/assignment/{AUDIT}")
    cleo.page.wait_for_selector("text=Wrong last time")
    cleo.go(f"#/assignment/{SHOP}")
    cleo.page.wait_for_selector("text=Hesitant customer")
    assert cleo.page.locator("text=Wrong last time").count() == 0


def test_the_note_pad_is_unbranded_and_fills_in_the_form(cleo: Phone, memory: Memory) -> None:
    audit = cleo.begin(SHOP, "Open the note pad")
    assert cleo.page.title() == "Notes"
    shown = cleo.page.inner_text("body")
    assert not any(word in shown.lower() for word in ("audit", "shop", "store", "demo", "hongdae"))
    for tap in ("In", "Near", "Hello", "Near"):
        cleo.page.click(f".rows button:has-text('{tap}')")
    cleo.page.fill("textarea", "Name badge missing")
    becomes(lambda: cleo.stored("drafts")[0]["memo"], "Name badge missing")
    # Closed and opened again, it comes back where it was.
    cleo.open()
    cleo.page.reload()
    cleo.page.wait_for_selector(".notepad >> text=1/2")
    assert cleo.page.input_value("textarea") == "Name badge missing"
    cleo.page.click("text=Done")
    cleo.page.wait_for_selector(".item")
    [draft] = cleo.stored("drafts")
    assert draft["id"] == audit
    assert draft["answers"]["G1"] == {"value": {"k": 1, "n": 2}, "source": "counted"}
    assert draft["answers"]["G2"]["source"] == "timed"
    assert [fix["what"] for fix in draft["positions"]] == ["arrived"]


def test_the_language_covers_app_and_checklist(cleo: Phone) -> None:
    cleo.go("#/settings")
    cleo.page.click("text=한국어")
    cleo.page.wait_for_selector("h1:has-text('설정')")
    cleo.begin(AUDIT, "점검표 열기")
    cleo.page.wait_for_selector("h2:has-text('매대와 바닥')")
    assert cleo.page.get_attribute("html", "lang") == "ko"


def test_signing_in_by_a_code_from_a_picture(phone: Phone) -> None:
    phone.open("#/code/QUIET-FOX-41")
    phone.page.wait_for_selector("text=To do")


def test_a_wrong_password_is_said_in_words(phone: Phone) -> None:
    phone.open()
    phone.page.fill("[name=organisation]", "demo")
    phone.page.fill("[name=email]", "cleo@demo.example")
    phone.page.fill("[name=password]", "wrong")
    phone.page.click("button.primary")
    phone.page.wait_for_selector("[role=alert]")
    assert "did not fit" in phone.page.inner_text("[role=alert]")
