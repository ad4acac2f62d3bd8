"""What goes wrong in shops, and that nothing is lost by it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FilePayload, expect

from auditapi.phone import routes
from auditapi.phone.shell import build, read_static
from tests.phone.conftest import Phone, Profile, becomes, eventually
from tests.phone.fake_server import Memory
from tests.phone.people import AUDIT, SHOP

Draw = Callable[..., bytes]


#: No disk in a test is small enough to fill: photos meet the error that a full one gives.
FULL = """() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name === "photos") throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, given);
  };
  window.makeRoom = () => { IDBObjectStore.prototype.put = put; };
}"""

#: A disk that takes no draft, whatever the reason, and nothing small, until it is made well.
SICK = """() => {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...given) {
    if (["drafts", "things"].includes(this.name)) throw new DOMException("lost", "UnknownError");
    return put.apply(this, given);
  };
  window.makeWell = () => { IDBObjectStore.prototype.put = put; };
}"""

#: Remembers the connections that the page uses, so that they can be cut. A browser that cuts one
#: says so with an event, but what is asked before that meets a connection that is closing.
CUT = """() => {
  const { transaction } = IDBDatabase.prototype;
  const used = new Set();
  IDBDatabase.prototype.transaction = function (...given) {
    used.add(this);
    return transaction.apply(this, given);
  };
  window.cut = (told) => {
    for (const one of used) {
      one.close();
      if (told) one.dispatchEvent(new Event("close"));
    }
    const cut = used.size;
    used.clear();
    return cut;
  };
}"""
TRYING = "[role=alert]:has-text('The app keeps trying')"


def kill(profile: Profile) -> None:
    """The battery is empty: no page is asked, nothing is said goodbye to."""
    mine = ["pgrep", "-f", f"user-data-dir={profile.folder}"]
    listed = subprocess.run(mine, capture_output=True, text=True, check=True)
    for process in listed.stdout.split():
        os.kill(int(process), signal.SIGKILL)


def submit(phone: Phone) -> None:
    phone.page.click("text=Review and send")
    phone.page.wait_for_selector("text=Everything is there.")
    phone.page.click("button:has-text('Send')")
    phone.page.wait_for_selector(".receipt")


def test_a_phone_that_dies_keeps_every_answer_and_photo(profile: Profile, shop_photo: Draw) -> None:
    cleo = profile.start()
    cleo.sign_in()
    audit = cleo.begin(AUDIT)
    cleo.answer_everything(shop_photo())
    cleo.page.click("#item-B5 >> text=Note")
    expect(cleo.page.locator("#item-B5 textarea")).to_be_focused()
    cleo.page.keyboard.type("third shelf")
    expect(cleo.page.locator("#item-B5 textarea")).to_have_value("third shelf")
    cleo.wrote("B5", "third shelf")
    kill(profile)
    again = profile.start()
    again.open(f"#/audit/{audit}")
    # The same item it was left at.
    again.page.wait_for_selector("#item-B5 .thumb img")
    [draft] = again.stored("drafts")
    assert draft["answers"]["B5"]["note"] == "third shelf"
    assert draft["answers"]["A3"] == {"value": 1, "source": "counted"}


def test_a_phone_that_dies_in_mid_upload_goes_on_where_it_stopped(
    profile: Profile, memory: Memory, shop_photo: Draw
) -> None:
    cleo = profile.start()
    cleo.sign_in()
    audit = cleo.begin(AUDIT)
    memory.fault = lambda method, path: "down" if "/photos/" in path else None
    cleo.answer_everything(shop_photo())
    submit(cleo)
    eventually(lambda: audit in memory.audits)
    kill(profile)
    memory.fault = lambda method, path: None
    again = profile.start()
    again.open("#/outbox")
    becomes(lambda: memory.complete, [audit])
    again.page.wait_for_selector("text=Received")


def test_a_captive_portal_is_not_taken_for_the_server(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    audit = cleo.begin(AUDIT)
    cleo.answer_everything(shop_photo())
    memory.fault = lambda method, path: "portal" if path.startswith("/api/") else None
    submit(cleo)
    cleo.page.wait_for_selector("text=No connection")
    assert len(cleo.stored("photos")) == 1
    memory.fault = lambda method, path: None
    cleo.page.click("text=Try now")
    cleo.page.wait_for_selector("text=The server has everything")
    assert memory.complete == [audit]


def test_a_token_that_ran_out_offline_keeps_the_queue(
    cleo: Phone, context: BrowserContext, memory: Memory, shop_photo: Draw
) -> None:
    context.set_offline(True)
    audit = cleo.begin(AUDIT)
    cleo.answer_everything(shop_photo())
    submit(cleo)
    memory.tokens.clear()
    context.set_offline(False)
    cleo.page.click("text=Sign in")
    cleo.page.fill("[name=password]", "correct horse")
    cleo.page.click("button.primary")
    becomes(lambda: memory.complete, [audit])


def test_another_person_on_the_same_phone_neither_sees_nor_loses_the_work(
    cleo: Phone, context: BrowserContext, memory: Memory, shop_photo: Draw
) -> None:
    context.set_offline(True)
    audit = cleo.begin(AUDIT)
    cleo.answer_everything(shop_photo())
    submit(cleo)
    cleo.go("#/settings")
    cleo.page.wait_for_selector("text=Signing out is possible when it has.")
    assert cleo.page.is_disabled("button:has-text('Sign out')")
    memory.tokens.clear()
    context.set_offline(False)
    cleo.go("#/signin")
    cleo.page.fill("[name=email]", "sam@demo.example")
    cleo.page.fill("[name=password]", "correct horse")
    cleo.page.click("button.primary")
    cleo.page.wait_for_selector("text=To do")
    cleo.wait_until_synced()
    assert cleo.page.locator("text=Sent and waiting").count() == 0
    assert memory.audits == {}
    cleo.go("#/signin")
    cleo.page.wait_for_selector("text=Work of Cleo Park waits on this phone")
    cleo.page.fill("[name=email]", "cleo@demo.example")
    cleo.page.fill("[name=password]", "correct horse")
    cleo.page.click("button.primary")
    becomes(lambda: memory.complete, [audit])


def test_two_tabs_can_look_but_only_one_can_write(cleo: Phone, context: BrowserContext) -> None:
    audit = cleo.begin(AUDIT)
    cleo.page.click("#item-A1 >> text=Yes")
    other = Phone(context.new_page(), cleo.url)
    other.open(f"#/audit/{audit}")
    other.page.wait_for_selector("text=open in another tab")
    other.page.click("text=Go on here")
    other.page.wait_for_selector("#item-A1")
    cleo.page.wait_for_selector("text=open in another tab")
    other.page.click("#item-A3 [aria-label='One more']")
    eventually(lambda: other.stored("drafts")[0]["answers"].get("A3"))
    assert other.stored("drafts")[0]["answers"]["A1"] == {"value": "yes"}


def test_a_new_version_waits_until_no_audit_is_open(
    cleo: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = cleo.begin(AUDIT)
    cleo.page.click("#item-A1 >> text=Yes")
    contents = dict(read_static())
    contents["words/en.js"] = contents["words/en.js"].replace(b'"To do"', b'"To do now"')
    newer = build(contents)
    monkeypatch.setattr(routes, "shell", lambda: newer)
    cleo.page.evaluate(
        "async () => { await (await navigator.serviceWorker.getRegistration('/app/')).update(); }"
    )
    cleo.page.wait_for_function(
        "async () => !!(await navigator.serviceWorker.getRegistration('/app/')).waiting"
    )
    # In the middle of an audit: the old version still, and all of it.
    cleo.section("Proof")
    cleo.page.click("text=Review and send")
    cleo.page.wait_for_selector("text=things still to do")
    assert newer.version not in cleo.page.content()
    cleo.go("#/")
    cleo.page.wait_for_selector("text=To do now")
    cleo.go(f"#/audit/{audit}")
    cleo.page.wait_for_selector(".item")
    assert cleo.stored("drafts")[0]["answers"]["A1"] == {"value": "yes"}


def test_a_full_phone_says_so_and_keeps_what_it_has(cleo: Phone, shop_photo: Draw) -> None:
    cleo.begin(AUDIT)
    cleo.page.click("#item-A1 >> text=Yes")
    cleo.section("Proof")
    cleo.page.evaluate(FULL)
    chooser = cleo.page.locator("#item-B5 input[aria-label*='Gallery']")
    picture: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": shop_photo()}
    chooser.set_input_files(files=[picture])
    cleo.page.wait_for_selector("[role=alert]:has-text('full')")
    [draft] = cleo.stored("drafts")
    assert draft["answers"]["A1"] == {"value": "yes"}
    assert draft["photos"] == []
    cleo.page.evaluate("() => window.makeRoom()")
    cleo.add_photo("B5", shop_photo())
    assert len(cleo.stored("drafts")[0]["photos"]) == 1


def test_what_the_disk_refuses_is_written_by_itself_when_it_takes_it(
    cleo: Phone, shop_photo: Draw
) -> None:
    audit = cleo.begin(AUDIT)
    cleo.add_photo("A1", shop_photo())
    cleo.page.evaluate(SICK)
    cleo.page.click("#item-A1 >> text=Yes")
    cleo.page.wait_for_selector(TRYING)
    # On every screen of the audit.
    cleo.go(f"#/review/{audit}")
    cleo.page.wait_for_selector("text=things still to do")
    cleo.page.wait_for_selector(TRYING)
    cleo.go(f"#/audit/{audit}")
    cleo.page.click("#item-A1 .thumb")
    cleo.page.wait_for_selector(f".editor {TRYING}")
    assert cleo.stored("drafts")[0]["answers"] == {}
    cleo.page.evaluate("() => window.makeWell()")
    becomes(lambda: cleo.stored("drafts")[0]["answers"], {"A1": {"value": "yes"}})
    cleo.page.wait_for_selector(TRYING, state="detached")


def test_who_leaves_an_audit_that_is_not_saved_finds_it_as_it_was(
    cleo: Phone, context: BrowserContext
) -> None:
    audit = cleo.begin(AUDIT)
    cleo.page.evaluate(SICK)
    cleo.page.click("#item-A1 >> text=Yes")
    cleo.page.wait_for_selector(TRYING)
    cleo.go("#/")
    cleo.page.wait_for_selector(f"main {TRYING}")
    cleo.page.click("text=Go on")
    expect(cleo.page.locator("#item-A1 input:checked")).to_have_count(1)
    cleo.page.locator("#item-A4 .big.good").click()
    cleo.go("#/")
    cleo.page.wait_for_selector(f"main {TRYING}")
    # No other tab begins from what is old on the disk.
    other = Phone(context.new_page(), cleo.url)
    other.open(f"#/audit/{audit}")
    other.page.wait_for_selector("text=open in another tab")
    cleo.page.evaluate("() => window.makeWell()")
    becomes(lambda: sorted(cleo.stored("drafts")[0]["answers"]), ["A1", "A4"])
    cleo.page.wait_for_selector(TRYING, state="detached")
    other.page.reload()
    expect(other.page.locator("#item-A1 input:checked")).to_have_count(1)


def test_the_note_pad_opens_on_a_disk_that_refuses_and_says_so(cleo: Phone) -> None:
    shop = cleo.begin(SHOP, "Open the note pad")
    cleo.go("#/")
    cleo.page.wait_for_selector("text=Begun")
    cleo.page.evaluate(SICK)
    cleo.go(f"#/notes/{shop}")
    cleo.page.click(".rows button:has-text('Near')")
    cleo.page.wait_for_selector(f".notepad {TRYING}")
    cleo.page.evaluate("() => window.makeWell()")
    becomes(lambda: [tap["what"] for tap in cleo.stored("drafts")[0]["taps"]], ["near"])
    cleo.page.wait_for_selector(TRYING, state="detached")


@pytest.mark.parametrize("told", [True, False])
def test_a_connection_that_the_browser_cuts_costs_no_answer(
    cleo: Phone, shop_photo: Draw, told: bool
) -> None:
    cleo.begin(AUDIT)
    cleo.page.evaluate(CUT)
    cleo.page.click("#item-A1 >> text=Yes")
    becomes(lambda: sorted(cleo.stored("drafts")[0]["answers"]), ["A1"])
    assert cleo.page.evaluate("told => window.cut(told)", told) > 0
    cleo.add_photo("A1", shop_photo())
    cleo.page.locator("#item-A4 .big.good").click()
    becomes(lambda: sorted(cleo.stored("drafts")[0]["answers"]), ["A1", "A4"])
    [photo] = cleo.stored("drafts")[0]["photos"]
    assert [one["sha256"] for one in cleo.stored("photos")] == [photo["sha256"]]
    assert cleo.page.locator(TRYING).count() == 0
    cleo.go("#/")
    cleo.page.wait_for_selector("text=Begun")


def test_a_checklist_replaced_meanwhile_does_not_change_the_audit(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    audit = cleo.begin(AUDIT)
    cleo.page.click("#item-A1 >> text=Yes")
    newer = {"key": "every-kind", "version": 2, "sha256": "1" * 64}
    memory.checklists["every-kind", 2] = {**memory.checklists["every-kind", 1], "sections": []}
    memory.work = {**memory.work, "assignments": [], "checklists": [newer]}
    cleo.go("#/")
    cleo.page.click("text=Try now")
    cleo.page.wait_for_selector("text=No open assignments")
    cleo.page.click("text=Go on")
    cleo.page.wait_for_selector("#item-A3")
    cleo.answer_everything(shop_photo())
    submit(cleo)
    becomes(lambda: memory.complete, [audit])
    assert memory.latest(audit)["checklist"]["version"] == 1


def test_what_the_server_wants_looked_at_is_said_and_can_be_corrected(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    memory.reasons = [
        {"place": "answers.A5", "code": "out_of_range", "message": "must be at most 30"},
        {"place": "checklist.version", "code": "old_checklist", "message": "version 2"},
    ]
    audit = cleo.begin(AUDIT)
    cleo.answer_everything(shop_photo())
    submit(cleo)
    # In the app's own words, and so in the person's language.
    cleo.page.wait_for_selector("text=Outside what is possible")
    cleo.page.wait_for_selector("text=asks for another version of the checklist")
    cleo.page.click("button:has-text('Correct it')")
    cleo.page.wait_for_selector(".item")
    cleo.section("Shelf and floor")
    cleo.page.fill("#item-A5 input", "24")
    memory.reasons = []
    cleo.section("Proof")
    submit(cleo)
    becomes(lambda: memory.complete, [audit])
    assert memory.latest(audit)["answers"]["A5"]["value"] == 24
    assert len(memory.audits[audit]) == 2


def test_unsent_audits_can_be_saved_to_a_file(
    cleo: Phone, context: BrowserContext, shop_photo: Draw
) -> None:
    context.set_offline(True)
    audit = cleo.begin(AUDIT)
    cleo.answer_everything(shop_photo())
    submit(cleo)
    with cleo.page.expect_download() as download:
        cleo.page.click("text=Save unsent audits to a file")
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == 3
    assert '"about":"unsent audits"' in lines[0]
    assert f'"audit":"{audit}"' in lines[2]
