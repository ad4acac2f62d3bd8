"""Decisions about rounds and visits, on plain values."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from auditapi.audits.states import MAY_FOLLOW, AssignmentState, ByObject, Scenario

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYPARTS = ("morning", "midday", "afternoon", "evening")
_DAYPART_ENDS = ((time(11, 30), "morning"), (time(14), "midday"), (time(17, 30), "afternoon"))

OPEN = frozenset({AssignmentState.OFFERED, AssignmentState.ACCEPTED})

#: The angry customer takes a service desk and the employer's approval: head office sets it.
TO_DRAW = (Scenario.HESITANT, Scenario.OPINIONATED, Scenario.GENTLE)

Quotas = Mapping[str, Mapping[str, int]]


def draw(seed: int, stores: Iterable[UUID], size: int) -> list[UUID]:
    """`size` of the stores, each equally likely; the same for ever from the same seed.

    Every store gets a lot, SHA-256 of seed and id, and the lowest are drawn. So the order in
    which stores are listed does not matter, a larger draw contains the smaller one, and a store
    that was not drawn could as well not have been in the list. Anybody can check it by hand.
    """

    def lot(store: UUID) -> bytes:
        return hashlib.sha256(f"{seed}:{store}".encode()).digest()

    return sorted(set(stores), key=lot)[:size]


def draw_scenario(seed: str, store: UUID, given: Mapping[Scenario, int]) -> Scenario:
    """One of `TO_DRAW` for the store's next mystery shop: one that it was `given` least often, so
    that it gets its share of each. Where several are, the lowest lot decides, as in `draw`."""

    def turn(scenario: Scenario) -> tuple[int, bytes]:
        lot = f"{seed}:{store}:{sum(given.values())}:{scenario.value}"
        return given.get(scenario, 0), hashlib.sha256(lot.encode()).digest()

    return min(TO_DRAW, key=turn)


def stores_of(
    sampling: ByObject, sampled_from: Iterable[str], seed: int | None, size: int | None
) -> list[UUID]:
    """The stores that a round visits."""
    pool = [UUID(store) for store in sampled_from]
    if sampling is not ByObject.RANDOM_SAMPLE or seed is None or size is None:
        return pool
    return draw(seed, pool, size)


def refusal(state: AssignmentState, wanted: AssignmentState) -> str | None:
    """Why an assignment can't get into a state; None when it can."""
    if wanted in MAY_FOLLOW[state]:
        return None
    return f"The assignment is {_words(state)}; it can't become {_words(wanted)}."


def _words(state: AssignmentState) -> str:
    return state.value.replace("_", " ")


def as_utc(local: datetime, zone: ZoneInfo, *, late: bool = False) -> datetime | None:
    """The moment at which the store's clock shows `local`, None when it never does. Of an hour
    that comes twice it is the first, or the second when `late`."""
    try:
        moment = local.replace(tzinfo=zone, fold=int(late)).astimezone(UTC)
        shown = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:  # before the year 1 or after 9999, in UTC
        return None
    return moment if shown == local else None


@dataclass(frozen=True)
class Visit:
    """A visit of an auditor to a store, made or planned, and the days it may fall on.

    `minimum`: days that its own round wants between two visits.
    """

    name: str
    first: date
    last: date
    minimum: int = 0


def too_close(first: date, last: date, minimum: int, visits: Iterable[Visit]) -> Visit | None:
    """The visit from which a new one, somewhere from `first` to `last`, may be too few days
    away. Days are counted as between dates: 30 days after the 1st is the 31st."""
    for visit in visits:
        between = max((first - visit.last).days, (visit.first - last).days)
        needed = max(minimum, visit.minimum)
        if needed and between < needed:
            return visit
    return None


def daypart(at: time) -> str:
    """As the service standard names the parts of a day that don't depend on opening hours."""
    return next((name for end, name in _DAYPART_ENDS if at < end), "evening")


def quota_progress(
    quotas: Quotas, visits: Iterable[datetime]
) -> dict[str, dict[str, dict[str, int]]]:
    """{"weekday": {"sat": {"wanted": 4, "filled": 1}}, …}; `visits` by their store's clock."""
    filled: Counter[tuple[str, str]] = Counter()
    for visit in visits:
        filled["weekday", WEEKDAYS[visit.weekday()]] += 1
        filled["daypart", daypart(visit.time())] += 1
    return {
        quota: {
            name: {"wanted": wanted, "filled": filled[quota, name]}
            for name, wanted in parts.items()
        }
        for quota, parts in quotas.items()
    }
