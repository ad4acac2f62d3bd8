"""From the story to an XML tree: Jinja templates with autoescape, read back by expat.

A template that lets markup through breaks the XML and so the render; nothing is repaired
silently. Words of unknown origin reach the page through `free` only.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from auditapi.reports.contents import Contents
from auditapi.reports.pages import Free, Story
from auditapi.reports.words import Words

TEMPLATES = Path(__file__).parent / "templates"
STYLE_SHEET = Path(__file__).parent / "report.css"
BASE_SHEET = Path(__file__).parent / "base.css"


def tree(story: Story, *, contents: bool) -> ElementTree.Element:
    """The report as an element tree, `html` at the root; with a table of contents or not."""
    return ElementTree.fromstring(markup(story, contents=contents))  # noqa: S314 - our own markup


def markup(story: Story, *, contents: bool) -> str:
    """The report as XHTML text."""
    word = Words(story.language)
    template = _environment().get_template("report.xml")
    return template.render(
        story=story,
        contents=contents,
        word=word,
        lang=story.language,
        page_number=Markup(_page_number(word)),  # noqa: S704 - CSS made of our own words
        entries=_entries(story, word),
        quotes=word("photos.text", text="\0").split("\0"),
        sizes=Markup(_sizes(story)),  # noqa: S704 - CSS made of numbers
    )


def contents_tree(contents: Contents) -> ElementTree.Element:
    """The first pages of a book as an element tree."""
    template = _environment().get_template("book.xml")
    return ElementTree.fromstring(template.render(contents=contents, lang=contents.language))  # noqa: S314


def _page_number(word: Words) -> str:
    """«3 of 18» as a CSS `content` value."""
    marked = word("page.of", page="\0page\0", pages="\0pages\0").split("\0")
    counters = ("page", "pages")
    parts = (f"counter({p})" if p in counters else f'"{p}"' for p in marked if p)
    return " ".join(parts)


def _sizes(story: Story) -> str:
    """A class for each length that photos have.

    Elements of equal classes share their style; with a `style` attribute, each has its own.
    """
    found = [finding.picture for finding in (*story.top, *story.more) if finding.picture]
    found += [picture for row in story.photo_rows for picture in row]
    widths = {length for picture in found for length in (picture.column, picture.width)}
    rules = {f".{_wide(length)}{{width:{length:.2f}mm}}" for length in widths}
    for high in {picture.height for picture in found}:
        rules.add(f".{_high(high)}{{height:{high:.2f}mm}}")
        rules.add(f".{_over(high)}{{margin-top:{-high:.2f}mm;height:{high:.2f}mm}}")
    return " ".join(sorted(rules))


def _wide(length: float) -> str:
    return f"w{length * 100:.0f}"


def _high(length: float) -> str:
    return f"h{length * 100:.0f}"


def _over(length: float) -> str:
    """For what lies over a photo of that height: cheaper than a place of its own."""
    return f"o{length * 100:.0f}"


def _entries(story: Story, word: Words) -> dict[str, str]:
    """The titles of the blocks that will stand in the report, for its contents."""
    there = {
        "findings": story.more,
        "sections": story.sections,
        "items": story.items,
        "photos": True,
        "signatures": story.signatures,
        "revisions": story.revisions,
        "evidence": True,
    }
    titles = {block: f"{block}.title" for block in there} | {"findings": "findings.more"}
    told = {block: word(title) for block, title in titles.items()}
    told["revisions"] = story.revisions_title
    return {block: told[block] for block, filled in there.items() if filled}


def free(words: Free | None, lang: str) -> Markup:
    """Words in their own language: marked as such where it is not the page's."""
    if words is None:
        return Markup("")
    if words.lang == lang:
        return escape(words.text)
    return Markup('<span lang="{}">{}</span>').format(words.lang, words.text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["free"] = free
    environment.filters["wide"], environment.filters["high"] = _wide, _high
    environment.filters["over"] = _over
    environment.filters["svg"] = Markup  # drawn by charts and marks_svg, which escape
    return environment
