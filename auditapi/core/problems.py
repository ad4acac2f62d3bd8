"""The one registry of problems that an answer can name (RFC 9457), and how to raise one.

Phones decide by `type` and status, people read `title` and `detail`. A slug never changes its
meaning. docs/problems.md explains each; a test sees that none is missing there or never raised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    slug: str
    status: int
    title: str


REGISTRY: dict[str, Kind] = {}


def _kind(slug: str, status: int, title: str) -> Kind:
    REGISTRY[slug] = kind = Kind(slug, status, title)
    return kind


@dataclass(frozen=True)
class Place:
    """Where the input is wrong: a path such as `items[3].weight`, and what was expected."""

    path: str
    message: str


class Problem(Exception):
    """A refusal. Raised, it rolls the transaction back."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        places: Sequence[Place] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.places = kind, detail, tuple(places)
        self.headers, self.more = dict(headers or {}), more

    def as_json(self) -> dict[str, Any]:
        return {
            "type": f"/problems/{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            **({"errors": [vars(place) for place in self.places]} if self.places else {}),
            **self.more,
        }


BAD_REQUEST = _kind("bad-request", 400, "The request can't be read")
KEY_MISSING = _kind("idempotency-key-missing", 400, "This request needs an Idempotency-Key")
NOT_JSON = _kind("not-json", 400, "The body is not the JSON it should be")
DIGEST_DIFFERS = _kind("digest-differs", 400, "The bytes don't match their digest")
NOT_SIGNED_IN = _kind("not-signed-in", 401, "Please sign in")
SIGN_IN_FAILED = _kind("sign-in-failed", 401, "Organisation, e-mail or password is wrong")
NOT_ALLOWED = _kind("not-allowed", 403, "Your role may not do this")
NOT_FOUND = _kind("not-found", 404, "There is no such thing here")
METHOD_NOT_ALLOWED = _kind("method-not-allowed", 405, "This address does not take that method")
NOT_ACCEPTABLE = _kind("not-acceptable", 406, "None of the accepted forms can be had")
CONFLICT = _kind("conflict", 409, "This clashes with what is there")
WRONG_STATE = _kind("wrong-state", 409, "Not possible in the present state")
LAST_ADMINISTRATOR = _kind(
    "last-administrator", 409, "Nobody else could administer this organisation"
)
AUDIT_EXISTS = _kind("audit-exists", 409, "Other bytes are stored under this id")
AUDIT_COMPLETE = _kind("audit-complete", 409, "The audit is complete; its receipt stands")
OFFSET_DIFFERS = _kind("offset-differs", 409, "The piece does not start where the last one ended")
STILL_RUNNING = _kind("still-running", 409, "The same request is still running")
STALE = _kind("stale", 412, "It has changed since you read it")
TOO_LARGE = _kind("too-large", 413, "The body is too large")
MEDIA_TYPE = _kind("media-type", 415, "This media type is not taken here")
RANGE_NOT_SATISFIABLE = _kind("range-not-satisfiable", 416, "That range is not there")
INVALID = _kind("invalid", 422, "Some of the input is not right")
NOT_UNSENT_AUDITS = _kind("not-unsent-audits", 422, "This is no file of unsent audits")
INVALID_CHECKLIST = _kind("invalid-checklist", 422, "The checklist has errors")
NOT_A_PHOTO = _kind("not-a-photo", 422, "These bytes are no photo")
PHOTO_DIGEST = _kind("photo-digest", 422, "The bytes don't match the photo's name")
KEY_REUSED = _kind("idempotency-key-reused", 422, "The Idempotency-Key was used for another body")
PRECONDITION_REQUIRED = _kind("precondition-required", 428, "Say which version you replace")
TOO_MANY = _kind("too-many-requests", 429, "Too many tries; please wait")
REPORT_FAILED = _kind("report-failed", 500, "The report could not be made")
INTERNAL = _kind("internal", 500, "Something went wrong here")
UNAVAILABLE = _kind("unavailable", 503, "Not available just now; please try again")
