"""Where the phone is, which is recorded and never a gate; the camera, which may close the page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, FilePayload, Geolocation, expect

from tests.phone.conftest import Phone, becomes, eventually
from tests.phone.fake_server import Memory
from tests.phone.people import AUDIT, SHOP

Draw = Callable[..., bytes]
BUSAN: Geolocation = {"latitude": 35.1152, "longitude": 129.0413, "accuracy": 15}


def sent(phone: Phone, memory: Memory, audit: str) -> dict[str, Any]:
    phone.go(f"#/review/{audit}")
    phone.page.once("dialog", lambda dialog: dialog.accept())
    phone.page.locator(".bottom button").click()
    eventually(lambda: audit in memory.audits)
    return memory.latest(audit)


def test_far_from_the_store_one_says_why_and_goes_on(
    cleo: Phone, context: BrowserContext, memory: Memory, shop_photo: Draw
) -> None:
    context.set_geolocation(BUSAN)
    audit = cleo.begin(AUDIT)
    cleo.page.wait_for_selector("text=You seem to be")
    cleo.page.fill("[name=why]", "The map is wrong")
    cleo.page.click("button:has-text('Go on')")
    cleo.page.click("#item-A1 >> text=Yes")
    cleo.add_photo("A1", shop_photo())
    document = sent(cleo, memory, audit)
    assert document["position_missing"] == "The map is wrong"
    # Auditors live somewhere: of a photo taken over a kilometre away only that is kept.
    [photo] = document["photos"]
    assert (photo["location"], photo["elsewhere"]) == (None, True)


#: A satellite is found when the test says so, by all who look for it.
LATE = """() => {
  const looking = [];
  window.satellite = () => looking.forEach((tell) => tell());
  navigator.geolocation.getCurrentPosition = (found) => {
    const coords = { latitude: 37.5563, longitude: 126.9236, accuracy: 9 };
    looking.push(() => found({ coords }));
  };
}"""


def test_a_position_found_late_does_not_take_the_audit_from_who_goes_on_with_it(
    cleo: Phone,
) -> None:
    cleo.page.evaluate(LATE)
    audit = cleo.begin(AUDIT)
    cleo.go("#/")
    cleo.page.wait_for_selector("text=Begun")
    cleo.go(f"#/audit/{audit}")
    cleo.page.wait_for_selector("#item-A1")
    cleo.page.evaluate("() => window.satellite()")
    becomes(lambda: [len(draft["positions"]) for draft in cleo.stored("drafts")], [1])
    cleo.page.click("#item-A1 >> text=Yes")
    becomes(lambda: cleo.stored("drafts")[0]["answers"].get("A1"), {"value": "yes"})


def test_without_a_position_the_work_goes_on(
    cleo: Phone, context: BrowserContext, memory: Memory
) -> None:
    context.clear_permissions()
    audit = cleo.begin(AUDIT)
    cleo.page.wait_for_selector("text=The phone may not tell where you are")
    cleo.page.click("button:has-text('Go on')")
    document = sent(cleo, memory, audit)
    assert document["positions"] == []
    assert document["position_missing"] == "denied"


def test_on_a_mystery_shop_a_position_is_taken_at_two_taps_only(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    audit = cleo.begin(SHOP, "Open the note pad")
    for tap in ("In", "Near", "Hello", "Line", "Till", "Slip", "Out"):
        cleo.page.click(f".rows button:has-text('{tap}')")
    cleo.page.fill("textarea", "Badge missing at till 3")
    becomes(lambda: len(cleo.stored("drafts")[0]["positions"]), 2)
    cleo.page.click("text=Done")
    cleo.page.wait_for_selector(".item")
    answers = cleo.stored("drafts")[0]["answers"]
    assert {key: answers[key]["source"] for key in ("G1", "G2", "B1", "B8")} == {
        "G1": "counted",
        "G2": "timed",
        "B1": "timed",
        "B8": "timed",
    }
    document = sent(cleo, memory, audit)
    assert [fix["what"] for fix in document["positions"]] == ["arrived", "left"]
    assert document["memo"] == "Badge missing at till 3"
    assert document["visited_from"] <= document["visited_until"] <= document["sealed_at"]


def test_a_camera_that_closes_the_page_costs_nothing(cleo: Phone, context: BrowserContext) -> None:
    audit = cleo.begin(AUDIT)
    cleo.section("Proof")
    cleo.page.click("#item-B5 >> text=Note")
    expect(cleo.page.locator("#item-B5 textarea")).to_be_focused()
    cleo.page.keyboard.type("third shelf")
    expect(cleo.page.locator("#item-B5 textarea")).to_have_value("third shelf")
    with cleo.page.expect_file_chooser():
        cleo.page.click("#item-B5 input[capture]", force=True)
    cleo.wrote("B5", "third shelf")
    cleo.page.close()
    again = Phone(context.new_page(), cleo.url)
    again.open(f"#/audit/{audit}")
    again.page.wait_for_selector("#item-B5 textarea")
    assert again.page.input_value("#item-B5 textarea") == "third shelf"


def test_an_organisation_that_wants_originals_gets_the_cameras_own_bytes(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    memory.work = {
        **memory.work,
        "settings": {"photo_originals": True, "photo_long_side": 1600},
    }
    cleo.page.click("text=Try now")
    cleo.wait_until_synced()
    cleo.begin(AUDIT)
    cleo.section("Proof")
    cleo.add_photo("B5", shop_photo(orientation=6))
    [photo] = cleo.stored("drafts")[0]["photos"]
    assert photo["sha256"] == hashlib.sha256(shop_photo(orientation=6)).hexdigest()


def test_an_iphone_is_asked_to_install_before_it_signs_in(phone: Phone) -> None:
    phone.page.add_init_script(
        "Object.defineProperty(navigator, 'userAgent', { get: () =>"
        " 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15' })"
    )
    phone.open()
    phone.page.wait_for_selector("text=First, put the app on your home screen")
    assert phone.page.locator("[name=password]").count() == 0
    phone.page.click("text=Go on in the browser all the same")
    phone.page.wait_for_selector("[name=password]")


def test_an_iphone_does_not_use_up_a_code_before_the_app_is_installed(
    phone: Phone, memory: Memory
) -> None:
    phone.page.add_init_script(
        "Object.defineProperty(navigator, 'userAgent', { get: () => 'iPhone' })"
    )
    phone.open("#/code/QUIET-FOX-41")
    phone.page.wait_for_selector("text=First, put the app on your home screen")
    assert memory.tokens == {}


def test_the_same_photo_at_another_item_is_said_not_swallowed(
    cleo: Phone, shop_photo: Draw
) -> None:
    cleo.begin(AUDIT)
    cleo.add_photo("A1", shop_photo())
    chooser = cleo.page.locator("#item-A3 input[aria-label*='Photo']")
    again: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": shop_photo()}
    chooser.set_input_files(files=[again])
    cleo.page.wait_for_selector("#item-A3 [role=alert]:has-text('in the audit already: A1')")
