"""From story to PDF bytes. The only module that loads WeasyPrint; runs in the render process.

One `Press` keeps fonts and style sheet warm. FONTCONFIG_FILE must stand in the environment
before this module is imported (see `fontset`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

from weasyprint import CSS, HTML, Attachment
from weasyprint.document import DiskCache, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from auditapi.reports import drawing, glyphs, html, kinds, korean, length, tagging, tuning
from auditapi.reports.attachment import attached
from auditapi.reports.contents import Contents
from auditapi.reports.failures import RenderFailed
from auditapi.reports.fetcher import closed_fetcher
from auditapi.reports.story import tell
from auditapi.reports.view import ReportInput

_UNIVERSAL = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}

Pictures = Mapping[str, Callable[[], bytes]]


class Press:
    """Fonts and style sheet, read once, for any number of reports."""

    def __init__(self) -> None:
        self._fonts = FontConfiguration()
        self._base, self._sheet = (
            CSS(
                string=sheet.read_text(encoding="utf-8"),
                font_config=self._fonts,
                url_fetcher=closed_fetcher({}),
            )
            for sheet in (html.BASE_SHEET, html.STYLE_SHEET)
        )

    def print(
        self, report: ReportInput | Contents, pictures: Pictures, target: BinaryIO, scratch: Path
    ) -> None:
        """Write the report, or a book's contents, as PDF into `target`.

        Pictures wait in the folder `scratch`, not in memory, until they are written. Raises
        `RenderFailed` when one is missing or broken.
        """
        with _errors_are_failures():
            try:
                if isinstance(report, Contents):
                    options = _UNIVERSAL
                    tree = html.contents_tree(report)
                    document = self._laid_out(tree, closed_fetcher({}), options, scratch)
                else:
                    options = _options(report)
                    document = self._told(report, pictures, options, scratch)
                document.write_pdf(target, finisher=_finish, **options)
            except FatalURLFetchingError as refusal:
                raise RenderFailed("picture", str(refusal)) from refusal

    def _told(
        self, report: ReportInput, pictures: Pictures, options: dict[str, Any], scratch: Path
    ) -> Document:
        story, fetcher = tell(report), closed_fetcher(pictures)

        def laid_out(*, contents: bool) -> Document:
            tree = html.tree(story, contents=contents)
            return self._laid_out(tree, fetcher, options, scratch)

        guess = length.wants_contents(story, length.pages(story))
        document = laid_out(contents=guess)
        wanted = length.wants_contents(story, len(document.pages))
        return document if wanted == guess else laid_out(contents=wanted)

    def _laid_out(
        self, tree: ElementTree.Element, fetcher: Any, options: dict[str, Any], scratch: Path
    ) -> Document:
        images = DiskCache(scratch / "images")
        for address, drawn in drawing.taken_out(tree, self._fonts).items():
            images[address] = drawn
        return _Page(tree, self._base, fetcher).render(
            font_config=self._fonts, stylesheets=[self._sheet], cache=images, **options
        )


tuning.install()
kinds.install()
glyphs.install()
korean.install()
tagging.install()


class _Page(HTML):  # type: ignore[misc]
    """A document from a tree that expat read: no HTML5 parser, no address to resolve against, and
    a browser's style sheet of our own."""

    def __init__(self, root: ElementTree.Element, base: CSS, url_fetcher: Any) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = kinds.Tree(root)
        self.etree_element = root
        self._base = base

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: ARG002 - as it is asked
        return [self._base]


def _options(report: ReportInput) -> dict[str, Any]:
    if report.conformance == "ua":
        return _UNIVERSAL
    # Without both dates an attachment is dated «now», and no two renders are alike.
    never = datetime(1970, 1, 1, tzinfo=UTC)
    data = Attachment(
        string=json.dumps(attached(report), ensure_ascii=True, sort_keys=True, indent=1),
        name="audit.json",
        description="Answers, explained score and evidence digests of this audit",
        created=never,
        modified=never,
        relationship="Source",
    )
    return {"pdf_variant": "pdf/a-3a", "pdf_tags": True, "attachments": [data]}


def _finish(_document: Document, pdf: Any) -> None:
    """PDF/A wants its metadata readable without unpacking."""
    for entry in pdf.objects:
        if getattr(entry, "extra", {}).get("Type") == "/Metadata":
            entry.compress = False


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _errors_are_failures() -> Iterator[None]:
    """What WeasyPrint only logs as an error (a photo left out) ends the render."""
    logger = logging.getLogger("weasyprint")
    collector = _Collector()
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.messages:
        raise RenderFailed("picture", "; ".join(collector.messages[:3])[:500])
