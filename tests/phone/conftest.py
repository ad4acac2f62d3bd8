"""A phone in a browser: Debian's chromium, a phone's screen, the real app, a server in memory.

Whatever the console calls an error fails the test: a refused style, a broken module, a
rejection that nobody caught.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.phone.fake_server import Memory, serving
from tests.phone.people import demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
#: The same without windows, at half the cost; Debian has it.
HEADLESS = shutil.which("chromium-headless-shell") or CHROMIUM
SCREEN: dict[str, Any] = {
    "viewport": {"width": 360, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "en-GB",
    "timezone_id": "Asia/Seoul",
    "permissions": ["geolocation"],
    "geolocation": {"latitude": 37.5563, "longitude": 126.9236, "accuracy": 12},
}
#: What the browser itself says when a request fails is no fault of the app.
NETWORK = ("Failed to load resource", "net::ERR_")


#: How long a page may take before a test gives up, seconds. Long, because nothing waits for it in
#: vain but a test that fails, and a loaded machine with two browsers on it can be very slow.
PATIENCE = 90


def eventually(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits until something on the server's side holds; fails when it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.05)


def becomes(read: Callable[[], object], expected: object, seconds: float = PATIENCE) -> None:
    """Waits until what is read is what is expected; fails with what was there in its place."""
    end = time.monotonic() + seconds
    while (found := read()) != expected and time.monotonic() < end:
        time.sleep(0.05)
    assert found == expected


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=HEADLESS)
    yield started
    started.close()


@pytest.fixture
def memory() -> Memory:
    return demo()


@pytest.fixture
def url(memory: Memory) -> Iterator[str]:
    with serving(memory) as address:
        yield address


@dataclass
class Phone:
    """A page of the app, and what a person does with it."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(NETWORK):
            self.complaints.append(message.text)

    def open(self, address: str = "") -> None:
        self.page.goto(f"{self.url}/app/{address}")

    def go(self, address: str) -> None:
        self.page.evaluate("address => { location.hash = address; }", address)

    def sign_in(self, email: str = "cleo@demo.example") -> None:
        self.open()
        self.page.fill("[name=organisation]", "demo")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", "correct horse")
        self.page.click("button.primary")
        self.page.wait_for_selector("text=To do")
        # Installed: everything is kept for use without a network.
        self.page.wait_for_function("() => navigator.serviceWorker.controller")
        self.wait_until_synced()

    def wait_until_synced(self) -> None:
        self.page.wait_for_selector(".dot.done")

    def begin(self, assignment: str, button: str = "Open the form") -> str:
        """Opens the form of an assignment; gives the draft's id."""
        self.go(f"#/assignment/{assignment}")
        self.page.click(f"text={button}")
        self.page.wait_for_selector(".item, .notepad button")
        return self.page.url.split("/")[-1]

    def add_photo(self, item: str, data: bytes, gallery: bool = False) -> None:
        kind = "Gallery" if gallery else "Photo"
        chooser = self.page.locator(f"#item-{item} input[aria-label*='{kind}']")
        count = self.page.locator(f"#item-{item} .thumb img").count()
        file: FilePayload = {"name": "shelf.jpg", "mimeType": "image/jpeg", "buffer": data}
        chooser.set_input_files(files=[file])
        self.page.wait_for_function(
            "([item, n]) => document.querySelectorAll(`#item-${item} .thumb img`).length > n",
            arg=[item, count],
        )

    def section(self, name: str) -> None:
        self.page.click(".jump > button")
        self.page.click(f".jump li >> text={name}")
        self.page.wait_for_selector(f".section-title:has-text('{name}')")

    def wrote(self, item: str, note: str) -> None:
        """Waits until the note is on the disk: phones die later than a test can kill them."""

        def stored() -> Any:
            [draft] = self.stored("drafts")
            return draft["answers"].get(item, {}).get("note")

        becomes(stored, note)

    def saved(self) -> None:
        self.page.wait_for_selector(".saved.saved")

    def answer_everything(self, photo: bytes) -> None:
        """Answers all that the short checklist requires, on its open form."""
        page = self.page
        page.click("#item-A1 >> text=Yes")
        page.click("#item-A3 [aria-label='One more']")
        page.click("#item-A4 >> text=Not greeted")
        page.locator("#item-A4 .big.good").click()
        page.fill("#item-A5 input", "42")
        page.click("#item-A6 >> text=point 4")
        self.section("Proof")
        page.click("#item-B1 >> text=Dry")
        page.fill("#item-B3 input[type=number]", "12000")
        self.add_photo("B5", photo)

    def stored(self, store: str) -> list[dict[str, Any]]:
        """Everything in one of the stores of the person's database, without its bytes."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """async (store) => {
              const all = await indexedDB.databases();
              const { name } = all.find((one) => one.name.startsWith("auditapi-"));
              const db = await new Promise((done) => {
                const asked = indexedDB.open(name);
                asked.onsuccess = () => done(asked.result);
              });
              const rows = await new Promise((done) => {
                const asked = db.transaction(store).objectStore(store).getAll();
                asked.onsuccess = () => done(asked.result);
              });
              db.close();
              return JSON.parse(JSON.stringify(rows));
            }""",
            store,
        )
        return found


@contextmanager
def another_phone(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(**SCREEN)
    made.set_default_timeout(PATIENCE * 1000)
    yield made
    made.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with another_phone(browser) as made:
        yield made


@pytest.fixture
def phone(context: BrowserContext, url: str) -> Iterator[Phone]:
    """Cleo's phone, with the app not yet opened."""
    made = Phone(context.new_page(), url)
    yield made
    assert made.complaints == []


@pytest.fixture
def cleo(phone: Phone) -> Phone:
    """Cleo, signed in, everything fetched."""
    phone.sign_in()
    return phone


@dataclass
class Profile:
    """A browser whose data outlives it, as a phone's does; it can be killed."""

    playwright: Playwright
    folder: Path
    url: str
    running: list[BrowserContext] = field(default_factory=list)

    def start(self) -> Phone:
        context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=HEADLESS, **SCREEN
        )
        context.set_default_timeout(PATIENCE * 1000)
        self.running.append(context)
        return Phone(context.pages[0], self.url)

    def stop(self) -> None:
        for context in self.running:
            context.close()


@pytest.fixture
def profile(playwright: Playwright, tmp_path: Path, url: str) -> Iterator[Profile]:
    made = Profile(playwright, tmp_path / "profile", url)
    yield made
    made.stop()


@pytest.fixture
def shop_photo() -> Callable[..., bytes]:
    """A picture with something to see, as a camera would hand it over."""

    def draw(width: int = 2400, height: int = 1800, orientation: int = 1) -> bytes:
        image = Image.new("RGB", (width, height), "#c9d2cd")
        pen = ImageDraw.Draw(image)
        for shelf in range(4):
            top = height * (shelf + 1) // 5
            pen.rectangle((0, top, width, top + height // 60), fill="#6b4f36")
            for place in range(12):
                left = place * width // 12
                tone = (60 + 15 * place, 90 + 30 * shelf, 200 - 12 * place)
                pen.rectangle((left + 8, top - height // 8, left + width // 14, top), fill=tone)
        exif = Image.Exif()
        exif[0x0112] = orientation
        out = io.BytesIO()
        image.save(out, "JPEG", quality=88, exif=exif)
        return out.getvalue()

    return draw
