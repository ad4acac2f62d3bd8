"""From a book's entries to its contents and the names of its files: words and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditapi.people.models import Organisation
from auditapi.reports import naming, text
from auditapi.reports.books.models import Book
from auditapi.reports.books.queries import Entry
from auditapi.reports.books.wording import WORDING
from auditapi.reports.contents import Contents, Line
from auditapi.reports.models import ReportState
from auditapi.reports.words import Words
from auditapi.stores.models import Region

HEADS = ("store", "name", "day", "kind", "result", "page")


def title(book: Book, region: Region) -> str:
    return WORDING[book.language]["title"].format(region=text.one_line(region.name, 120))


def bookmark(entry: Entry, words: Words) -> str:
    """What stands for a report among the bookmarks."""
    day = words.day(entry.visited_on) if entry.visited_on else "–"
    return f"{text.one_line(entry.store_code, 40)} · {text.one_line(entry.store_name, 80)} · {day}"


def contents(
    book: Book,
    region: Region,
    organisation: Organisation,
    entries: Sequence[Entry],
    pages: Mapping[int, int],
) -> Contents:
    """`pages`: for each report that is in the book, by its place among `entries` from 1 on, the
    number of its first page."""
    say, words = WORDING[book.language], Words(book.language)
    numbers = {place: number for number, place in enumerate(sorted(pages), 1)}
    return Contents(
        title=title(book, region),
        organisation=text.one_line(organisation.name, 120),
        accent=organisation.accent_colour,
        language=book.language,
        paper=book.paper,
        facts=tuple(_facts(book, say, words, len(entries), len(pages))),
        heads=tuple(say[name] for name in HEADS),
        footer=_quoted(title(book, region)),
        lines=tuple(
            _line(entry, numbers.get(place, 0), pages.get(place), say, words)
            for place, entry in enumerate(entries, 1)
        ),
    )


def _facts(
    book: Book, say: Mapping[str, str], words: Words, total: int, made: int
) -> list[tuple[str, str]]:
    days = say["days"].format(
        first=words.day(book.visited_from), last=words.day(book.visited_until)
    )
    count = str(made) if made == total else say["missing"].format(made=made, missing=total - made)
    limits = [words(f"kind.{book.kind.value}")] if book.kind else []
    limits += [text.one_line(book.checklist, 80)] if book.checklist else []
    found = [(say["period"], days), (say["reports"], count)]
    return found + ([(say["limits"], words.listing(limits))] if limits else [])


def _line(
    entry: Entry, number: int, page: int | None, say: Mapping[str, str], words: Words
) -> Line:
    result = [words(f"outcome.{entry.outcome}")]
    if entry.percentage is not None:
        result.insert(0, words.percent(entry.percentage))
    failed = entry.report is ReportState.FAILED
    return Line(
        number=number,
        store=text.one_line(entry.store_code, 40),
        name=text.one_line(entry.store_name, 160),
        day=words.day(entry.visited_on) if entry.visited_on else "–",
        kind=words(f"kind.{entry.kind.value}") if entry.kind else "–",
        result=words.listing(result),
        page="–" if page is None else str(page),
        why=say["why"].format(reason=text.one_line(entry.reason or "", 200)) if failed else None,
    )


def _quoted(words: str) -> str:
    """For a string within a style sheet: nothing that could end it."""
    return "".join(c for c in words if c not in '"\\<>&{}')


def file_names(entries: Sequence[Entry]) -> list[str]:
    """A name for each report in a ZIP; two visits of a store on one day get a number."""
    seen: dict[str, int] = {}
    names = []
    for entry in entries:
        name = naming.file_name(entry.visited_on, entry.store_code, entry.checklist)
        seen[name] = seen.get(name, 0) + 1
        again = f"_{seen[name]}.pdf"
        names.append(name if seen[name] == 1 else name.removesuffix(".pdf") + again)
    return names


def book_name(book: Book, region: Region) -> str:
    """What a book is saved as: 2026-10-01_2026-12-31_north.zip"""
    stem = naming.file_name(book.visited_from, book.visited_until.isoformat(), region.code)
    return stem.removesuffix("pdf") + book.form.value
