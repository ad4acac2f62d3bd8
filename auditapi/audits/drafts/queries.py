"""Reads of drafts: everybody sees their own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from auditapi.audits.drafts.models import Draft
from auditapi.core.db import organisation_id, session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor


def find(person_id: UUID, draft_id: UUID, *, for_update: bool = False) -> Draft | None:
    return session().get(
        Draft, (organisation_id(), person_id, draft_id), with_for_update=for_update
    )


def own(actor: Actor, draft_id: UUID, *, for_update: bool = False) -> Draft:
    """Raises `Problem(NOT_FOUND)`."""
    found = find(actor.person_id, draft_id, for_update=for_update)
    if found is None:
        raise Problem(NOT_FOUND, "There is no such draft.")
    return found


def drafts_of(actor: Actor) -> Select[Draft]:
    return select(Draft).where(Draft.person_id == actor.person_id)
