"""The same report by others: WeasyPrint as most would use it, a warm Chromium, and img2pdf.

Each gets the same markup and the same photos; what differs is said where it differs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import img2pdf  # type: ignore[import-untyped]
from playwright.sync_api import Page, sync_playwright

from auditapi.reports import html
from auditapi.reports.fetcher import SCHEME
from auditapi.reports.fontset import write_configuration
from auditapi.reports.story import tell
from auditapi.reports.view import ReportInput
from tests.bench import cost
from tests.bench.report_document import Taken
from tests.factories.alone import PEAK_KIB
from tests.factories.live import ROOT, free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
NAIVE_STYLE = """
table { table-layout: auto }
.photos { display: flex; flex-wrap: wrap; gap: 6mm }
.photos .picture { margin-right: 0 }
.contents a::after { content: leader('.') target-counter(attr(href), page); float: none }
"""
"""What a style sheet has that nobody measured: automatic tables, flex, dots in the contents."""


def page(report: ReportInput, folder: Path, photos: Mapping[str, bytes], style: str = "") -> Path:
    """The report as an XHTML file beside its photos, as a browser can open it.

    `photos`: bytes by the digest that the report names them by.
    """
    story = tell(report)
    markup = html.markup(story, contents=True)
    sheet = html.STYLE_SHEET.read_text(encoding="utf-8") + style
    for name, data in photos.items():
        (folder / f"{name}.jpg").write_bytes(data)
    markup = re.sub(rf'"{SCHEME}(\w+)"', r'"\1.jpg"', markup)
    markup = markup.replace("<html ", '<html xmlns="http://www.w3.org/1999/xhtml" ', 1)
    markup = markup.replace("</title>", f"</title><style>{sheet}</style>", 1)
    target = folder / "report.xhtml"
    target.write_text(markup, encoding="utf-8")
    return target


_NAIVE = f"""
import sys, time
from weasyprint import HTML
HTML(string="<p>warm</p>").write_pdf()
words = open(sys.argv[1], encoding="utf-8").read()
for _ in sys.stdin:
    begun = time.process_time()
    HTML(string=words, base_url=sys.argv[1]).write_pdf(sys.argv[2], pdf_variant="pdf/ua-1")
    taken = time.process_time() - begun
    print(taken, {PEAK_KIB}, flush=True)
"""


class Naive:
    """A warm process that does `HTML(string=…).write_pdf()`; `peak` is in bytes."""

    def __init__(self, process: subprocess.Popen[str], target: Path) -> None:
        self._process, self._target, self.peak = process, target, 0

    def print(self) -> float:
        """Once more; CPU seconds."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the process has no pipes")
        self._process.stdin.write("again\n")
        self._process.stdin.flush()
        cpu, kib = self._process.stdout.readline().split()
        self.peak = int(kib) * 1024
        return float(cpu)

    def pdf(self) -> bytes:
        return self._target.read_bytes()


@contextmanager
def naive(report: ReportInput, photos: list[Taken], folder: Path) -> Iterator[Naive]:
    """With the originals in the page and fonts found as the machine has them."""
    originals = {photo.print_sha256: photo.original for photo in photos}
    source = page(report, folder, originals, NAIVE_STYLE)
    target = folder / "naive.pdf"
    with subprocess.Popen(
        [sys.executable, "-c", _NAIVE, str(source), str(target)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield Naive(process, target)
        process.communicate()


class Browser:
    """A warm headless Chromium; `cpu()` is what all its processes have taken so far."""

    def __init__(self, page_: Page, pid: int) -> None:
        self._page, self._pid = page_, pid

    def cpu(self) -> float:
        return cost.cpu_seconds(self._pid)

    def memory(self) -> int:
        return cost.memory(self._pid)

    def print(self, source: Path) -> bytes:
        """The page opened anew and printed: CDP's `Page.printToPDF`, tagged."""
        self._page.goto(source.as_uri())
        return self._page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """Debian's, with the report's own fonts, so that it sets the same text in the same faces."""
    fonts = write_configuration(folder / "fonts")
    port = free_port()
    process = subprocess.Popen(
        [
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            f"--remote-debugging-port={port}", f"--user-data-dir={folder / 'profile'}",
        ],
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "FONTCONFIG_FILE": str(fonts)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with sync_playwright() as playwright:
            browser = None
            for _ in range(100):
                with suppress(Exception):
                    browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
                    break
                time.sleep(0.2)
            if browser is None:
                raise RuntimeError("chromium did not come up")
            yield Browser(browser.contexts[0].new_page(), process.pid)
            browser.close()
    finally:
        process.terminate()
        process.wait()


def pictures_alone(photos: list[Taken]) -> int:
    """Bytes of a PDF that img2pdf makes of the same derivatives, and of nothing else."""
    return len(img2pdf.convert([photo.printed for photo in photos]))
