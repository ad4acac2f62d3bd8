"""Making books, in the worker: look whether all reports are there, else later again; then write
them one after another into object storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from auditapi.audits.housekeeping import for_each_organisation
from auditapi.core import db, jobs
from auditapi.core.object_jobs import delete_later
from auditapi.core.objects import objects
from auditapi.core.uploads import Upload
from auditapi.people import queries as people
from auditapi.people.models import Organisation
from auditapi.reports.books import queries, service, telling
from auditapi.reports.books.binding import Binder
from auditapi.reports.books.models import Book, BookForm, BookState
from auditapi.reports.books.packing import Packer
from auditapi.reports.books.queries import Entry
from auditapi.reports.failures import RenderFailed
from auditapi.reports.models import ReportState
from auditapi.reports.render import render
from auditapi.reports.words import Words
from auditapi.stores.models import Region

LOOK_AGAIN = 5
"""Seconds until the worker looks again whether a book's reports are made."""
MEDIA_TYPES = {BookForm.PDF: "application/pdf", BookForm.ZIP: "application/zip"}


@dataclass(frozen=True)
class _Work:
    """A book all of whose reports are there, as plain rows out of any transaction."""

    book: Book
    region: Region
    organisation: Organisation
    entries: list[Entry]


@jobs.queue.task(name="books.make", queue="books", retry=jobs.PATIENT)
def make_book(organisation_id: str, book_id: str) -> None:
    """Repeatable. It does not wait: what is not there yet, it comes back for."""
    organisation, book = UUID(organisation_id), UUID(book_id)
    work = _look(organisation, book)
    if work is None:
        return
    key = f"{organisation}/reports/books/{uuid7().hex}.{work.book.form.value}"
    try:
        with objects().writing(key, MEDIA_TYPES[work.book.form]) as upload:
            _WRITE[work.book.form](work, upload)
    except RenderFailed as failure:
        if failure.again:
            raise
        with db.transaction(organisation):
            service.fail(queries.locked(book), failure.message)
        return
    with db.transaction(organisation):
        row = queries.locked(book)
        if row.state is BookState.WAITING:
            service.finish(row, key, upload.sha256, upload.size)
        else:
            delete_later(key)  # another worker was faster


def _look(organisation: UUID, book_id: UUID) -> _Work | None:
    while True:
        with db.transaction(organisation):
            book = queries.locked(book_id)
            if book.state is not BookState.WAITING:
                return None
            progress = service.progress(book)
            if progress.entries is not None:
                return _Work(book, queries.region_of(book), people.organisation(), progress.entries)
            if book.state is BookState.WAITING and not progress.more:
                service.look_later(book, LOOK_AGAIN)
                return None
            if book.state is not BookState.WAITING:
                return None


def _made(entries: list[Entry]) -> Iterator[tuple[int, Entry, str]]:
    """Place from 1 on, entry and object key of every report that is there."""
    for place, entry in enumerate(entries, 1):
        if entry.report is ReportState.READY and entry.object_key:
            yield place, entry, entry.object_key


def _write_pdf(work: _Work, upload: Upload) -> None:
    words = Words(work.book.language)
    made = list(_made(work.entries))
    binder = Binder(
        upload.write,
        title=telling.title(work.book, work.region),
        language=work.book.language,
        reports=len(made),
    )
    pages = {
        place: binder.add(objects().get(key), telling.bookmark(entry, words))
        for place, entry, key in made
    }
    contents = telling.contents(work.book, work.region, work.organisation, work.entries, pages)
    binder.finish(render(contents, {}))


def _write_zip(work: _Work, upload: Upload) -> None:
    contents = telling.contents(work.book, work.region, work.organisation, work.entries, {})
    names = telling.file_names(work.entries)
    rows = [
        (line.store, line.name, line.day, line.kind, line.result, line.why or name)
        for line, name in zip(contents.lines, names, strict=True)
    ]
    packer = Packer(upload)
    packer.contents((*contents.heads[:5], "PDF"), rows)
    for place, entry, key in _made(work.entries):
        packer.add(names[place - 1], entry.visited_on, objects().open(key).chunks)
    packer.finish()


_WRITE: dict[BookForm, Callable[[_Work, Upload], None]] = {
    BookForm.PDF: _write_pdf,
    BookForm.ZIP: _write_zip,
}


@jobs.queue.periodic(cron="50 3 * * *")
@jobs.queue.task(name="books.drop_old", queue="housekeeping", queueing_lock="books")
def drop_old_books(_timestamp: int) -> None:
    """Files of books are kept for 30 days; whoever wants one later asks for it again."""
    for_each_organisation(_drop_old)


def _drop_old(organisation: UUID) -> int:
    with db.transaction(organisation):
        return service.drop_old() + service.give_up()
