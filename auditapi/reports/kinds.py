"""The report's tree as WeasyPrint's cascade sees it: one element of each kind.

A report has some two thousand elements of some two hundred kinds: rows, cells and captions that
have the same tag, the same attributes and parents of one kind. No selector of ours tells them
apart, so the first of a kind is matched and styled, and the others share its style. What is led
to or leads somewhere (`id`, `href`) and items of lists, which have markers, are of no kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any
from xml.etree import ElementTree

import cssselect2  # type: ignore[import-untyped]
from weasyprint.css import StyleFor

_OF_ITS_OWN = ("id", "href", "style")
_UNSEEN = ("src", "alt")
"""Attributes that no selector asks for."""


class Tree:
    """What WeasyPrint asks of the wrapper around a document's root."""

    style_for: Any = None

    def __init__(self, root: ElementTree.Element) -> None:
        self.etree_element = root
        self._root = cssselect2.ElementWrapper.from_html_root(root, content_language=None)

    def query_all(self, *selectors: str) -> Iterator[Any]:
        """Titles and style sheets are what is asked for, and they stand in the head."""
        head = next(self._root.iter_children())
        yield from head.query_all(*selectors)

    def iter_subtree(self) -> Iterator[Any]:
        """The elements that the cascade has to look at, in the tree's order. When the turn of
        another comes it has its kind's style already."""
        styles = self.style_for.get_computed_styles()
        numbers = count()
        known: dict[Any, tuple[int, Any]] = {}
        kinds: dict[Any, int] = {None: next(numbers)}
        for wrapper in self._root.iter_subtree():
            element = wrapper.etree_element
            parent = wrapper.parent.etree_element if wrapper.parent else None
            kind, first = known.setdefault(_told(element, kinds[parent]), (next(numbers), element))
            kinds[element] = kind
            if first is element:
                yield wrapper
            else:
                styles[element, None] = styles[first, None]


def _told(element: ElementTree.Element, parent: int) -> Any:
    """What elements of one kind have in common; of one of its own, itself."""
    attributes = element.attrib
    if element.tag == "li" or any(name in attributes for name in _OF_ITS_OWN):
        return element
    seen = [(name, said) for name, said in attributes.items() if name not in _UNSEEN]
    return parent, element.tag, *seen


def install() -> None:
    """Have the cascade ask a `Tree`. Once in a process."""
    StyleFor.__init__ = _told_to_the_tree(StyleFor.__init__)


def _told_to_the_tree(plain: Any) -> Any:
    def __init__(style_for: Any, html: Any, *rest: Any) -> None:
        html.wrapper_element.style_for = style_for
        plain(style_for, html, *rest)

    return __init__
