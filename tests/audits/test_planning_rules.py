"""The draw of stores, transitions, windows and quotas, on plain values."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.audits.planning import rules
from auditapi.audits.planning.scenarios import script_of, scripts
from auditapi.audits.states import AssignmentState, Scenario

SEEDS = st.integers(0, 2**53 - 1)
STORES = st.lists(st.uuids(), unique=True, max_size=40)
State = AssignmentState
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str) -> datetime:
    """What a clock shows."""
    return datetime.fromisoformat(text)


# ---- the draw ----------------------------------------------------------------------------------


@given(SEEDS, STORES, st.integers(0, 40), st.randoms())
def test_the_same_seed_draws_the_same_stores_in_whatever_order_they_are_listed(
    seed: int, stores: list[UUID], size: int, random: Random
) -> None:
    shuffled = sorted(stores, key=lambda _: random.random())
    drawn = rules.draw(seed, stores, size)
    assert rules.draw(seed, shuffled, size) == drawn
    assert len(drawn) == len(set(drawn)) == min(size, len(stores))
    assert set(drawn) <= set(stores)


@given(SEEDS, STORES, st.integers(0, 40), st.integers(0, 40))
def test_a_larger_draw_contains_the_smaller_one(
    seed: int, stores: list[UUID], size: int, more: int
) -> None:
    assert rules.draw(seed, stores, size + more)[:size] == rules.draw(seed, stores, size)


@given(SEEDS, STORES, st.integers(0, 40))
def test_a_store_that_was_not_drawn_could_as_well_not_have_been_there(
    seed: int, stores: list[UUID], size: int
) -> None:
    drawn = rules.draw(seed, stores, size)
    assert rules.draw(seed, drawn, size) == drawn


def test_a_draw_stays_what_it_was_for_ever() -> None:
    stores = [UUID(int=number) for number in range(1, 9)]
    assert [store.int for store in rules.draw(2026, stores, 3)] == DRAWN_BY_2026


#: Worked out apart from the code: `printf '2026:<uuid>' | sha256sum`, the three lowest.
DRAWN_BY_2026 = [4, 2, 6]


def test_every_store_is_drawn_about_equally_often() -> None:
    stores = [UUID(int=number) for number in range(10)]
    times = dict.fromkeys(stores, 0)
    for seed in range(2000):
        for store in rules.draw(seed, stores, 3):
            times[store] += 1
    assert all(500 < number < 700 for number in times.values())  # 600 expected, 20 deviation


# ---- transitions -------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(State)))
def test_a_visit_that_was_made_stays_made_and_a_cancelled_one_is_only_ever_made(
    wishes: list[State],
) -> None:
    state, path = State.OFFERED, [State.OFFERED]
    for wish in wishes:
        if rules.refusal(state, wish) is None:
            state = wish
            path.append(state)
    if State.DONE in path:
        assert path.index(State.DONE) == len(path) - 1
    if State.CANCELLED in path:
        assert path[path.index(State.CANCELLED) + 1 :] in ([], [State.DONE])
    for before, after in pairwise(path):
        assert after is not State.ACCEPTED or before is State.OFFERED


@pytest.mark.parametrize("state", [state for state in State if state is not State.DONE])
def test_work_done_is_never_refused(state: State) -> None:
    assert rules.refusal(state, State.DONE) is None


def test_a_refusal_says_in_which_state_the_assignment_is() -> None:
    refusal = rules.refusal(State.NOT_POSSIBLE, State.ACCEPTED)
    assert refusal == "The assignment is not possible; it can't become accepted."


# ---- windows -----------------------------------------------------------------------------------


@given(st.datetimes(), st.booleans())
def test_a_local_time_is_the_moment_at_which_the_stores_clock_shows_it(
    shown: datetime, late: bool
) -> None:
    moment = rules.as_utc(shown, BERLIN, late=late)
    if moment is not None:
        assert moment.tzinfo is UTC
        assert moment.astimezone(BERLIN).replace(tzinfo=None) == shown


def test_an_hour_that_clocks_skip_is_no_time() -> None:
    assert rules.as_utc(local("0001-01-01T00:00"), BERLIN) is None
    assert rules.as_utc(local("2026-03-29T02:30"), BERLIN) is None
    assert rules.as_utc(local("2026-03-29T03:30"), BERLIN) is not None


def test_of_an_hour_that_comes_twice_a_window_takes_in_both() -> None:
    twice = local("2026-10-25T02:30")
    assert rules.as_utc(twice, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert rules.as_utc(twice, BERLIN, late=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


# ---- days between visits -----------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "fits"),
    [("2026-11-30", False), ("2026-12-01", True), ("2026-10-03", False), ("2026-10-02", True)],
)
def test_thirty_days_are_counted_from_date_to_date_before_and_after(day: str, fits: bool) -> None:
    visit = rules.Visit("audit 1", date(2026, 11, 1), date(2026, 11, 1))
    wanted = date.fromisoformat(day)
    assert (rules.too_close(wanted, wanted, 30, [visit]) is None) is fits


@given(DAYS, st.integers(0, 5), DAYS, st.integers(0, 5), st.integers(0, 60))
def test_windows_that_are_let_through_leave_the_days_between_any_two_of_their_days(
    first: date, length: int, other: date, other_length: int, minimum: int
) -> None:
    last, other_last = first + timedelta(length), other + timedelta(other_length)
    visit = rules.Visit("assignment 1", other, other_last)
    gaps = [
        abs((first + timedelta(one) - (other + timedelta(two))).days)
        for one in range(length + 1)
        for two in range(other_length + 1)
    ]
    allowed = rules.too_close(first, last, minimum, [visit]) is None
    assert allowed is (minimum == 0 or min(gaps) >= minimum)


def test_the_stricter_of_two_rounds_counts() -> None:
    visit = rules.Visit("audit 1", date(2026, 11, 1), date(2026, 11, 1), minimum=60)
    wanted = date(2026, 12, 15)
    assert rules.too_close(wanted, wanted, 0, [visit]) is visit


# ---- quotas ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (time(7), "morning"),
        (time(11, 29), "morning"),
        (time(11, 30), "midday"),
        (time(14), "afternoon"),
        (time(17, 30), "evening"),
        (time(23), "evening"),
    ],
)
def test_parts_of_the_day_end_as_the_service_standard_says(at: time, name: str) -> None:
    assert rules.daypart(at) == name


def test_quotas_are_filled_by_weekday_and_part_of_the_day() -> None:
    saturday_evening = local("2026-11-21T19:00")
    monday_noon = local("2026-11-23T12:00")
    progress = rules.quota_progress(
        {"weekday": {"sat": 4}, "daypart": {"evening": 2, "morning": 1}},
        [saturday_evening, saturday_evening, monday_noon],
    )
    assert progress == {
        "weekday": {"sat": {"wanted": 4, "filled": 2}},
        "daypart": {
            "evening": {"wanted": 2, "filled": 2},
            "morning": {"wanted": 1, "filled": 0},
        },
    }


# ---- scenarios ---------------------------------------------------------------------------------


@given(st.uuids(), st.uuids(), st.integers(1, 30))
def test_every_store_gets_its_share_of_each_scenario(round_: UUID, store: UUID, n: int) -> None:
    given_: Counter[Scenario] = Counter()
    for _ in range(n):
        given_[rules.draw_scenario(str(round_), store, given_)] += 1
    shares = [given_[scenario] for scenario in rules.TO_DRAW]
    assert max(shares) - min(shares) <= 1
    assert sum(shares) == n


def test_the_first_scenario_differs_between_stores() -> None:
    stores = [UUID(int=number) for number in range(300)]
    first = Counter(rules.draw_scenario("round", store, {}) for store in stores)
    assert set(first) == set(rules.TO_DRAW)
    assert min(first.values()) > 70


def test_nobody_is_sent_as_an_angry_customer_by_lot() -> None:
    assert Scenario.ANGRY not in rules.TO_DRAW


def test_every_scenario_tells_how_it_shows_in_each_language() -> None:
    assert set(scripts()) == set(Scenario)
    for script in scripts().values():
        for words in (script.how_it_shows, *script.behaviours):
            assert list(words) == ["en", "ko", "zh-Hant"]
            assert all(text.strip() for text in words.values())


def test_each_kind_of_customer_has_four_behaviours_to_count() -> None:
    counted = {one: script_of(one) for one in Scenario}
    customers = {Scenario.HESITANT, Scenario.OPINIONATED, Scenario.GENTLE, Scenario.ANGRY}
    for scenario, script in counted.items():
        assert script is not None
        assert len(script.behaviours) == (4 if scenario in customers else 0)
