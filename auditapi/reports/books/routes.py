"""Books: asked for, looked at, fetched."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify

from auditapi.core import contract, db, headers, media
from auditapi.core.http import Api, Blueprint, takes_body
from auditapi.core.idempotency import once
from auditapi.core.problems import NOT_FOUND, REPORT_FAILED, Problem
from auditapi.people import queries as people
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Actor, Role
from auditapi.reports.appearance import queries as looks
from auditapi.reports.books import queries, schemas, service, telling
from auditapi.reports.books.models import Book, BookState
from auditapi.reports.view import LANGUAGES
from auditapi.stores import queries as stores

READERS = (Role.ADMINISTRATOR, Role.ANALYST, Role.REGIONAL_MANAGER)
SOON = {"Retry-After": "5", "Cache-Control": "no-store"}

_AS_ZIP = {"content": {"application/zip": {"schema": contract.BYTES}}}
blueprint = Blueprint("books", __name__, url_prefix="/api/v1", description="Books of reports")


@blueprint.route("/books", methods=["POST"])
@signed_in(*READERS)
@once
@blueprint.arguments(schemas.NewBookSchema)
@blueprint.response(202, schemas.BookSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def ask_for_book(given: dict[str, Any]) -> Any:
    """All released reports of a region and period as one file, made in the background."""
    stores.region(actor(), given["region_id"])
    return service.ask(actor(), _wanted(actor(), given))


def _wanted(who: Actor, given: dict[str, Any]) -> dict[str, Any]:
    audience = given.pop("view", None) or ("head_office" if who.is_head_office else "store")
    if audience == "head_office" and not who.is_head_office:
        raise Problem(NOT_FOUND, "There are no such reports.")
    usual = people.organisation().language
    return {
        "language": usual if usual in LANGUAGES else "en",
        "paper": looks.appearance().paper,
        **given,
        "audience": audience,
    }


@blueprint.route("/books/<uuid:book_id>", methods=["GET"])
@signed_in(*READERS)
@blueprint.response(200, schemas.BookSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def read_book(book_id: UUID) -> Any:
    """How far it is."""
    return queries.book(actor(), book_id)


@blueprint.route("/books/<uuid:book_id>/file", methods=["GET"])
@takes_body
@signed_in(*READERS)
@blueprint.reads_headers(headers.IF_NONE_MATCH, headers.RANGE)
@blueprint.response(200, contract.BYTES, content_type="application/pdf", description="PDF or ZIP")
@blueprint.alt_response(
    206, schema=contract.BYTES, content_type="application/pdf", description="A part of it"
)
@blueprint.doc(responses={200: _AS_ZIP, 206: _AS_ZIP})
@blueprint.alt_response(202, schema=schemas.BookSchema, description="Being made")
@blueprint.alt_response(304, description="Not changed")
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(416, "RANGE_NOT_SATISFIABLE")
@blueprint.alt_response(500, "INTERNAL_SERVER_ERROR")
def book_file(book_id: UUID) -> Response:
    """The book itself; range requests are answered, so a broken download goes on."""
    with db.transaction(actor().organisation_id):
        book = queries.book(actor(), book_id)
        name = telling.book_name(book, queries.region_of(book))
    return _answer(book, name)


def _answer(book: Book, name: str) -> Response:
    if book.state is BookState.FAILED:
        raise Problem(REPORT_FAILED, book.reason or "The book could not be made.")
    if book.state is BookState.EXPIRED:
        raise Problem(NOT_FOUND, "Books are kept for 30 days. Ask for it again.")
    if book.object_key is None or book.sha256 is None:
        response = jsonify(schemas.BookSchema().dump(book))
        response.status_code = HTTPStatus.ACCEPTED
        response.headers.update(SOON)
        return response
    return media.printed(book.object_key, name, book.sha256)


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
