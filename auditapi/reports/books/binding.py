"""Many finished PDFs as one, written as they come (pure: bytes in, bytes out).

One report is in memory at a time; of those before it no more than where each object lies. Every
report keeps its links, bookmarks and tags. The contents are written last, when all page numbers
are known, and stand first. How a PDF is built: ISO 32000-1, 7.5 (file) and 7.7 (document).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from auditapi.reports.books.preparing import Place, prepare

_CATALOG, _PAGES, _OUTLINES, _TAGS, _PARENTS, _FONT, _INFO = range(1, 8)
_FIRST_ITEM = 8
"""From here on: one outline item for each part, the contents first."""
_LEFT_OUT = {Name.XRef, Name.ObjStm, Name.Catalog, Name.StructTreeRoot, Name.Metadata}
_TOKEN = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]*>|\b([0-9]+) [0-9]+ R\b", re.DOTALL)
Write = Callable[[bytes], object]


class Binder:
    """`write` takes the book's bytes in order. Call `add` for each report, then `finish`."""

    def __init__(self, write: Write, *, title: str, language: str, reports: int) -> None:
        self._write, self._title, self._language = write, title, language
        self._parts = reports + 1
        self._offsets = array("Q", [0] * (_FIRST_ITEM + self._parts))
        self._position = 0
        self._page_roots: dict[int, int] = {}
        self._first_pages: dict[int, int] = {}
        self._documents: dict[int, list[int]] = {}
        self._parent_trees: list[int] = []
        self._counts: dict[int, int] = {}
        self._next_parent = 0
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    @property
    def pages(self) -> int:
        """How many pages the reports have that were added; the contents are not counted."""
        return sum(count for number, count in self._counts.items() if number)

    def add(self, pdf: bytes, title: str) -> int:
        """Append a report. Returns the number of its first page, as it is printed on it."""
        first = self.pages + 1
        self._take(pdf, title, number=max(self._counts, default=0) + 1, first_page=first)
        return first

    def finish(self, contents: bytes) -> None:
        """Put the contents before all, and close the file."""
        self._take(contents, "", number=0, first_page=None)
        self._roots()
        self._close()

    def _put(self, data: bytes) -> None:
        self._write(data)
        self._position += len(data)

    def _object(self, number: int, body: bytes) -> None:
        self._offsets[number] = self._position
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def _take(self, data: bytes, title: str, *, number: int, first_page: int | None) -> None:
        with Pdf.open(BytesIO(data)) as source:
            place = Place(
                number=number,
                parts=self._parts,
                title=title or self._title,
                first_page=first_page,
                first_parent=self._next_parent,
                links=self._first_pages if number == 0 else {},
            )
            prepared = prepare(source, place)
            fixed = self._reserved(prepared.borrowed, prepared.item, number)
            numbers = self._numbers(source, fixed)
            for known in source.objects:
                if known.objgen[0] not in fixed and _is_kept(known):
                    self._copy(known, numbers)
            self._object(_FIRST_ITEM + number, _renumbered(prepared.item, numbers))
            self._counts[number] = len(source.pages)
            self._next_parent += prepared.parents
            self._page_roots[number] = numbers[source.Root.Pages.objgen[0]]
            self._first_pages[number] = numbers[source.pages[0].obj.objgen[0]]
            self._documents[number] = [numbers[one.objgen[0]] for one in prepared.documents]
            if prepared.parent_tree is not None:
                self._parent_trees.append(numbers[prepared.parent_tree.objgen[0]])

    def _reserved(self, borrowed: Mapping[int, str], item: Object, number: int) -> dict[int, int]:
        """Source number → book number, for what belongs to the book and not to this part."""
        named = {"pages": _PAGES, "outlines": _OUTLINES, "tags": _TAGS, "font": _FONT,
                 "before": _FIRST_ITEM + number - 1, "after": _FIRST_ITEM + number + 1}  # fmt: skip
        found = {item.objgen[0]: _FIRST_ITEM + number}
        for source_number, name in borrowed.items():
            page = name.removeprefix("page ")
            found[source_number] = self._first_pages[int(page)] if page != name else named[name]
        return found

    def _numbers(self, source: Pdf, fixed: Mapping[int, int]) -> dict[int, int]:
        """A new number for everything else that is kept."""
        numbers = dict(fixed)
        for known in source.objects:
            old = known.objgen[0]
            if old not in fixed and _is_kept(known):
                numbers[old] = len(self._offsets)
                self._offsets.append(0)
        return numbers

    def _copy(self, known: Object, numbers: Mapping[int, int]) -> None:
        new = numbers[known.objgen[0]]
        if not isinstance(known, Stream):
            self._object(new, _renumbered(known, numbers))
            return
        raw = known.read_raw_bytes()
        head = Dictionary(dict(known.items()))
        head.Length = len(raw)
        body = _renumbered(head, numbers)
        self._object(new, b"%b\nstream\n%b\nendstream" % (body, raw))

    def _roots(self) -> None:
        """What holds all parts together; the contents are part 0."""
        parts = range(self._parts)
        kids = _references(self._page_roots[part] for part in parts)
        count = sum(self._counts.values())
        self._object(_PAGES, b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count))
        outlines = (_FIRST_ITEM, _FIRST_ITEM + self._parts - 1, self._parts)
        self._object(_OUTLINES, b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % outlines)
        documents = _references(one for part in parts for one in self._documents[part])
        tags = (documents, _PARENTS, self._next_parent)
        self._object(
            _TAGS, b"<</Type/StructTreeRoot/K[%b]/ParentTree %d 0 R/ParentTreeNextKey %d>>" % tags
        )
        self._object(_PARENTS, b"<</Kids[%b]>>" % _references(self._parent_trees))
        font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
        self._object(_FONT, font)
        self._object(_INFO, Dictionary(Title=String(self._title)).unparse())
        self._object(_CATALOG, self._catalog())

    def _catalog(self) -> bytes:
        roman = Dictionary(S=Name.r)
        labels = Dictionary(Nums=Array([0, roman, self._counts[0], Dictionary(S=Name.D)]))
        head = Dictionary(
            Type=Name.Catalog,
            Lang=String(self._language),
            MarkInfo=Dictionary(Marked=True),
            PageLabels=labels,
            PageMode=Name.UseOutlines,
            ViewerPreferences=Dictionary(DisplayDocTitle=True),
        ).unparse()
        refers = (_PAGES, _OUTLINES, _TAGS)
        return head[:-2] + b"/Pages %d 0 R/Outlines %d 0 R/StructTreeRoot %d 0 R>>" % refers

    def _close(self) -> None:
        start, size = self._position, len(self._offsets)
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for begin in range(1, size, 1000):
            some = self._offsets[begin : begin + 1000]
            self._put(b"".join(_entry(offset) for offset in some))
        end = (size, _CATALOG, _INFO, start)
        self._put(b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % end)


def _entry(offset: int) -> bytes:
    return b"%010d 00000 n \n" % offset if offset else b"0000000000 65535 f \n"


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _is_kept(known: Object) -> bool:
    if known is None or not isinstance(known, Dictionary | Stream | Array | Object):
        return False
    kind = known.get("/Type") if isinstance(known, Dictionary | Stream) else None
    return kind not in _LEFT_OUT


def _renumbered(known: Object, numbers: Mapping[int, int]) -> bytes:
    """The object as PDF syntax, each reference with its new number; one to nothing is null."""

    def replaced(found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return found[0]
        new = numbers.get(int(found[1]))
        return b"%d 0 R" % new if new is not None else b"null"

    return _TOKEN.sub(replaced, known.unparse(resolved=True))
