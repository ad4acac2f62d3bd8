"""The road in Firefox and in WebKitGTK, which is what stands in for iPhones here."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import JavascriptException, StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.phone.browsers.road import FIND, Step, with_photo
from tests.phone.conftest import PATIENCE
from tests.phone.fake_server import Memory

Draw = Callable[..., bytes]
HERE = Path(__file__).parent


@pytest.fixture
def steps(tmp_path: Path, shop_photo: Draw) -> list[Step]:
    photo = tmp_path / "shelf.jpg"
    photo.write_bytes(shop_photo())
    return with_photo(photo)


def check_arrived(memory: Memory) -> None:
    """The audit is complete on the server, byte for byte, with its mark."""
    [audit] = memory.complete
    sent = memory.latest(audit)
    assert sent["answers"]["A4"] == {"value": {"k": 1, "n": 1}, "source": "counted"}
    [photo] = sent["photos"]
    assert hashlib.sha256(memory.photos[photo["sha256"]]).hexdigest() == photo["sha256"]
    [mark] = photo["marks"]
    assert mark["kind"] == "box"
    for found, drawn in zip([*mark["at"], *mark["size"]], [0.25, 0.4, 0.5, 0.2], strict=True):
        assert abs(found - drawn) < 0.02


def test_the_road_in_firefox(url: str, memory: Memory, steps: list[Step]) -> None:
    firefox = shutil.which("firefox-esr") or shutil.which("firefox") or "firefox"
    road = {"url": url, "firefox": firefox, "find": FIND, "steps": steps, "seconds": PATIENCE}
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    gone = subprocess.run(
        ["node", str(HERE / "firefox.mjs")],
        input=json.dumps(road),
        env={**os.environ, "PATH": tools},
        capture_output=True,
        text=True,
        check=False,
    )
    assert gone.returncode == 0, gone.stderr
    check_arrived(memory)


@pytest.fixture
def screen() -> Iterator[str]:
    """A screen that nobody sees; gives its name. The number is Xvfb's own choice."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
        server.terminate()


@pytest.fixture
def webkit(screen: str) -> Iterator[webdriver.WebKitGTK]:
    options = Options()
    options.binary_location = str(next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")))
    options.add_argument("--automation")
    environment = {**os.environ, "DISPLAY": screen, "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
    driver = shutil.which("WebKitWebDriver") or "WebKitWebDriver"
    started = webdriver.WebKitGTK(options, Service(driver, env=environment))
    yield started
    started.quit()


class Walker:
    """Goes steps in WebKitGTK."""

    def __init__(self, driver: Any, url: str) -> None:
        self.driver, self.url = driver, url

    def walk(self, steps: list[Step]) -> None:
        for what, *more in steps:
            getattr(self, what)(*more)

    def go(self, address: str) -> None:
        if address:
            self.driver.execute_script("location.hash = arguments[0]", address)
        else:
            self.driver.get(f"{self.url}/app/")

    def reload(self) -> None:
        self.driver.refresh()

    def see(self, selector: str, text: str) -> WebElement:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                found = self.driver.execute_script(f"return ({FIND})(...arguments)", selector, text)
            except JavascriptException:
                found = None  # the page is on its way to another one
            if isinstance(found, WebElement):
                return found
            time.sleep(0.05)
        shown = self.driver.execute_script("return document.body.innerText")
        raise AssertionError(f"never seen: {selector} «{text}»\n{shown}")

    def click(self, selector: str, text: str) -> None:
        try:
            self.see(selector, text).click()
        except StaleElementReferenceException:
            self.see(selector, text).click()  # drawn anew between finding and clicking

    def fill(self, selector: str, words: str) -> None:
        self.see(selector, "").send_keys(words)

    def upload(self, selector: str, file: str) -> None:
        self.see(selector, "").send_keys(file)

    def draw(self, selector: str, text: str) -> None:
        field = self.see(selector, text)
        wide, high = field.size["width"], field.size["height"]
        # Offsets are from the middle of the element.
        finger = ActionChains(self.driver, duration=20)
        finger.move_to_element_with_offset(field, round(-wide / 4), round(-high / 10))
        finger.click_and_hold().move_by_offset(round(wide / 4), round(high / 10))
        finger.move_by_offset(round(wide / 4), round(high / 10)).release().perform()


@pytest.mark.filterwarnings("ignore:setting remote_server_addr")  # Selenium's own class does it
def test_the_road_in_webkit(
    webkit: webdriver.WebKitGTK, url: str, memory: Memory, steps: list[Step]
) -> None:
    Walker(webkit, url).walk(steps)
    check_arrived(memory)
