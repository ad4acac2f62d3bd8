"""Cleo begins an audit on one phone and goes on with it on another, then on both: a person chooses
which one counts, and nothing is overwritten before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.phone.conftest import Phone, another_phone, becomes, eventually
from tests.phone.fake_server import Memory
from tests.phone.people import AUDIT


@pytest.fixture
def second(browser: Browser, url: str) -> Iterator[Phone]:
    """Another phone of Cleo's, signed in."""
    with another_phone(browser) as context:
        phone = Phone(context.new_page(), url)
        phone.sign_in()
        yield phone
        assert phone.complaints == []


def synced(phone: Phone) -> None:
    phone.saved()
    phone.page.evaluate("() => dispatchEvent(new Event('online'))")


def answers_on_server(memory: Memory) -> list[dict[str, Any]]:
    return [json.loads(body)["answers"] for body in memory.drafts.values()]


def answers_here(phone: Phone) -> list[dict[str, Any]]:
    return [draft["answers"] for draft in phone.stored("drafts")]


def go_on_there(first: Phone, second: Phone, memory: Memory) -> str:
    """The first phone says Yes, the second takes the audit over and rates the floor."""
    audit = first.begin(AUDIT)
    first.page.click("#item-A1 >> text=Yes")
    synced(first)
    becomes(lambda: answers_on_server(memory), [{"A1": {"value": "yes"}}])
    second.page.evaluate("() => dispatchEvent(new Event('online'))")
    second.page.wait_for_selector("text=Begun on another phone")
    second.page.click("text=Go on here")
    second.page.click("#item-A6 >> text=point 4")
    synced(second)
    becomes(lambda: answers_on_server(memory), [TOGETHER])
    return audit


TOGETHER = {"A1": {"value": "yes"}, "A6": {"value": 4}}
ALONE = {"A1": {"value": "no"}}


def test_an_audit_is_gone_on_with_on_another_phone(
    cleo: Phone, second: Phone, memory: Memory
) -> None:
    go_on_there(cleo, second, memory)
    assert answers_here(second) == [TOGETHER]


def test_what_can_not_be_fetched_now_says_so(cleo: Phone, second: Phone, memory: Memory) -> None:
    cleo.begin(AUDIT)
    cleo.page.click("#item-A1 >> text=Yes")
    synced(cleo)
    eventually(lambda: memory.drafts)
    second.page.evaluate("() => dispatchEvent(new Event('online'))")
    second.page.wait_for_selector("text=Begun on another phone")
    second.page.context.set_offline(True)
    second.page.click("text=Go on here")
    second.page.wait_for_selector("text=can't be fetched now")
    second.page.context.set_offline(False)
    second.page.click("text=Go on here")
    second.page.wait_for_selector("#item-A1")
    assert answers_here(second) == [{"A1": {"value": "yes"}}]


@pytest.mark.parametrize(
    ("choice", "here", "there"),
    [
        ("This phone's", [ALONE], [ALONE]),
        ("The other phone's", [TOGETHER], [TOGETHER]),
        ("Keep both", [ALONE, TOGETHER], [ALONE, TOGETHER]),
    ],
)
def test_when_both_phones_have_changed_an_audit_a_person_chooses(
    cleo: Phone,
    second: Phone,
    memory: Memory,
    choice: str,
    here: list[dict[str, Any]],
    there: list[dict[str, Any]],
) -> None:
    audit = go_on_there(cleo, second, memory)
    cleo.page.click("#item-A1 >> text=No")
    synced(cleo)
    cleo.page.wait_for_selector("text=Which one counts?")
    assert answers_on_server(memory) == [TOGETHER]
    assert answers_here(cleo) == [ALONE]
    cleo.page.wait_for_selector("text=Answers: 2, photos: 0")
    told = cleo.page.locator("main button small").all_inner_texts()
    assert told[::2] == ["Answers: 1, photos: 0", "Answers: 2, photos: 0"]

    cleo.page.click(f'main button:has-text("{choice}")')
    cleo.page.wait_for_selector("text=To do")
    cleo.page.evaluate("() => dispatchEvent(new Event('online'))")
    becomes(lambda: in_order(answers_on_server(memory)), in_order(there))
    assert in_order(answers_here(cleo)) == in_order(here)
    cleo.go(f"#/audit/{audit}")
    cleo.page.wait_for_selector("#item-A1")
    assert cleo.page.locator("text=Which one counts?").count() == 0


def test_without_a_network_the_choice_waits(cleo: Phone, second: Phone, memory: Memory) -> None:
    go_on_there(cleo, second, memory)
    cleo.page.click("#item-A1 >> text=No")
    synced(cleo)
    cleo.page.wait_for_selector("text=Which one counts?")
    cleo.page.context.set_offline(True)
    cleo.page.click("main button:has-text('The other phone')")
    cleo.page.wait_for_selector("text=can't be fetched now")
    assert answers_here(cleo) == [ALONE]
    assert answers_on_server(memory) == [TOGETHER]


def in_order(answers: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in answers)
