"""Constraint names of the database, translated into problems: no raw 500 from a constraint."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from auditapi.core.problems import CONFLICT, INVALID, INVALID_CHECKLIST, UNAVAILABLE, Kind, Problem

_MEANING: dict[str, tuple[Kind, str]] = {
    "uq_people_organisation_id_email": (CONFLICT, "Somebody here has this e-mail already."),
    "uq_people_organisation_id_code": (CONFLICT, "Somebody here has this code already."),
    "uq_organisations_slug": (CONFLICT, "An organisation of this name exists already."),
    "uq_stores_organisation_id_code": (CONFLICT, "A store of this code exists already."),
    "uq_regions_organisation_id_code": (CONFLICT, "A region of this code exists already."),
    "ck_regions_not_its_own_parent": (INVALID, "A region can't stand below itself."),
    "ck_stores_latitude": (INVALID, "The latitude must be from -90 to 90."),
    "ck_stores_longitude": (INVALID, "The longitude must be from -180 to 180."),
    "ck_organisations_slug": (
        INVALID,
        "An organisation's short name has small letters, digits and hyphens only.",
    ),
    "uq_checklist_versions_organisation_id_key_number": (
        CONFLICT,
        "Somebody has just published this checklist; look at theirs first.",
    ),
    "uq_checklist_versions_organisation_id_key_sha256": (
        INVALID_CHECKLIST,
        "This very text is published already.",
    ),
}


def as_problem(error: DBAPIError) -> Problem | None:
    """The problem that a database error stands for; None when it is nobody's input."""
    if isinstance(error, IntegrityError):
        return _from_integrity(error)
    # What can't be read back (it has no statement) was nobody's input of now.
    if isinstance(error, DataError) and error.statement is not None:
        return Problem(INVALID, "A value is out of range, or has characters that can't be kept.")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return Problem(
            UNAVAILABLE,
            "The database does not answer; nothing was lost, try again.",
            headers={"Retry-After": "5"},
        )
    return None


def _from_integrity(error: IntegrityError) -> Problem:
    original = error.orig
    name = original.diag.constraint_name if isinstance(original, psycopg.Error) else None
    kind, detail = _MEANING.get(name or "", (None, ""))
    if kind is not None:
        return Problem(kind, detail)
    if isinstance(original, psycopg.errors.ForeignKeyViolation):
        return Problem(INVALID, f"It names something that is not there ({name}).")
    if isinstance(original, psycopg.errors.UniqueViolation):
        return Problem(CONFLICT, f"It is there already ({name}).")
    return Problem(INVALID, f"A value is not allowed ({name}).")
