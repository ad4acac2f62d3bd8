"""What a checklist tells of mystery shops, against the plain truth: asking it visit by visit."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditapi.checklists.secrecy import prepares_mystery_shops
from auditapi.checklists.values import VISIT_KINDS
from auditapi.checklists.visibility import shown_items
from tests.checklists.builders import Data, data, item, section
from tests.checklists.strategies import unchecked

KINDS = st.lists(st.sampled_from(VISIT_KINDS), min_size=1, max_size=3, unique=True)


def conditions(items: int) -> st.SearchStrategy[Any]:
    """Conditions on the kind of visit and on the items before."""
    tests = [
        st.builds(lambda kinds: {"assignment": "kind", "in": kinds}, KINDS),
        st.just({"assignment": "kind", "answered": True}),
    ]
    if items:
        keys = st.sampled_from([f"A{number}" for number in range(items)])
        compared = st.sampled_from([{"is": "yes"}, {"answered": True}, {"answered": False}])
        tests.append(st.builds(lambda key, how: {"item": key, **how}, keys, compared))
    return st.recursive(
        st.one_of(tests),
        lambda inner: st.one_of(
            st.builds(lambda part: {"not": part}, inner),
            st.builds(
                lambda name, parts: {name: parts},
                st.sampled_from(["all", "any"]),
                st.lists(inner, min_size=1, max_size=3),
            ),
        ),
        max_leaves=4,
    )


@st.composite
def items(draw: st.DrawFn) -> list[Data]:
    return [item(f"A{n}", show_if=draw(conditions(n))) for n in range(draw(st.integers(1, 4)))]


@settings(max_examples=60, deadline=None)
@given(listed=items(), answers=st.lists(st.sampled_from(["yes", "no", None]), min_size=4))
def test_what_stores_may_read_asks_a_mystery_shopper_nothing_that_others_are_not_asked(
    listed: list[Data], answers: list[str | None]
) -> None:
    checklist = unchecked(data(section("S", *listed)))
    said = {f"A{n}": {"value": value} for n, value in enumerate(answers) if value is not None}
    shown = {kind: shown_items(checklist, said, {}, {"kind": kind}) for kind in VISIT_KINDS}
    [covert, *others] = (shown[kind] for kind in VISIT_KINDS)
    if not prepares_mystery_shops(checklist):
        assert all(covert <= other for other in others)
