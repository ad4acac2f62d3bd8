"""Every screen can be read, reached and hit by everybody: axe, targets, large text, keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.phone.conftest import Phone, eventually
from tests.phone.fake_server import Memory
from tests.phone.people import AUDIT, BACK, SHOP

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Draw = Callable[..., bytes]

#: Whatever can be tapped and is smaller than 44 px; a field in a label counts with its label.
SMALL = """() => [...document.querySelectorAll(
    'button, a[href], summary, label.choice, label.tool, input, textarea')]
  .filter((one) => one.checkVisibility() && !one.matches('label.choice input, label.tool input'))
  .map((one) => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 43.5 || height < 43.5)
  .map(([name, { width, height }]) => `${width} × ${height} ${name}`)"""

#: Whatever is wider than the screen, or cut off inside its own box.
CUT = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const cut = [...document.querySelectorAll('button, .button, .pill, .key, summary, .tool')]
    .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.textContent.trim());
  const out = [...document.querySelectorAll('#app *')]
    .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((one) => one.outerHTML.slice(0, 70));
  return wide > 0 ? [`page is ${wide} px too wide`, ...out, ...cut] : cut;
}"""


def every_screen(phone: Phone, context: BrowserContext, photo: bytes) -> Iterator[str]:
    """Goes through the app and stops at each screen, with something on it."""
    page = phone.page
    phone.open()
    page.wait_for_selector("form")
    yield "sign in"
    phone.sign_in()
    yield "home"
    phone.go(f"#/assignment/{SHOP}")
    page.wait_for_selector("text=Brief")
    yield "assignment"
    page.click("text=Not possible")
    page.wait_for_selector("text=Store closed")
    yield "not possible"
    phone.go(f"#/returned/{BACK}")
    page.wait_for_selector("button.primary:not([disabled])")
    yield "sent back"
    page.click("text=Put it right")
    page.click("#item-A1 >> text=No")
    phone.go(f"#/review/{BACK}")
    page.wait_for_selector("[name=words]")
    yield "answer"
    audit = phone.begin(AUDIT)
    page.click("#item-A1 >> text=No")
    page.click("#item-A1 summary")
    page.locator("#item-A4 .big.good").click()
    page.click("#item-A4 summary")
    page.locator("#item-A5 .big").click()
    page.locator("#item-A5 .big").click()
    yield "a section"
    page.click(".jump > button")
    yield "all sections"
    page.click(".jump > button")
    phone.section("Proof")
    page.click("#item-B3 >> text=Not applicable")
    phone.add_photo("B5", photo)
    page.wait_for_selector("#item-B6 canvas")
    yield "proof"
    page.click("#item-B5 .thumb")
    page.wait_for_selector(".frame .marks")
    page.focus(".frame")
    expect(page.locator(".frame")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".frame .marks .selected")).to_have_count(1)
    yield "photo"
    phone.go(f"#/review/{audit}")
    page.wait_for_selector("text=things still to do")
    yield "review"
    page.once("dialog", lambda dialog: dialog.accept())
    context.set_offline(True)
    page.click("text=Send with gaps")
    page.wait_for_selector(".receipt")
    yield "one of the outbox"
    phone.go("#/outbox")
    page.wait_for_selector(".pill")
    yield "outbox"
    context.set_offline(False)
    phone.go("#/settings")
    page.wait_for_selector("meter")
    yield "settings"
    phone.begin(SHOP, "Open the note pad")
    page.click(".rows button")
    yield "note pad"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(
    phone: Phone, context: BrowserContext, shop_photo: Draw, scheme: Any
) -> None:
    phone.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    axe = AXE.read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for screen in every_screen(phone, context, shop_photo()):
        if not phone.page.evaluate("() => 'axe' in window"):
            phone.page.evaluate(axe)
        violations = phone.page.evaluate("async () => (await axe.run()).violations")
        for violation in violations:
            places = [node["html"][:160] for node in violation["nodes"]]
            found.setdefault(screen, []).append(f"{violation['id']}: {places}")
    assert found == {}


def test_everything_can_be_hit_with_a_thumb(
    phone: Phone, context: BrowserContext, shop_photo: Draw
) -> None:
    small = {
        screen: phone.page.evaluate(SMALL) for screen in every_screen(phone, context, shop_photo())
    }
    assert {screen: found for screen, found in small.items() if found} == {}


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_nothing_is_cut_off_at_any_size_of_text(
    phone: Phone, context: BrowserContext, shop_photo: Draw, size: str
) -> None:
    phone.page.add_init_script(
        f"addEventListener('DOMContentLoaded', () =>"
        f" document.documentElement.style.setProperty('font-size', '{size}'))"
    )
    cut = {
        screen: phone.page.evaluate(CUT) for screen in every_screen(phone, context, shop_photo())
    }
    assert {screen: found for screen, found in cut.items() if found} == {}


@pytest.mark.parametrize("language", ["한국어", "繁體中文"])
def test_nothing_is_cut_off_in_any_language(phone: Phone, language: str) -> None:
    phone.sign_in()
    phone.go("#/settings")
    phone.page.click(f"text={language}")
    found: dict[str, list[str]] = {}
    for address in (
        "#/",
        "#/settings",
        "#/outbox",
        f"#/assignment/{SHOP}",
        f"#/assignment/{AUDIT}",
    ):
        phone.go(address)
        phone.page.wait_for_selector("main:not([aria-busy=true])")
        found[address] = phone.page.evaluate(CUT)
    assert {address: cut for address, cut in found.items() if cut} == {}


def test_an_audit_can_be_filled_in_by_keyboard(cleo: Phone) -> None:
    cleo.begin(AUDIT)
    page = cleo.page
    page.evaluate("() => document.activeElement?.blur()")
    wanted = {"A1", "A3", "A4", "A5", "A6"}
    reached: set[str] = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        place = page.evaluate(
            "() => document.activeElement.closest('[data-item]')?.dataset.item ?? null"
        )
        if place is not None and place not in reached:
            reached.add(place)
            if place == "A1":
                page.keyboard.press("Tab")
                expect(page.locator("#item-A1 input[type=radio]").first).to_be_focused()
                page.keyboard.press(" ")
                expect(page.locator("#item-A1 input:checked")).to_have_count(1)
    assert wanted <= reached
    eventually(lambda: cleo.stored("drafts")[0]["answers"].get("A1"))
    assert cleo.stored("drafts")[0]["answers"]["A1"]["value"] == "yes"


def test_the_shell_costs_nothing_after_the_first_visit(cleo: Phone, memory: Memory) -> None:
    memory.requests.clear()
    cleo.page.reload()
    cleo.wait_until_synced()
    asked = [path for _, path in memory.requests if not path.startswith("/api/")]
    assert [path for path in asked if path != "/app/sw.js"] == []


def test_nothing_is_loaded_from_elsewhere(
    phone: Phone, context: BrowserContext, shop_photo: Draw
) -> None:
    hosts: set[str] = set()
    context.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    list(every_screen(phone, context, shop_photo()))
    hosts = {host for host in hosts if not host.startswith("127.0.0.1")}
    assert hosts == set()
