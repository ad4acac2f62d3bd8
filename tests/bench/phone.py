"""`python -m tests.bench.phone`: how fast the phone app answers, in chromium on a phone's screen.

The first visit over slow 3G (400 kbit/s, 400 ms) and the second one from the cache; then taps on
every kind of control of the model checklist, with 30 photos in the draft and the CPU slowed four
times. Two times of a tap are told: until the page is done with the next picture, which is what the
app can do something about, and until that picture is on the screen (Event Timing; shorter than
16 ms is not told apart), in which the machine's drawing without a graphics card has its part.
Prints a table; judges nothing.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, sync_playwright

from tests.factories.visits import jpeg
from tests.phone.conftest import CHROMIUM, SCREEN, Phone, eventually
from tests.phone.fake_server import Memory, serving
from tests.phone.people import STANDARD, demo

SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
SLOWER = 4
PHOTOS = 30
LEAST = 16
BARE = 20
#: How long a finger stays on the glass, milliseconds. Without it, what the page draws under the
#: finger would be measured as part of the answer.
PRESS = 80
CONTROLS = ".choice, .stepper button:not([disabled]), .big, .toggle"

#: Notes the longest event of each interaction (https://www.w3.org/TR/event-timing/), and when the
#: page was done with the picture after it.
LISTEN = """() => {
  window.taps = new Map();
  window.drawn = [];
  let last = 0; // a label clicks its field: one tap, the same moment
  addEventListener("click", ({ timeStamp }) => {
    if (timeStamp === last) return;
    last = timeStamp;
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => drawn.push(performance.now() - timeStamp);
      after.port2.postMessage(null);
    });
  }, true);
  new PerformanceObserver((list) => {
    for (const { interactionId, duration, name } of list.getEntries()) {
      if (interactionId) taps.set(interactionId, Math.max(taps.get(interactionId) ?? 0, duration));
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: false });
}"""
SHOWN = "() => document.querySelector('form, .sync-line') ? performance.now() : 0"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--trace", type=Path, help="write a performance trace of the taps there")
    given = options.parse_args()
    memory = demo()
    with serving(memory) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        loads = list(first_and_second_visit(browser, url))
        drawn, taps = slow_taps(browser, url, memory, given.trace)
        bare = bare_taps(browser)
        browser.close()
    print(
        "\n".join(
            table(
                loads,
                {
                    "done by the page": drawn,
                    "on the screen": taps,
                    "on the screen, a page with nothing but a field": bare,
                },
            )
        )
    )


@contextmanager
def phone_of(browser: Browser, url: str) -> Iterator[tuple[Phone, BrowserContext]]:
    context = browser.new_context(**SCREEN)
    context.set_default_timeout(120_000)
    yield Phone(context.new_page(), url), context
    context.close()


def first_and_second_visit(browser: Browser, url: str) -> Iterator[tuple[str, float, int, int]]:
    """For each visit: its name, ms until it can be used, bytes and requests until then."""
    with phone_of(browser, url) as (phone, context):
        session = context.new_cdp_session(phone.page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_3G)
        yield ("first visit, slow 3G", *_visit(phone, session))
        session.send("Network.emulateNetworkConditions", {**SLOW_3G, "latency": 0,
                     "downloadThroughput": -1, "uploadThroughput": -1})  # fmt: skip
        phone.sign_in()
        session.send("Network.emulateNetworkConditions", SLOW_3G)
        yield ("second visit, slow 3G, from the cache", *_visit(phone, session))


def _visit(phone: Phone, session: CDPSession) -> tuple[float, int, int]:
    came: list[float] = []
    served: set[str] = set()

    def answered(event: dict[str, Any]) -> None:
        if event["response"].get("fromServiceWorker"):
            served.add(event["requestId"])

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] not in served:
            came.append(event["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    phone.page.goto(f"{phone.url}/app/", wait_until="commit")
    shown = phone.page.wait_for_function(SHOWN).json_value()
    session.remove_listener("Network.responseReceived", answered)
    session.remove_listener("Network.loadingFinished", finished)
    return float(shown), round(sum(came)), len(came)


def slow_taps(
    browser: Browser, url: str, memory: Memory, trace: Path | None
) -> tuple[list[float], list[float]]:
    """Milliseconds of each tap on the model checklist, with the photos sent ahead: done by the
    page, and on the screen."""
    with phone_of(browser, url) as (phone, context):
        phone.sign_in()
        phone.begin(STANDARD)
        _take_photos(phone.page)
        eventually(lambda: len(memory.photos) >= PHOTOS)
        phone.page.wait_for_timeout(2000)
        session = context.new_cdp_session(phone.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        phone.page.evaluate(LISTEN)
        if trace:
            browser.start_tracing(page=phone.page, path=trace)
        done = _tap_everything(phone.page, session)
        if trace:
            browser.stop_tracing()
        return phone.page.evaluate("() => drawn"), _told(phone.page, done)


def bare_taps(browser: Browser) -> list[float]:
    """What a tap costs on this machine before an app has done anything."""
    context = browser.new_context(**SCREEN)
    page = context.new_page()
    page.set_content("<label><input type=checkbox> Yes</label>")
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.evaluate(LISTEN)
    for _ in range(BARE):
        _tap(page, session, page.locator("label"))
    told = _told(page, BARE)
    context.close()
    return told


def _told(page: Page, done: int) -> list[float]:
    """Each of `done` taps until it was on the screen; the quickest are not told by the browser."""
    page.wait_for_timeout(1000)
    told: list[float] = page.evaluate("() => [...taps.values()]")
    return [*told, *[LEAST] * max(0, done - len(told))]


def _take_photos(page: Page) -> None:
    """30 photos of the first item, as the gallery gives them, each another one."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.jpg" for number in range(PHOTOS)]
        for number, file in enumerate(files):
            file.write_bytes(jpeg(number, (1600, 1200)))
        page.locator(".item input[multiple]").first.set_input_files(files)
        page.wait_for_function(
            "n => document.querySelectorAll('.thumb img').length >= n", arg=PHOTOS
        )


def _tap_everything(page: Page, session: CDPSession) -> int:
    """Every section: the first control of each item. Gives how many taps."""
    done = 0
    while True:
        for item in page.locator(".item").all():
            control = item.locator(CONTROLS).locator("visible=true").first
            if control.count():
                _tap(page, session, control)
                done += 1
        onwards = page.locator("nav .primary:has-text('Next')")
        if not onwards.count():
            return done
        _tap(page, session, onwards)
        done += 1


def _tap(page: Page, session: CDPSession, control: Locator) -> None:
    """One finger, and nothing else: what `Locator.tap` looks up on the page while the finger is
    down would be measured with it."""
    control.evaluate("one => one.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(300)
    box = control.bounding_box()
    if box is not None:
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        _touch(session, "touchStart", at)
        page.wait_for_timeout(PRESS)
        _touch(session, "touchEnd")
    page.wait_for_timeout(500)


def _touch(session: CDPSession, what: str, *at: dict[str, float]) -> None:
    session.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": list(at)})


def table(loads: list[tuple[str, float, int, int]], taps: dict[str, list[float]]) -> Iterator[str]:
    yield "| visit | usable after | bytes | requests |"
    yield "| --- | --: | --: | --: |"
    for name, shown, size, requests in loads:
        yield f"| {name} | {shown / 1000:.2f} s | {size / 1024:.1f} KiB | {requests} |"
    yield ""
    yield f"| a tap, CPU slowed {SLOWER}×, {PHOTOS} photos | taps | p50 | p95 | longest |"
    yield "| --- | --: | --: | --: | --: |"
    for name, times in taps.items():
        p95 = statistics.quantiles(times, n=20)[-1]
        figures = (statistics.median(times), p95, max(times))
        yield f"| {name} | {len(times)} | {' | '.join(f'{one:.0f} ms' for one in figures)} |"


if __name__ == "__main__":
    main()
