"""Who may call which operation: the whole of /api/v1 on one screen, and how each is called.

A new route gets its line here, or tests/contract/test_may_not.py fails. Whether somebody who may
call it sees a certain store or audit is tested in the room it belongs to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask

#: Open without signing in.
PUBLIC = {
    "POST /sessions",
    "POST /sessions/by-code",
    "GET /checklists/schema.json",
}
#: What somebody disabled lately may still do: send in what was done before, and sign out.
SUBMITTING = {
    "PUT /audits/{audit_id}",
    "GET /audits/{audit_id}",
    "POST /audits/{audit_id}/reply",
    "HEAD /photos/{sha256}",
    "PUT /photos/{sha256}",
    "PATCH /photos/{sha256}",
    "DELETE /sessions/current",
}
NAMES = ("ada", "ana", "ben", "cleo", "sam")

_ALL = "ada ana ben cleo sam"
_HEAD_OFFICE = "ada ana"
_NO_AUDITORS = "ada ana ben sam"

WHO_MAY = {
    "GET /me": _ALL,
    "GET /sessions": _ALL,
    "DELETE /sessions/current": _ALL,
    "DELETE /sessions/{token_id}": _ALL,
    "GET /people": "ada",
    "POST /people": "ada",
    "PATCH /people/{person_id}": "ada",
    "GET /people/{person_id}/devices": "ada",
    "POST /people/{person_id}/sign-in-code": "ada",
    "GET /organisation": "ada",
    "PUT /organisation": "ada",
    "PUT /organisation/logo": "ada",
    "DELETE /organisation/logo": "ada",
    "GET /organisation/phones": "ada",
    "PUT /organisation/phones": "ada",
    "GET /regions": _NO_AUDITORS,
    "POST /regions": "ada",
    "PATCH /regions/{region_id}": "ada",
    "GET /regions/{region_id}/managers": "ada",
    "PUT /regions/{region_id}/managers/{person_id}": "ada",
    "DELETE /regions/{region_id}/managers/{person_id}": "ada",
    "GET /stores": _NO_AUDITORS,
    "POST /stores": "ada",
    "POST /stores/import": "ada",
    "GET /stores/{store_id}": _NO_AUDITORS,
    "PATCH /stores/{store_id}": "ada",
    "GET /stores/{store_id}/managers": "ada",
    "PUT /stores/{store_id}/managers/{person_id}": "ada",
    "DELETE /stores/{store_id}/managers/{person_id}": "ada",
    "GET /checklists": _ALL,
    "POST /checklists": "ada",
    "POST /checklists/preview": _HEAD_OFFICE,
    "GET /checklists/{key}/newest": _ALL,
    "GET /checklists/{key}/versions": _ALL,
    "GET /checklists/{key}/versions/{number}": _ALL,
    "GET /checklists/{key}/versions/{number}/weights": _HEAD_OFFICE,
    "GET /checklists/{key}/difference": _HEAD_OFFICE,
    "PUT /checklists/{key}/versions/{number}/withdrawal": "ada",
    "DELETE /checklists/{key}/versions/{number}/withdrawal": "ada",
    "GET /rounds": _HEAD_OFFICE,
    "POST /rounds": _HEAD_OFFICE,
    "GET /rounds/{round_id}": _HEAD_OFFICE,
    "POST /rounds/{round_id}/close": _HEAD_OFFICE,
    "GET /assignments": _ALL,
    "POST /assignments": _HEAD_OFFICE,
    "POST /assignments/bulk": _HEAD_OFFICE,
    "GET /assignments/{assignment_id}": _ALL,
    "PATCH /assignments/{assignment_id}": _HEAD_OFFICE,
    "POST /assignments/{assignment_id}/cancel": _HEAD_OFFICE,
    "POST /assignments/{assignment_id}/accept": _ALL,
    "POST /assignments/{assignment_id}/decline": _ALL,
    "POST /assignments/{assignment_id}/not-possible": _ALL,
    "GET /sync": _ALL,
    "PUT /audits/{audit_id}": _ALL,
    "GET /audits/{audit_id}": _ALL,
    "HEAD /photos/{sha256}": _ALL,
    "PUT /photos/{sha256}": _ALL,
    "PATCH /photos/{sha256}": _ALL,
    "GET /drafts": _ALL,
    "GET /drafts/{draft_id}": _ALL,
    "PUT /drafts/{draft_id}": _ALL,
    "DELETE /drafts/{draft_id}": _ALL,
    "POST /import": "ada",
    "GET /audits": _ALL,
    "GET /audits/{audit_id}/details": _ALL,
    "GET /audits/{audit_id}/score": _NO_AUDITORS,
    "GET /audits/{audit_id}/photos/{position}/original": "ada",
    "GET /audits/{audit_id}/activity": _HEAD_OFFICE,
    "GET /activity": "ada",
    "GET /quarantine": _HEAD_OFFICE,
    "POST /audits/{audit_id}/accept": _HEAD_OFFICE,
    "POST /audits/{audit_id}/reject": _HEAD_OFFICE,
    "POST /audits/{audit_id}/photos/lost": _HEAD_OFFICE,
    "POST /audits/{audit_id}/release": _HEAD_OFFICE,
    "POST /audits/{audit_id}/return": _HEAD_OFFICE,
    "POST /audits/{audit_id}/reply": _ALL,
    "POST /audits/{audit_id}/revisions": _HEAD_OFFICE,
    "GET /flags": _HEAD_OFFICE,
    "POST /flags/{flag_id}/settle": _HEAD_OFFICE,
    "GET /audits/{audit_id}/report.pdf": _NO_AUDITORS,
    "GET /audits/{audit_id}/manifest": _HEAD_OFFICE,
    "GET /audits/{audit_id}/share-links": "ada ana ben",
    "POST /audits/{audit_id}/share-links": "ada ana ben",
    "DELETE /share-links/{link_id}": "ada ana ben",
    "POST /books": "ada ana ben",
    "GET /books/{book_id}": "ada ana ben",
    "GET /books/{book_id}/file": "ada ana ben",
    "GET /compare/stores": "ada ana ben",
}

_REASON = "The shop was shut."
#: Bodies that are right in themselves, so that only the thing itself can be missing.
BODIES: dict[str, dict[str, Any]] = {
    "PATCH /people/{person_id}": {"name": "Dan's now"},
    "PATCH /regions/{region_id}": {"name": "Dan's now"},
    "PATCH /stores/{store_id}": {"name": "Dan's now"},
    "POST /assignments/{assignment_id}/decline": {"reason": _REASON},
    "POST /assignments/{assignment_id}/not-possible": {"reason": "closed", "note": _REASON},
    "POST /audits/{audit_id}/accept": {"reason": _REASON},
    "POST /audits/{audit_id}/reject": {"reason": _REASON},
    "POST /audits/{audit_id}/photos/lost": {"reason": _REASON},
    "POST /audits/{audit_id}/release": {
        "revision": 1,
        "faces_covered": True,
        "names_covered": True,
        "cards_covered": True,
        "criticals_evidenced": True,
    },
    "POST /audits/{audit_id}/return": {
        "revision": 1,
        "reason": _REASON,
        "until": "2030-01-01T00:00:00Z",
    },
    "POST /audits/{audit_id}/reply": {"revision": 1, "reason": _REASON},
    "POST /audits/{audit_id}/revisions": {"revision": 1, "reason": _REASON},
}
QUERIES = {"GET /checklists/{key}/difference": {"from": 1, "to": 1}}


_ARGUMENT = re.compile(r"<(?:[^<>]*:)?(\w+)>")


@dataclass(frozen=True)
class Operation:
    """One method of one route, such as `GET /stores/{store_id}`."""

    name: str
    method: str
    endpoint: str
    arguments: frozenset[str]

    def path(self, app: Flask, **things: object) -> str:
        """With `things` for its arguments, and something that is not there for the others."""
        nothing = {"key": "nothing", "number": 1, "position": 0, "sha256": "0" * 64}
        values = {name: things.get(name, nothing.get(name, uuid4())) for name in self.arguments}
        return app.url_map.bind("localhost").build(self.endpoint, values, self.method)


def operations(app: Flask) -> dict[str, Operation]:
    """Everything under /api/v1 that the app answers, by name."""
    found = {}
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"OPTIONS"}
        if not rule.rule.startswith("/api/v1/"):
            continue
        path = _ARGUMENT.sub(r"{\1}", rule.rule).removeprefix("/api/v1")
        for method in methods - ({"HEAD"} if "GET" in methods else set()):
            name = f"{method} {path}"
            found[name] = Operation(name, method, rule.endpoint, frozenset(rule.arguments))
    return found
