"""Which names a query may have: those of the contract. A mistyped filter would else be one that
filters nothing.

Only for what is under /api/v1. Addresses that people open and pass on (share links, /verify, /app,
media, the contract itself) stay lenient: mail programs and search engines hang names of their own
on them, such as `utm_source`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Any

import marshmallow

from auditapi.core.problems import INVALID, Place, Problem


def of(view: Callable[..., Any]) -> frozenset[str]:
    """All that the schemas say which stand on this view by `arguments`."""
    told = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
    return frozenset(
        field.data_key or name
        for parameter in told
        if parameter["in"] == "query"
        for name, field in _fields(parameter["schema"]).items()
    )


def _fields(schema: Any) -> dict[str, marshmallow.fields.Field[Any]]:
    whole: marshmallow.Schema = schema() if isinstance(schema, type) else schema
    return whole.load_fields


def refuse_unknown(given: Iterable[str], known: frozenset[str]) -> None:
    """Raises `Problem(INVALID)` with each name that is not known, and what may be meant."""
    places = [Place(f"query.{name}", _hint(name, known)) for name in given if name not in known]
    if places:
        raise Problem(INVALID, "Some names in the query are not known here.", places=places)


def _hint(name: str, known: frozenset[str]) -> str:
    if near := difflib.get_close_matches(name[:100], sorted(known), n=1):
        return f"is not known here; did you mean {near[0]}?"
    if known:
        return f"is not known here; known are {', '.join(sorted(known))}"
    return "is not known here; this address takes no query"
