"""What the server does not take is told in plain words of the person's language; what to do too."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from auditapi.audits.intake import document, judging, marking, service
from auditapi.checklists.validation import CODES
from auditapi.core.problems import REGISTRY
from auditapi.phone.shell import STATIC
from tests.phone.conftest import Phone
from tests.phone.fake_server import Memory
from tests.phone.people import AUDIT

Draw = Callable[..., bytes]
LANGUAGES = {"en": "English", "ko": "한국어", "zh-Hant": "繁體中文"}

#: The phone goes on by itself, or asks to sign in; nobody has to read anything.
BY_ITSELF = {401, 408, 429}
#: Faults of a program, or of requests that no phone sends: one sentence for all, with the code.
NOT_FOR_PEOPLE = {
    "idempotency-key-missing",
    "idempotency-key-reused",
    "invalid-checklist",
    "last-administrator",
    "method-not-allowed",
    "not-acceptable",
    "not-unsent-audits",
    "offset-differs",
    "precondition-required",
    "range-not-satisfiable",
    "still-running",
}


def words(language: str) -> dict[str, str]:
    text = (STATIC / "words" / f"{language}.js").read_text(encoding="utf-8")
    return dict(re.findall(r'^  "([^"]+)": "(.*)",$', text, re.MULTILINE))


def test_every_refusal_that_a_person_may_see_has_words() -> None:
    seen = {
        slug
        for slug, kind in REGISTRY.items()
        if kind.status < 500 and kind.status not in BY_ITSELF
    }
    told = {key.removeprefix("problem.") for key in words("en") if key.startswith("problem.")}
    assert told - {"unknown"} == seen - NOT_FOR_PEOPLE


def test_every_reason_for_quarantine_has_words_without_blanks() -> None:
    codes = {*CODES, marking.UNCOVERED}
    for module in (document, judging, marking, service):
        source = inspect.getsource(module)
        codes |= set(re.findall(r'Reason\(\s*[^,]+, "([a-z_]+)",', source))
        codes |= set(re.findall(r'\.wrong\([^)]*, "([a-z_]+)"\)', source))
        codes |= set(re.findall(r'\.append\(\([^,]+, "([a-z_]+)",', source))
    assert {"outside_window", "other_id", "out_of_order", "too_many", "missing"} <= codes
    assert {"was_rejected", "too_many_marks", "number_too_large", "assignment_ended"} <= codes
    for language in LANGUAGES:
        known = words(language)
        for code in codes:
            sentence = known.get(f"reason.{code}") or known[f"fault.{code}"]
            assert "{" not in sentence, f"{language} {code}"


def sent(phone: Phone, photo: bytes, language: str) -> None:
    """An audit filled in, in English, and sent; then the phone speaks the language."""
    phone.begin(AUDIT)
    phone.answer_everything(photo)
    phone.page.click("text=Review and send")
    phone.page.wait_for_selector("text=Everything is there.")
    phone.page.click("button:has-text('Send')")
    phone.page.wait_for_selector(".receipt")
    audit = phone.page.url.split("/")[-1]
    phone.go("#/settings")
    phone.page.click(f"text={LANGUAGES[language]}")
    phone.go(f"#/outbox/{audit}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_audit_says_why_and_what_to_do(
    cleo: Phone, memory: Memory, shop_photo: Draw, language: str
) -> None:
    memory.fault = lambda method, path: (
        "413 too-large" if method == "PUT" and "/audits/" in path else None
    )
    sent(cleo, shop_photo(), language)
    notice = cleo.page.locator(".notice.bad")
    expect(notice).to_contain_text(words(language)["problem.too-large"])
    expect(notice).to_contain_text(words(language)["sent.refused.what"])
    expect(notice).not_to_contain_text("too-large")


def test_a_refusal_nobody_has_words_for_names_its_code(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    memory.fault = lambda method, path: (
        "422 brand-new" if method == "PUT" and "/audits/" in path else None
    )
    sent(cleo, shop_photo(), "ko")
    said = words("ko")["problem.unknown"].replace("{code}", "brand-new")
    expect(cleo.page.locator(".notice.bad")).to_contain_text(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quarantined_audit_says_what_does_not_fit(
    cleo: Phone, memory: Memory, shop_photo: Draw, language: str
) -> None:
    memory.reasons = [
        {"place": "answers.A2", "code": "too_short", "message": "needs at least 5 characters"},
        {"place": "started_at", "code": "outside_window", "message": "The visit was outside."},
        {"place": "photos[0].marks[1]", "code": "malformed", "message": "should be an object"},
    ]
    sent(cleo, shop_photo(), language)
    page, told = cleo.page, words(language)
    page.wait_for_selector(f"text={told['sent.quarantined.what']}")
    lines = page.locator("section.card .plain-list").first.locator("li")
    expect(lines.nth(0)).to_have_text(f"A2 {told['reason.too_short']}")
    expect(lines.nth(1)).to_have_text(told["reason.outside_window"])
    code = told["reason.unknown"].replace("{code}", "photos[0].marks[1] malformed")
    expect(lines.nth(2)).to_have_text(f"{told['photo']} 1 {code}")


def test_a_photo_that_is_refused_says_what_to_do(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    memory.fault = lambda method, path: (
        "422 not-a-photo" if method in ("PUT", "PATCH") and "/photos/" in path else None
    )
    sent(cleo, shop_photo(), "ko")
    expect(cleo.page.locator(".photo-line")).to_contain_text(words("ko")["problem.not-a-photo"])


def test_a_receipt_without_a_photo_does_not_say_that_the_server_has_everything(
    cleo: Phone, memory: Memory, shop_photo: Draw
) -> None:
    memory.reads_photos = False
    sent(cleo, shop_photo(), "zh-Hant")
    told = words("zh-Hant")
    notice = cleo.page.locator(".notice.good")
    expect(notice).to_contain_text(told["sent.delivered.without"])
    expect(cleo.page.locator("main")).not_to_contain_text(told["sent.delivered.what"])
    expect(cleo.page.locator(".photo-line")).to_contain_text(told["photo.refused"])
