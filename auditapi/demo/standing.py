"""The organisations that demo loads make: begun, whole, or left over when a load broke off."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from auditapi.core import activity, db
from auditapi.core.activity import Activity
from auditapi.demo import summary
from auditapi.people import queries, service

BEGUN, RENAMED, CLOSED = "demo.begun", "organisation.renamed", "organisation.closed"


@dataclass(frozen=True)
class Standing:
    """`unfinished`: what earlier loads left behind, where people can still sign in. `others`:
    short names of chains that no demo load made."""

    whole: bool
    unfinished: tuple[UUID, ...]
    others: tuple[str, ...]


def look(slug: str) -> Standing:
    """What there is on this installation; `slug` is the demo's when it is whole."""
    with db.transaction():
        organisations = queries.organisation_ids()
    whole, unfinished, others = False, [], []
    for organisation in organisations:
        with db.transaction(organisation) as session:
            name = queries.organisation().slug
            told = Activity.action.in_((BEGUN, RENAMED, CLOSED))
            actions = set(session.scalars(select(Activity.action).where(told)))
        # Told by the log, not by the name: what looks like a demo may be somebody's real chain.
        if RENAMED in actions and name == slug:
            whole = True
        elif BEGUN not in actions or RENAMED in actions:
            others.append(name)
        elif CLOSED not in actions:
            unfinished.append(organisation)
    return Standing(whole, tuple(unfinished), tuple(others))


def begin(chain: Mapping[str, Any]) -> str:
    """The organisation with its administrator, and its name until it is whole: a load that breaks
    off leaves no half demo."""
    given = chain["organisation"]
    name = f"{given['slug']}-{secrets.token_hex(4)}"
    administrator = {
        "name": chain["people"]["ada"]["name"],
        "email": summary.email("ada"),
        "password": chain["password"],
    }
    with db.transaction():
        organisation, _ = service.create_organisation(
            name, given["name"], administrator, language=given["language"]
        )
        activity.record(BEGUN, organisation)
    return name


def finish(name: str, slug: str) -> None:
    """What was begun under `name` is whole."""
    with db.transaction():
        organisation = queries.organisation_id_of(name)
    with db.transaction(organisation):
        service.rename_organisation(slug)


def close(unfinished: tuple[UUID, ...]) -> None:
    """Nobody signs in there any more: their passwords are in this repository. The rows stay, as
    the log of any chain does."""
    for organisation in unfinished:
        with db.transaction(organisation):
            service.close_organisation()
