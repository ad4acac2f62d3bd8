"""Why items are hidden, and which of them belong to a visit (what is shown is in the vectors)."""

from __future__ import annotations

from auditapi.checklists.visibility import Hidden, Visibility, shown_items, visibility
from tests.checklists.builders import ANNOUNCED, SHOP, Data, checklist, given, item, na, section

COVERT: Data = {"assignment": "covert", "is": True}
AFTER_YES: Data = {"item": "A1", "is": "yes"}


def seen(*items: Data, answers: Data | None = None, store: Data | None = None) -> Visibility:
    """What an announced audit of one section shows."""
    listed = checklist(section("S", *items))
    return visibility(listed, answers or {}, store or {}, ANNOUNCED)


def test_shown_and_hidden_are_together_every_item() -> None:
    found = seen(item("A1"), item("A2", show_if=AFTER_YES), item("A3", show_if=COVERT))
    assert found.shown == {"A1"}
    assert set(found.hidden) == {"A2", "A3"}


def test_a_hidden_item_says_what_hid_it_and_what_it_reads() -> None:
    both = {"all": [COVERT, AFTER_YES, {"store": "format", "is": "hyper"}]}
    found = seen(item("A1"), item("A2", show_if=AFTER_YES), item("A3", show_if=both))
    assert found.hidden["A2"] == Hidden("answer", ("item.A1",))
    assert found.hidden["A3"] == Hidden("visit", ("assignment.covert", "item.A1", "store.format"))


def test_an_item_hidden_by_an_answer_is_designed_one_hidden_by_the_visit_is_not() -> None:
    found = seen(item("A1"), item("A2", show_if=AFTER_YES), item("A3", show_if=COVERT))
    assert [found.is_designed(key) for key in ("A1", "A2", "A3")] == [True, True, False]


def test_an_item_is_designed_as_long_as_some_answer_could_show_it() -> None:
    either = {"any": [COVERT, AFTER_YES]}
    found = seen(item("A1"), item("A2", show_if=either), answers=given(A1="no"))
    assert found.hidden["A2"].by == "answer"


def test_what_hangs_on_an_item_that_this_visit_does_not_ask_is_not_designed_either() -> None:
    covert_only = item("A1", show_if=COVERT)
    found = seen(covert_only, item("A2", show_if=AFTER_YES))
    assert found.hidden["A2"].by == "visit"
    shop = visibility(
        checklist(section("S", covert_only, item("A2", show_if=AFTER_YES))), {}, {}, SHOP
    )
    assert shop.hidden["A2"].by == "answer"


def test_what_is_shown_when_something_is_not_answered_stays_designed() -> None:
    unless = item("A2", show_if={"not": {"item": "A1", "answered": True}})
    found = seen(item("A1", na=True), unless, answers=given(A1="no"))
    assert found.hidden["A2"].by == "answer"
    assert "A2" in seen(item("A1", na=True), unless, answers={"A1": na()}).shown


def test_a_section_hidden_by_the_visit_hides_all_that_is_in_it() -> None:
    listed = checklist(
        section("S", item("A1")),
        section("T", item("B1"), item("B2", show_if=AFTER_YES), show_if=COVERT),
    )
    found = visibility(listed, given(A1="yes"), {}, ANNOUNCED)
    assert {hidden.by for hidden in found.hidden.values()} == {"visit"}
    assert shown_items(listed, given(A1="yes"), {}, SHOP) == {"A1", "B1", "B2"}


def test_a_section_hidden_by_an_answer_leaves_its_items_designed_unless_the_visit_hides_them() -> (
    None
):
    listed = checklist(
        section("S", item("A1")),
        section("T", item("B1"), item("B2", show_if=COVERT), show_if=AFTER_YES),
    )
    found = visibility(listed, given(A1="no"), {}, ANNOUNCED)
    assert (found.hidden["B1"].by, found.hidden["B2"].by) == ("answer", "visit")
