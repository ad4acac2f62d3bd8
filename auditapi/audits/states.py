"""The states of assignments and audits, and which may follow which (pure)."""

from __future__ import annotations

import enum


class VisitKind(enum.Enum):
    MYSTERY_SHOP = "mystery_shop"
    STAFF_OBSERVATION = "staff_observation"
    ANNOUNCED_AUDIT = "announced_audit"
    SELF_CHECK = "self_check"


class ByTime(enum.Enum):
    REGULAR = "regular"
    ANY_TIME = "any_time"


class ByObject(enum.Enum):
    ALL = "all"
    TYPICAL = "typical"
    RANDOM_SAMPLE = "random_sample"


class Mode(enum.Enum):
    DIRECT = "direct"
    CONVERSATION = "conversation"
    FORM = "form"


class Scenario(enum.Enum):
    HESITANT = "hesitant"
    OPINIONATED = "opinionated"
    GENTLE = "gentle"
    ANGRY = "angry"
    OPENING = "opening"
    CLOSING = "closing"


class AssignmentState(enum.Enum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    CANCELLED = "cancelled"
    NOT_POSSIBLE = "not_possible"


# Work done is never refused: an audit that arrives makes any assignment done.
MAY_FOLLOW: dict[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.OFFERED: frozenset(
        {
            AssignmentState.ACCEPTED,
            AssignmentState.DECLINED,
            AssignmentState.CANCELLED,
            AssignmentState.NOT_POSSIBLE,
            AssignmentState.DONE,
        }
    ),
    AssignmentState.ACCEPTED: frozenset(
        {
            AssignmentState.OFFERED,
            AssignmentState.DECLINED,
            AssignmentState.CANCELLED,
            AssignmentState.NOT_POSSIBLE,
            AssignmentState.DONE,
        }
    ),
    AssignmentState.DECLINED: frozenset({AssignmentState.OFFERED, AssignmentState.DONE}),
    AssignmentState.CANCELLED: frozenset({AssignmentState.DONE}),
    AssignmentState.NOT_POSSIBLE: frozenset({AssignmentState.OFFERED, AssignmentState.DONE}),
    AssignmentState.DONE: frozenset(),
}


class NotPossible(enum.Enum):
    CLOSED = "closed"
    REFUSED = "refused"
    UNSAFE = "unsafe"
    OTHER = "other"


class Delivery(enum.Enum):
    AWAITING_PHOTOS = "awaiting_photos"
    DELIVERED = "delivered"


class Acceptance(enum.Enum):
    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class Release(enum.Enum):
    """Who may read a completed audit: head office only while it is waiting or returned."""

    NOT_YET = "not_yet"
    WAITING = "waiting"
    RETURNED = "returned"
    RELEASED = "released"


class PhotoState(enum.Enum):
    MISSING = "missing"
    STORED = "stored"
    REFUSED = "refused"
    LOST = "lost"


class FlagKind(enum.Enum):
    SAME_PHOTO = "same_photo"
    SIMILAR_PHOTO = "similar_photo"
    CRITICAL_WITHOUT_EVIDENCE = "critical_without_evidence"
    LATE = "late"
    FAR_AWAY = "far_away"
