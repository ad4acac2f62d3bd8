"""What stands on the first pages of a book, as plain data: every word chosen (pure)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One report. `number` is its place in the book, 0 when it could not be made: then `page`
    is a dash and `why` says what stood in the way."""

    number: int
    store: str
    name: str
    day: str
    kind: str
    result: str
    page: str
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contents:
    """`facts` are pairs of name and value, `heads` the columns' heads in the order of `Line`."""

    title: str
    organisation: str
    accent: str
    language: str
    paper: str
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    footer: str
    lines: tuple[Line, ...]
