"""The structure tree of a report: what is a heading, a table, a figure, and in which order.

It takes the place of WeasyPrint's own. That one makes an element of every box and of every line
of text, which is most of what a report without photos weighs; screen readers skip all of them.
Here an element stands only where it says something, text hangs on it directly, each element
keeps its `lang` (so that a Korean note in an English report is read with the right voice), a
header cell says what it heads, and what stands in the margin is an artifact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pydyf  # type: ignore[import-untyped]
import weasyprint.pdf
from weasyprint.formatting_structure import boxes

_ROLES = {
    "h1": "H1", "h2": "H2", "h3": "H3", "p": "P", "ul": "L", "li": "LI", "a": "Link",
    "table": "Table", "thead": "THead", "tbody": "TBody", "tr": "TR", "th": "TH", "td": "TD",
    "img": "Figure",
}  # fmt: skip
_SCOPES = {"col": "/Column", "row": "/Row"}
_POINT = 0.75
"""Points in a pixel of CSS."""


def install() -> None:
    """Have WeasyPrint use this. Once in a process."""
    weasyprint.pdf.add_tags = add_tags


def add_tags(pdf: Any, document: Any, _version: Any, streams: Sequence[Any]) -> None:
    """Write the structure of `document` into `pdf`. As WeasyPrint calls it."""
    parents = _new(pdf, {"Nums": pydyf.Array()})
    root = _new(pdf, {"Type": "/StructTreeRoot", "ParentTree": parents.reference})
    pdf.catalog["StructTreeRoot"] = root.reference
    top = _new(pdf, {"S": "/Document", "P": root.reference, "K": pydyf.Array()})
    root["K"] = pydyf.Array([top.reference])
    links: list[tuple[Any, Any]] = []
    for number, (page, stream) in enumerate(zip(document.pages, streams, strict=True)):
        tagger = _Page(pdf, page, pdf.page_references[number], stream, links)
        tagger.place(page._page_box, _Element(top, "Document", None, document.metadata.lang))
        parents["Nums"].extend([number, tagger.owners()])
    for key, (owner, annotation) in enumerate(links, start=len(document.pages)):
        parents["Nums"].extend([key, owner.reference])
        annotation["StructParent"] = key
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


def _new(pdf: Any, entries: dict[str, Any]) -> Any:
    made = pydyf.Dictionary(entries)
    pdf.add_object(made)
    return made


@dataclass(frozen=True)
class _Element:
    """An element of the tree; `source` is the one of the page it stands for."""

    entry: Any
    role: str
    source: Any
    language: str | None


class _Page:
    """Walks through the boxes of one page."""

    def __init__(
        self, pdf: Any, page: Any, reference: bytes, stream: Any, links: list[tuple[Any, Any]]
    ) -> None:
        self._pdf, self._page, self._reference, self._links = pdf, page, reference, links
        self._stream, self._marked = stream, stream._tags
        self._count = len(self._marked)
        self._owners: dict[int, Any] = {}

    def owners(self) -> Any:
        """The element of each piece of content, by its number. All of them have one."""
        if self._marked:
            raise AssertionError("something on the page has no place in its structure")
        known = (self._owners.get(number) for number in range(self._count))
        return pydyf.Array(["null" if one is None else one.reference for one in known])

    def place(self, box: Any, parent: _Element) -> None:
        """Put `box` and all in it below `parent`."""
        box = getattr(box, "_box", box)  # one that is positioned absolutely
        if isinstance(box, boxes.MarginBox):
            self._leave_out(box)
        elif isinstance(box, boxes.TextBox):
            self._content(box, parent)
        else:
            element = self._element(box, parent)
            if isinstance(box, boxes.ReplacedBox):
                self._content(box, element)
            for child in getattr(box, "children", ()):
                self.place(child, element)

    def _element(self, box: Any, parent: _Element) -> _Element:
        """A new one; or the parent's where the box says nothing, as those that only lay out do."""
        source = box.element
        if source is None or source is parent.source:
            return parent
        language = source.get("lang", parent.language)
        role = _ROLES.get(source.tag) or ("Span" if language != parent.language else None)
        if role is None or source.tag in ("html", "body"):
            return parent
        entry = self._add(role, parent)
        if language != parent.language:
            entry["Lang"] = pydyf.String(language)
        if role == "LI":
            entry = self._add("LBody", _Element(entry, role, source, language))
        elif role == "Figure":
            self._describe(entry, box)
        elif role == "TH":
            scope = _SCOPES[source.get("scope", "col")]
            entry["A"] = pydyf.Dictionary({"O": "/Table", "Scope": scope})
        elif role == "Link" and box.link_annotation:
            self._link(entry, box.link_annotation)
        return _Element(entry, role, source, language)

    def _add(self, role: str, parent: _Element) -> Any:
        entry = _new(self._pdf, {"S": f"/{role}", "P": parent.entry.reference, "K": pydyf.Array()})
        parent.entry["K"].append(entry.reference)
        return entry

    def _content(self, box: Any, parent: _Element) -> None:
        marked = self._marked.pop(box, None)
        if marked is None:
            return
        owner = parent.entry if parent.role != "Document" else self._add("P", parent)
        owner["Pg"] = self._reference
        owner["K"].append(marked["mcid"])
        self._owners[marked["mcid"]] = owner

    def _describe(self, entry: Any, box: Any) -> None:
        left, top = box.content_box_x(), box.content_box_y()
        right, bottom = left + box.width, top + box.height
        corners = (left, self._page.height - bottom, right, self._page.height - top)
        place = pydyf.Array([round(corner * _POINT, 2) for corner in corners])
        entry["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": place})
        words = box.element.get("alt")
        if not words:
            raise AssertionError("a figure says nothing to whoever can't see it")
        entry["Alt"] = pydyf.String(words)

    def _link(self, entry: Any, annotation: Any) -> None:
        target = {"Type": "/OBJR", "Obj": annotation.reference, "Pg": self._reference}
        entry["K"].append(_new(self._pdf, target).reference)
        self._links.append((entry, annotation))

    def _leave_out(self, box: Any) -> None:
        """Page numbers and running heads are not read aloud on every page."""
        numbers = {self._marked.pop(text)["mcid"] for text in _texts(box) if text in self._marked}
        drawn = self._stream.stream
        for place, entry in enumerate(drawn):
            if type(entry) is pydyf.Dictionary and entry.get("MCID") in numbers:
                drawn[place - 1] = "/Artifact"
                drawn[place] = pydyf.Dictionary({"Type": "/Pagination"})


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(child)
