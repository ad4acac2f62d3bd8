"""Decisions of reviewers on plain values: what may follow what, and what deserves a flag."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditapi.audits import writing_up
from auditapi.audits.states import Acceptance, FlagKind, Release

# What head office is asked before a mystery shop goes out: each must be answered yes.
QUESTIONS: Mapping[str, str] = {
    "faces_covered": "Cover every face first, or return the audit.",
    "names_covered": "Cover every name and badge first, or return the audit.",
    "cards_covered": "Cover every payment card and receipt number first, or return the audit.",
    "criticals_evidenced": "Return the audit until every failed critical item is evidenced.",
}

ACCEPT_FROM = frozenset({Acceptance.QUARANTINED, Acceptance.REJECTED})
REJECT_FROM = frozenset({Acceptance.QUARANTINED})

# Beyond what the phone itself says its fix may be off.
FAR_FROM = 500.0  # metres
_EARTH = 6_371_000.0  # metres


def denied(answers: Mapping[str, bool]) -> dict[str, str]:
    """The questions before a release that were answered no, each with what to do about it."""
    return {name: what for name, what in QUESTIONS.items() if not answers.get(name)}


def may_release(release: Release, returned_until: datetime | None, at: datetime) -> bool:
    """What is waiting may go out; what was returned too, once its auditor's time is over."""
    return release is Release.WAITING or _over(release, returned_until, at)


def may_return(release: Release, returned_until: datetime | None, at: datetime) -> bool:
    """As `may_release`: a new deadline can be set only when the old one is over."""
    return release is Release.WAITING or _over(release, returned_until, at)


def may_reply(release: Release, returned_until: datetime | None, at: datetime) -> bool:
    """Only a returned audit, and only until its deadline."""
    return release is Release.RETURNED and not _over(release, returned_until, at)


def _over(release: Release, returned_until: datetime | None, at: datetime) -> bool:
    return release is Release.RETURNED and returned_until is not None and at >= returned_until


def change_faults(
    changes: Sequence[Mapping[str, Any]], items: Container[str], standing: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """What is wrong with the changes as such: (place within the list, what was expected).
    Whether the answers make a score is found out by scoring."""
    seen: set[str] = set()
    for number, change in enumerate(changes):
        item = change["item"]
        if item not in items:
            yield f"[{number}].item", "is not an item of the audit's checklist"
        elif item in seen:
            yield f"[{number}].item", "is changed twice"
        elif change["answer"] == standing.get(item) and not _is_null(item, standing):
            yield f"[{number}].answer", "is the answer already"
        seen.add(item)


def _is_null(item: str, standing: Mapping[str, Any]) -> bool:
    """The document says that there is no answer, which is none: it can be taken away."""
    return item in standing and standing[item] is None


@dataclass(frozen=True)
class Finding:
    """A flag to be raised. `about` names the thing within the audit, so that looking again
    raises nothing twice."""

    kind: FlagKind
    about: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fix:
    """Where a phone was: degrees, and metres it may be off."""

    latitude: float
    longitude: float
    accuracy: float = 0.0


def fix_of(given: object) -> Fix | None:
    """A position or photo location as the phone sent it; None for what is no place on Earth."""
    if not isinstance(given, Mapping):
        return None
    latitude = _within(given.get("latitude"), 90)
    longitude = _within(given.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    return Fix(latitude, longitude, max(0.0, _within(given.get("accuracy"), 1e6) or 0.0))


def _within(value: object, most: float) -> float | None:
    """The number, if it is one from -most to most."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -most <= value <= most else None


def metres_between(one: Fix, other: Fix) -> float:
    """Along the Earth's surface (haversine)."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    up = math.sin((south - north) / 2) ** 2
    along = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    half_chord = up + math.cos(north) * math.cos(south) * along
    return 2 * _EARTH * math.asin(math.sqrt(min(1.0, half_chord)))


def metres_away(store: Fix, fix: Fix) -> float:
    """The least distance that the fix allows for."""
    return max(0.0, metres_between(store, fix) - fix.accuracy)


def far_away(
    store: Fix | None,
    positions: Sequence[Fix],
    photos: Mapping[int, Fix],
    elsewhere: Iterable[int] = (),
) -> Iterator[Finding]:
    """The visit when none of its fixes is near the store, and each photo taken elsewhere.
    `elsewhere`: positions of photos whose place the phone did not keep, only that it was far."""
    for position in sorted(elsewhere):
        yield Finding(FlagKind.FAR_AWAY, f"photos[{position}]", {"position": position})
    if store is None:
        return
    nearest = min((metres_away(store, fix) for fix in positions), default=0.0)
    if nearest > FAR_FROM:
        yield Finding(FlagKind.FAR_AWAY, "visit", {"metres": round(nearest)})
    for position, fix in sorted(photos.items()):
        if (metres := metres_away(store, fix)) > FAR_FROM:
            details = {"position": position, "metres": round(metres)}
            yield Finding(FlagKind.FAR_AWAY, f"photos[{position}]", details)


def late(visited_until: datetime | None, sealed_at: datetime | None) -> Iterator[Finding]:
    if writing_up.is_late(visited_until, sealed_at):
        hours = writing_up.hours_after(visited_until, sealed_at)
        yield Finding(FlagKind.LATE, "visit", {"hours": round(hours or 0)})


def without_evidence(explained: Mapping[str, Any], unseen: Iterable[str] = ()) -> Iterator[Finding]:
    """Failed critical items whose proof is missing. `unseen` are items that name photos of which
    none is here."""
    gone = frozenset(unseen)
    for critical in explained["criticals"]:
        missing = list(critical["missing_evidence"])
        if critical["item"] in gone and "photo" not in missing:
            missing.append("photo")
        if missing:
            details = {"item": critical["item"], "missing": missing}
            yield Finding(
                FlagKind.CRITICAL_WITHOUT_EVIDENCE, f"answers.{critical['item']}", details
            )
