"""From story to PDF bytes. The only module that loads WeasyPrint; runs in the render process.

One `Press` keeps fonts and style sheet warm. FONTCONFIG_FILE must stand in the environment
before this module is imported (see `fontset`).
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import cssselect2  # type: ignore[import-untyped]
import pydyf  # type: ignore[import-untyped]
from weasyprint import CSS, HTML, Attachment
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from auditapi.reports import html, korean, tagging, tuning
from auditapi.reports.attachment import attached
from auditapi.reports.contents import Contents
from auditapi.reports.failures import RenderFailed
from auditapi.reports.fetcher import closed_fetcher
from auditapi.reports.story import tell
from auditapi.reports.view import ReportInput

CONTENTS_OVER = 10

Pictures = Mapping[str, Callable[[], bytes]]


class Press:
    """Fonts and style sheet, read once, for any number of reports."""

    def __init__(self) -> None:
        self._fonts = FontConfiguration()
        self._sheet = CSS(
            string=html.STYLE_SHEET.read_text(encoding="utf-8"),
            font_config=self._fonts,
            url_fetcher=closed_fetcher({}),
        )

    def print(self, report: ReportInput | Contents, pictures: Pictures) -> bytes:
        """The report, or a book's contents, as PDF. Raises `RenderFailed` when a picture is
        missing or broken."""
        with _errors_are_failures():
            try:
                if isinstance(report, Contents):
                    return self._print_contents(report)
                return self._print(report, pictures)
            except FatalURLFetchingError as refusal:
                raise RenderFailed("picture", str(refusal)) from refusal

    def _print_contents(self, contents: Contents) -> bytes:
        options = {"pdf_variant": "pdf/ua-1", "pdf_tags": True}
        page = _Page(html.contents_tree(contents), closed_fetcher({}))
        document = page.render(font_config=self._fonts, stylesheets=[self._sheet], **options)
        target = io.BytesIO()
        document.write_pdf(target, finisher=_finish, **options)
        return target.getvalue()

    def _print(self, report: ReportInput, pictures: Pictures) -> bytes:
        story = tell(report)
        document = self._lay_out(html.tree(story, contents=story.contents), report, pictures)
        # Contents stand in reports of more than ten pages; the guess beforehand is seldom wrong.
        wanted = report.variant == "full" and len(document.pages) > CONTENTS_OVER
        if wanted != story.contents:
            document = self._lay_out(html.tree(story, contents=wanted), report, pictures)
        target = io.BytesIO()
        document.write_pdf(target, finisher=_finish, **_options(report))
        return target.getvalue()

    def _lay_out(
        self, root: ElementTree.Element, report: ReportInput, pictures: Pictures
    ) -> Document:
        page = _Page(root, closed_fetcher(pictures))
        return page.render(font_config=self._fonts, stylesheets=[self._sheet], **_options(report))


def _end_streams_plainly() -> None:
    """Set CR and LF behind the data of each stream, not LF alone.

    Packed data may end in CR by chance. Readers then take it for a part of the line's end, and
    PDF/A checkers find a wrong length.
    """
    plain = pydyf.Stream.data.fget

    def data(stream: Any) -> bytes:
        written: bytes = plain(stream)
        return written.removesuffix(b"\nendstream") + b"\r\nendstream"

    pydyf.Stream.data = property(data)


_end_streams_plainly()
tuning.install()
korean.install()
tagging.install()


class _Page(HTML):  # type: ignore[misc]
    """A document from a tree that expat read: no HTML5 parser, no address to resolve against."""

    def __init__(self, root: ElementTree.Element, url_fetcher: Any) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def _options(report: ReportInput) -> dict[str, Any]:
    if report.conformance == "ua":
        return {"pdf_variant": "pdf/ua-1", "pdf_tags": True}
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
