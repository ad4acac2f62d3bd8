"""How a command opens its transaction, and says no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError

from auditapi.core import constraints, db
from auditapi.core.problems import Problem
from auditapi.people import queries as people


@contextmanager
def transaction(organisation: str | None = None) -> Iterator[None]:
    """A transaction of this organisation (by its slug); a refusal in words, not as a traceback."""
    with in_words(), db.transaction():
        if organisation is not None:
            _enter(organisation)
        yield


@contextmanager
def in_words() -> Iterator[None]:
    """What is refused within is said in words, not as a traceback."""
    try:
        yield
    except Problem as problem:
        raise _as_words(problem) from None
    except DBAPIError as error:
        found = constraints.as_problem(error)
        if found is None:
            raise
        raise _as_words(found) from None


def _enter(organisation: str) -> None:
    found = people.organisation_id_of(organisation)
    if found is None:
        raise click.ClickException(f"there is no organisation «{organisation}»")
    db.enter(found)


def _as_words(problem: Problem) -> click.ClickException:
    places = "".join(f"\n  {place.path}: {place.message}" for place in problem.places)
    return click.ClickException(problem.detail + places)
