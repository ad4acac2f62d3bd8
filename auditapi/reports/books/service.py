"""Writes of books: ask for one, see how far its reports are, note what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from auditapi.core import activity, jobs
from auditapi.core.db import now, session
from auditapi.core.object_jobs import delete_later
from auditapi.people.models import Actor
from auditapi.reports import service as reports
from auditapi.reports.appearance import queries as looks
from auditapi.reports.books import queries
from auditapi.reports.books.models import Book, BookForm, BookState
from auditapi.reports.books.queries import Entry
from auditapi.reports.evidence import service as evidence
from auditapi.reports.models import ReportState

MOST = 1000
KEPT = timedelta(days=30)
LONGEST = timedelta(hours=24)
"""How long a book waits for its reports."""
AT_ONCE = 100
_NOT_BEFORE_OTHERS = -10
"""The priority of a book's reports: whoever waits for a single one is served first."""


def ask(actor: Actor, wanted: dict[str, Any]) -> Book:
    """`wanted`: the columns of a `Book` that say what is to be in it."""
    book = Book(asked_by=actor.person_id, **wanted)
    session().add(book)
    session().flush()
    activity.record("book.asked", book, region_id=str(book.region_id), form=book.form.value)
    look_later(book, seconds=0)
    return book


def look_later(book: Book, seconds: int) -> None:
    jobs.defer(
        "books.make",
        after=seconds,
        organisation_id=str(book.organisation_id),
        book_id=str(book.id),
    )


@dataclass(frozen=True)
class Progress:
    """`entries` when every report is made or can't be; until then None, and the worker looks
    again later. `more`: there are reports that have not even been asked for."""

    entries: list[Entry] | None
    more: bool = False


def progress(book: Book) -> Progress:
    """Ask for reports that are missing, some at a time, and count. `book` is locked."""
    entries = list(queries.entries(book))
    number = looks.appearance().number
    book.total = len(entries)
    if len(entries) > MOST:
        fail(book, f"There are {len(entries)} reports; a book has at most {MOST}. Ask for less.")
        return Progress(None)
    unasked = [entry for entry in entries if not _is_asked(entry, number)]
    for entry in unasked[:AT_ONCE]:
        reports.ask(queries.wanted(book, entry), priority=_NOT_BEFORE_OTHERS)
    made = [entry for entry in entries if _is_settled(entry, number)]
    book.done = len(made)
    book.missing = sum(entry.report is ReportState.FAILED for entry in made)
    if len(made) == len(entries):
        return Progress(entries)
    if now() > book.asked_at + LONGEST:
        fail(book, "Its reports were not made within a day.")
    return Progress(None, more=len(unasked) > AT_ONCE)


def _is_asked(entry: Entry, number: int) -> bool:
    return entry.report is ReportState.WAITING or _is_settled(entry, number)


def _is_settled(entry: Entry, number: int) -> bool:
    made = entry.report not in (None, ReportState.WAITING)
    return made and entry.appearance == number


def finish(book: Book, object_key: str, sha256: str, size: int) -> None:
    book.state, book.finished_at = BookState.READY, now()
    book.object_key, book.sha256, book.bytes = object_key, sha256, size
    if book.form is BookForm.PDF:
        evidence.note_issued_book(book.id, sha256, size)
    activity.record("book.made", book, reports=book.done - book.missing, bytes=size)


def fail(book: Book, reason: str) -> None:
    book.state, book.reason, book.finished_at = BookState.FAILED, reason, now()
    activity.record("book.failed", book, reason=reason)


def drop_old() -> int:
    """Delete files that were kept long enough. Returns how many."""
    books = queries.due(now() - KEPT)
    for book in books:
        if book.object_key is not None:
            delete_later(book.object_key)
        book.object_key, book.state = None, BookState.EXPIRED
    return len(books)


def give_up() -> int:
    """Books that nobody works on any more (their job failed for good) say so. Returns how many."""
    books = queries.overdue(now() - 2 * LONGEST)
    for book in books:
        fail(book, "It could not be made within two days. Ask for it again.")
    return len(books)
