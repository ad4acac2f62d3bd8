"""Who is asking: the decorator by which each route says who may call it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask import g, request

from auditapi.core import activity, contract
from auditapi.core.problems import NOT_ALLOWED, NOT_SIGNED_IN, Problem
from auditapi.people import service
from auditapi.people.models import Actor, Role

View = TypeVar("View", bound=Callable[..., Any])
EVERYBODY = frozenset(Role)


def signed_in(*roles: Role, submit_only: bool = False) -> Callable[[View], View]:
    """Only people of these roles (none named: everybody) get in. `submit_only`: also people
    disabled lately, for sending in what they did before."""
    allowed = frozenset(roles) or EVERYBODY

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            actor = _who()
            if actor.role not in allowed or (actor.submit_only and not submit_only):
                raise Problem(NOT_ALLOWED, "Your role may not do this.")
            g.actor = actor
            return view(*args, **kwargs)

        contract.note(wrapper, refusals=contract.SIGNED_IN, signed_in=True)
        return wrapper  # type: ignore[return-value]

    return decorate


def _who() -> Actor:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    actor = service.authenticate(token.strip()) if scheme.lower() == "bearer" else None
    if actor is None:
        raise Problem(NOT_SIGNED_IN, "The token is missing, expired or revoked.")
    activity.acting_person.set(actor.person_id)
    return actor


def actor() -> Actor:
    """The person behind this request; only within a view under `signed_in`."""
    current: Actor = g.actor
    return current
