"""A report's PDF made ready to stand in a book: all that would clash with its neighbours.

Its pages get the book's page numbers, its bookmarks go below one with its title, its links lead
to places instead of names, and its tags go below the book's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

_SIDE, _FOOT = 45.35, 15.0
"""Where a page number ends, in points from the right and from below."""
_DIGIT = 3.892
"""Helvetica's digits at 7 points are this wide."""
_LINK = "book:"
"""An address of this kind in the contents leads to the report of that number."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the book a part stands. `first_page` None: its pages are not numbered (the
    contents). `links`: reports by number, which addresses such as `book:3` lead to."""

    number: int
    parts: int
    title: str
    first_page: int | None
    first_parent: int
    links: Mapping[int, int]


@dataclass
class Prepared:
    """`borrowed`: numbers in the part of what belongs to the book, with what it is. `item`: the
    part's bookmark. `documents`: the roots of its tags. `parents`: how many keys of the book's
    parent tree it takes."""

    item: Object
    borrowed: dict[int, str] = field(default_factory=dict)
    documents: list[Object] = field(default_factory=list)
    parent_tree: Object | None = None
    parents: int = 0


class _Borrowed:
    """Stands for objects of the book while a part is worked on."""

    def __init__(self, source: Pdf, noted: dict[int, str]) -> None:
        self._source, self._noted = source, noted
        self._made: dict[str, Object] = {}

    def __getitem__(self, name: str) -> Object:
        if name not in self._made:
            made = self._source.make_indirect(Dictionary(Borrowed=String(name)))
            self._made[name] = made
            self._noted[made.objgen[0]] = name
        return self._made[name]


def prepare(source: Pdf, place: Place) -> Prepared:
    """Changes `source`; to be written by `binding`, not by pikepdf."""
    noted: dict[int, str] = {}
    borrowed = _Borrowed(source, noted)
    _explicit_links(source, place, borrowed)
    prepared = Prepared(_bookmark(source, place, borrowed), noted)
    source.Root.Pages.Parent = borrowed["pages"]
    _tags(source, place, borrowed, prepared)
    if place.first_page is not None:
        _number_pages(source, place.first_page, borrowed)
    return prepared


def _explicit_links(source: Pdf, place: Place, borrowed: _Borrowed) -> None:
    """Names of places are the same in every report: each link gets the place itself."""
    named = source.Root.get("/Names", Dictionary()).get("/Dests", Dictionary())
    pairs = list(named.get("/Names", Array([])))
    known = {bytes(name): where for name, where in zip(pairs[::2], pairs[1::2], strict=True)}
    for page in source.pages:
        for note in page.obj.get("/Annots", []):
            _lead(note, known, place.links, borrowed)
    for item in _bookmarks(source.Root.get("/Outlines")):
        _lead(item, known, {}, borrowed)


def _lead(
    link: Object, known: Mapping[bytes, Object], parts: Mapping[int, int], borrowed: _Borrowed
) -> None:
    action = link.get("/A")
    if isinstance(link.get("/Dest"), String):
        link.Dest = known.get(bytes(link.Dest), Array([]))
    elif action is not None and isinstance(action.get("/D"), String):
        action.D = known.get(bytes(action.D), Array([]))
    elif action is not None and str(action.get("/URI", "")).startswith(_LINK):
        number = int(str(action.URI).removeprefix(_LINK))
        del link.A
        if number in parts:
            link.Dest = Array([borrowed[f"page {number}"], Name.Fit])


def _bookmarks(parent: Object | None) -> Iterator[Object]:
    """All of them, from top to bottom."""
    item = parent.get("/First") if parent is not None else None
    while item is not None:
        yield item
        yield from _bookmarks(item)
        item = item.get("/Next")


def _bookmark(source: Pdf, place: Place, borrowed: _Borrowed) -> Object:
    """The root of the part's bookmarks becomes one of the book's, closed."""
    item = source.Root.get("/Outlines")
    if item is None:
        item = source.make_indirect(Dictionary())
    if "/Count" in item:
        item.Count = -abs(int(item.Count))
    item.Title = String(place.title)
    item.Dest = Array([source.pages[0].obj, Name.Fit])
    item.Parent = borrowed["outlines"]
    if place.number > 0:
        item.Prev = borrowed["before"]
    if place.number < place.parts - 1:
        item.Next = borrowed["after"]
    return item


def _tags(source: Pdf, place: Place, borrowed: _Borrowed, prepared: Prepared) -> None:
    root = source.Root.get("/StructTreeRoot")
    if root is None:
        return
    kids = root.get("/K", Array([]))
    prepared.documents = list(kids) if isinstance(kids, Array) else [kids]
    for document in prepared.documents:
        document.P = borrowed["tags"]
    tree = root.get("/ParentTree")
    if tree is None or len(tree.get("/Nums", [])) == 0:
        return
    prepared.parents = _shift_parents(source, tree, place.first_parent)
    if not tree.is_indirect:
        tree = source.make_indirect(tree)
    prepared.parent_tree = tree


def _shift_parents(source: Pdf, tree: Object, first: int) -> int:
    """Move the part's keys of the parent tree behind those of the parts before it."""
    pairs = list(tree.Nums)
    keys = [int(key) for key in pairs[::2]]
    moved: list[object] = []
    for key, value in zip(keys, pairs[1::2], strict=True):
        moved += [key + first, value]
    tree.Nums = Array(moved)
    tree.Limits = Array([min(keys) + first, max(keys) + first])
    for known in source.objects:
        if isinstance(known, Dictionary | Stream):
            for name in ("/StructParents", "/StructParent"):
                if name in known and isinstance(known[name], int):
                    known[name] = int(known[name]) + first
    return max(keys) + 1


def _number_pages(source: Pdf, first: int, borrowed: _Borrowed) -> None:
    """Each page's number in the book at its foot, as an artifact: no tag, not read aloud."""
    for number, page in enumerate(source.pages, first):
        _font_for_numbers(page.obj, borrowed)
        words = str(number)
        left = float(page.mediabox[2]) - _SIDE - _DIGIT * len(words)
        drawn = f"/Artifact BMC q BT /Book 7 Tf 0.36 g {left:.2f} {_FOOT} Td ({words}) Tj ET Q EMC"
        stamp = source.make_stream(drawn.encode())
        inside = page.obj.get("/Contents")
        before = list(inside) if isinstance(inside, Array) else [inside]
        opened, closed = source.make_stream(b"q"), source.make_stream(b"Q")
        page.obj.Contents = Array([opened, *before, closed, stamp])


def _font_for_numbers(page: Object, borrowed: _Borrowed) -> None:
    resources = page.Resources
    if "/Font" not in resources:
        resources.Font = Dictionary()
    resources.Font["/Book"] = borrowed["font"]
