"""Controls that remember: the stopwatch, the signature, what is not applicable."""

from __future__ import annotations

from playwright.sync_api import FilePayload, expect

from tests.factories.visits import jpeg
from tests.phone.conftest import Phone, becomes, eventually
from tests.phone.people import AUDIT, STANDARD


def test_a_stopwatch_goes_on_while_the_app_is_closed(cleo: Phone) -> None:
    audit = cleo.begin(AUDIT)
    cleo.page.click("#item-A5 .big")
    cleo.page.wait_for_selector("#item-A5 .running")
    eventually(lambda: cleo.stored("drafts")[0]["running"].get("A5"))
    cleo.page.reload()
    cleo.page.wait_for_selector("#item-A5 .running")
    cleo.page.click("#item-A5 .running")
    cleo.page.wait_for_selector("#item-A5 >> text=Time it again")
    eventually(lambda: cleo.stored("drafts")[0]["answers"].get("A5"))
    [draft] = cleo.stored("drafts")
    assert draft["id"] == audit
    assert draft["answers"]["A5"]["source"] == "timed"
    assert draft["timings"]["A5"] == [draft["answers"]["A5"]["value"]]


def test_of_several_timings_one_is_chosen(cleo: Phone) -> None:
    cleo.begin(AUDIT)
    for _ in range(2):
        cleo.page.click("#item-A5 .big")
        cleo.page.wait_for_selector("#item-A5 .running")
        cleo.page.click("#item-A5 .running")
    cleo.page.wait_for_selector("#item-A5 >> text=mean")
    becomes(lambda: len(cleo.stored("drafts")[0]["timings"]["A5"]), 2)


def test_a_signature_is_kept_as_strokes_within_its_field(cleo: Phone) -> None:
    cleo.begin(AUDIT)
    cleo.section("Proof")
    cleo.page.fill("#item-B6 input[autocomplete=name]", "Sam Lee")
    canvas = cleo.page.locator("#item-B6 canvas")
    canvas.scroll_into_view_if_needed()
    field = canvas.bounding_box()
    assert field is not None
    cleo.page.mouse.move(field["x"] + 30, field["y"] + 40)
    cleo.page.mouse.down()
    for step in range(1, 8):
        cleo.page.mouse.move(field["x"] + 30 + 20 * step, field["y"] + 40 + 5 * step)
    cleo.page.mouse.up()
    eventually(lambda: cleo.stored("drafts")[0]["answers"]["B6"]["value"]["strokes"])
    value = cleo.stored("drafts")[0]["answers"]["B6"]["value"]
    assert value["name"] == "Sam Lee"
    points = [point for stroke in value["strokes"] for point in stroke]
    assert len(points) >= 2
    assert all(0 <= at <= 1 for point in points for at in point)
    assert abs(points[0][0] - 30 / field["width"]) < 0.05


def test_not_applicable_asks_for_its_reason(cleo: Phone) -> None:
    cleo.begin(AUDIT)
    cleo.section("Proof")
    cleo.page.click("#item-B3 >> text=Not applicable")
    cleo.page.click("text=Review and send")
    cleo.page.click("a:has-text('Say why it is not applicable')")
    cleo.page.fill("#item-B3 .na input", "Nothing was bought")
    reason = {"na": True, "reason": "Nothing was bought"}
    becomes(lambda: cleo.stored("drafts")[0]["answers"]["B3"], reason)


def test_a_long_section_with_many_photos_is_whole_after_a_look_at_another(cleo: Phone) -> None:
    page = cleo.page
    cleo.begin(STANDARD)
    cards, pictures = page.locator(".item"), page.locator(".item .thumb img")
    files = [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=jpeg(n)) for n in range(12)]
    page.locator(".item input[multiple]").first.set_input_files(files)
    expect(pictures).to_have_count(12)
    keys = cards.evaluate_all("all => all.map((one) => one.dataset.item)")
    page.click("nav >> text=Next")
    page.wait_for_selector("#item-A1")
    assert cards.count() > 0
    page.click("nav >> text=Back")
    expect(cards).to_have_count(len(keys))
    assert cards.evaluate_all("all => all.map((one) => one.dataset.item)") == keys
    expect(pictures).to_have_count(12)
    loaded = "all => all.every((one) => one.complete && one.naturalWidth > 0)"
    eventually(lambda: pictures.evaluate_all(loaded))


def test_tomorrow_begins_at_the_item_that_was_tapped_last(cleo: Phone) -> None:
    """Also where a tap gives a button no focus, as in Safari."""
    audit = cleo.begin(AUDIT)
    cleo.page.locator("#item-A4 .big.good").evaluate("one => one.click()")
    becomes(lambda: cleo.stored("drafts")[0]["place"], {"section": "A", "item": "A4"})
    cleo.go("#/")
    cleo.page.wait_for_selector("text=Begun")
    cleo.go(f"#/audit/{audit}")
    expect(cleo.page.locator("#item-A4")).to_be_focused()


def test_a_card_that_lacks_its_note_does_not_look_done(cleo: Phone) -> None:
    cleo.begin(AUDIT)
    card = cleo.page.locator("#item-A1")
    cleo.page.click("#item-A1 >> text=No")
    expect(card).to_contain_class("lacking")
    card.locator("textarea").fill("wet floor")
    expect(card).to_contain_class("done")
