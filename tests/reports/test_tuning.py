"""What is spared in the layout doesn't show: the pages look as WeasyPrint alone would set them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from PIL import ImageChops

from auditapi.reports import html
from auditapi.reports.fetcher import SCHEME
from auditapi.reports.fontset import write_configuration
from auditapi.reports.story import tell
from tests.reports import pdf, samples

SHELF = samples.jpeg(640, 480, seed=9)
NO_MORE_THAN = 0.002
"""The share of a page's pixels that may differ: edges of lines and letters, smoothed otherwise."""
ALONE = """
import sys
from weasyprint import CSS, HTML
sheet, source, target = sys.argv[1:]
HTML(filename=source, encoding="utf-8").write_pdf(target, stylesheets=[CSS(filename=sheet)])
"""


def by_weasyprint_alone(markup: str, folder: Path) -> bytes:
    """The same markup and style sheet, nothing tuned, the drawings by its own SVG."""
    (folder / f"{samples.sha256(SHELF)}.jpg").write_bytes(SHELF)
    source, target = folder / "report.html", folder / "alone.pdf"
    source.write_text(re.sub(rf'"{SCHEME}(\w+)"', r'"\1.jpg"', markup), encoding="utf-8")
    fonts = write_configuration(folder / "fonts")
    subprocess.run(
        [sys.executable, "-c", ALONE, str(html.STYLE_SHEET), str(source), str(target)],
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        check=True,
        capture_output=True,
    )
    return target.read_bytes()


def test_the_pages_look_as_weasyprint_alone_would_set_them(tmp_path: Path) -> None:
    photos = [samples.photo(SHELF, item="A2", marks=samples.MARKS[:2])]
    report = samples.report(photos=photos, language="en", notes="en", sections="ABC", bad=5)
    ours = pdf.made(report, samples.pictures_of(SHELF))
    story = tell(report)
    alone = by_weasyprint_alone(html.markup(story, contents=False), tmp_path)
    assert pdf.page_count(ours) == pdf.page_count(alone) > 3
    for number in range(pdf.page_count(ours)):
        one, other = (pdf.pixels(made, number, 3).convert("L") for made in (ours, alone))
        difference = ImageChops.difference(one, other).point(lambda value: 255 * (value > 90))
        different = difference.histogram()[255] / (one.width * one.height)
        assert different < NO_MORE_THAN, f"page {number + 1}: {different:.2%} differs"


def test_the_base_sheet_knows_every_element_that_a_template_writes() -> None:
    """One that it does not know would stand in the line like a word."""
    templates = [file.read_text(encoding="utf-8") for file in html.TEMPLATES.glob("*.xml")]
    written = {name for text in templates for name in re.findall(r"<([a-z][a-z0-9]*)", text)}
    sheet = re.sub(r"/\*.*?\*/|\{.*?\}", ",", html.BASE_SHEET.read_text("utf-8"), flags=re.DOTALL)
    known = {name.strip() for name in sheet.split(",")}
    assert written >= {"table", "h2", "p"}
    assert written - known == {"a", "span"}
