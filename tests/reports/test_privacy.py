"""What a store may not see is nowhere in the bytes of its report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import cache
from typing import Any

import pytest

from auditapi.reports import privacy
from auditapi.reports.identity import input_hash
from auditapi.reports.view import ReportInput
from tests.reports import pdf, samples

HEAD_OFFICE_ITEMS = ("H2", "Z3")
SHELF, RECEIPT, ENTRANCE = (samples.jpeg(seed=n) for n in (1, 2, 3))
PRIVATE = {
    "the auditor's name": "Cleo Marlow",
    "the author of a revision": "Ana Reyes",
    "the minute it started": "10:02",
    "the minute it ended": "11:36",
    "the minute it arrived": "11:37",
    "the minute of a photo": "10:17",
    "the minute of a revision": "15:41",
    "the latitude": "37.4979",
    "the longitude": "127.027",
    "where a photo was taken": "37.1234",
    "the amount on the receipt": "48,211",
    "the audit's id, which tells the time": "019aa0f4-77aa-7c11",
    "the caption of the receipt": "paid by card",
    "why there is no position": "phone was in airplane mode",
    "the receipt's digest": samples.sha256(b"original" + RECEIPT),
    "the digest of a photo for head office": samples.sha256(b"original" + ENTRANCE),
    "the receipt's question": "card number covered",
}


@cache
def visit() -> ReportInput:
    """A mystery shop with something private in every field that can hold it."""
    given = samples.answers(samples.COVERT)
    given["H2"] = {"value": 48211, "note": "paid by card, 48,211 won"}
    given["B4"] = {"value": "no", "note": "I am Cleo Marlow, I told them. CLEO MARLOW!"}
    photos = [
        samples.photo(SHELF, item="A2", caption="cleo marlow at the shelf", latitude=37.1234,
                      longitude=127.5, marks=(
                          {"kind": "text", "at": [0.1, 0.1], "text": "Cleo Marlow was here",
                           "color": "#112233"},)),
        samples.photo(RECEIPT, item="H1", caption="paid by card"),
        samples.photo(ENTRANCE, item="D7", audience="head_office"),
    ]  # fmt: skip
    made = samples.report(given=given, assignment=samples.COVERT, photos=photos, language="en")
    return replace(made, audit=replace(made.audit, position_missing="phone was in airplane mode"))


def seen_by(audience: Any, **changes: Any) -> bytes:
    report = replace(visit(), audience=audience, **changes)
    return pdf.everything(pdf.made(report, samples.pictures_of(SHELF, RECEIPT, ENTRANCE)))


@cache
def store_bytes(conformance: Any) -> bytes:
    return seen_by("store", conformance=conformance)


@pytest.mark.parametrize("conformance", ["ua", "archive"])
@pytest.mark.parametrize("what", PRIVATE)
def test_the_store_s_file_does_not_hold(what: str, conformance: str) -> None:
    assert PRIVATE[what].lower().encode() not in store_bytes(conformance).lower()


def test_the_bytes_of_the_receipt_are_not_in_the_store_s_file() -> None:
    printed = pdf.made(
        replace(visit(), audience="store"), samples.pictures_of(SHELF, RECEIPT, ENTRANCE)
    )
    assert SHELF in printed
    assert RECEIPT not in printed
    assert ENTRANCE not in printed


def test_head_office_sees_all_of_it() -> None:
    seen = seen_by("head_office", conformance="archive").lower()
    missing = [what for what, secret in PRIVATE.items() if secret.lower().encode() not in seen]
    assert missing == []


def test_the_store_sees_the_code_and_the_part_of_the_day() -> None:
    seen = store_bytes("ua")
    assert b"CM-07" in seen
    assert b"20 November 2026, morning" in seen


def test_no_answer_for_head_office_is_left_anywhere_in_the_input() -> None:
    stripped = asdict(privacy.for_store(visit()))
    keys = set(_keys(stripped))
    assert not keys & set(HEAD_OFFICE_ITEMS)
    assert {item["key"] for item in stripped["score"]["items"]}.isdisjoint(HEAD_OFFICE_ITEMS)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _keys(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _keys(part)


def with_signature() -> ReportInput:
    """The same visit, by a checklist that asks for a signature."""
    checklist = visit().checklist
    first, *others = checklist["sections"]
    signed = {"key": "S1", "kind": "signature", "text": {"en": "Signed by"}}
    first = {**first, "items": [*first["items"], signed]}
    return replace(visit(), checklist={**checklist, "sections": [first, *others]})


def test_the_name_of_who_signed_is_nowhere_and_on_a_covert_visit_neither_are_the_strokes() -> None:
    signed = {"S1": {"value": {"name": "Sam Ito", "strokes": [[[0, 0], [1, 1]]]}}}
    note = {"B4": {"value": "no", "note": "Sam Ito was not at the till"}}
    report = replace(with_signature(), answers={**signed, **note}, signers=("Sam Ito",))
    shop = privacy.for_store(report)
    assert shop.answers["S1"]["value"] == {"name": None, "strokes": []}
    assert shop.answers["B4"]["note"] == "[…] was not at the till"


def test_who_signed_before_a_revision_is_hidden_too_and_in_no_report_at_all() -> None:
    answers = {"B4": {"value": "no", "note": "Sam Ito was away, Mia Roe signed"}}
    report = replace(with_signature(), signers=("Sam Ito", "Mia Roe"), answers=answers)
    assert privacy.for_store(report).answers["B4"]["note"] == "[…] was away, […] signed"
    for audience in ("store", "head_office"):
        assert not privacy.for_audience(replace(report, audience=audience)).signers


def test_what_no_item_of_the_store_s_checklist_asked_for_is_not_in_its_file() -> None:
    """An answer under a key of the phone's own, and the keys of private items in revisions."""
    answers = {**visit().answers, "PAD": {"value": "in at 10:02, out at 11:36", "note": "till 4"}}
    receipt, both = (
        replace(visit().audit.revisions[0], reason=why, items=items)
        for why, items in (("It says 48,111 won", ("H2",)), ("Both read anew", ("D1", "H2")))
    )
    audit = replace(visit().audit, revisions=(receipt, both))
    shown = privacy.for_store(replace(visit(), answers=answers, audit=audit))
    assert "PAD" not in shown.answers
    assert [(one.reason, one.items) for one in shown.audit.revisions] == [
        ("Both read anew", ("D1",))
    ]
    seen = repr(shown)
    assert not [secret for secret in ("48,111", "H2", "PAD", "till 4") if secret in seen]


def test_why_a_photo_was_covered_is_not_told_to_the_store() -> None:
    covered = replace(visit().audit.revisions[0], reason="The card on the receipt", items=())
    audit = replace(visit().audit, revisions=(covered,))
    [shown] = privacy.for_store(replace(visit(), audit=audit)).audit.revisions
    assert (shown.number, shown.reason, shown.items) == (2, "", ())


def test_the_managers_of_the_store_are_in_no_report_at_all() -> None:
    answers = {"B4": {"value": "no", "note": "Kim Su was on the phone; Su did not look up"}}
    store = replace(visit().store, managers=("Kim Su",))
    report = replace(visit(), store=store, answers=answers)
    shown = privacy.for_store(report)
    assert shown.answers["B4"]["note"] == "[…] was on the phone; […] did not look up"
    for audience in ("store", "head_office"):
        left = privacy.for_audience(replace(report, audience=audience))
        assert (left.store.managers, left.audit.released_at) == ((), None)


def test_a_short_name_does_not_blot_out_other_words() -> None:
    auditor = replace(visit().auditor, name="Li")
    answers = {"B4": {"value": "no", "note": "Li saw the liquid in line 3"}}
    shown = privacy.for_store(replace(visit(), auditor=auditor, answers=answers))
    assert shown.answers["B4"]["note"] == "[…] saw the liquid in line 3"


def test_a_korean_name_is_found_with_its_particle() -> None:
    auditor = replace(visit().auditor, name="김민수")
    answers = {"B4": {"value": "no", "note": "김민수가 물었습니다"}}
    shown = privacy.for_store(replace(visit(), auditor=auditor, answers=answers))
    assert shown.answers["B4"]["note"] == "[…]가 물었습니다"


@pytest.mark.parametrize(
    ("hour", "part"),
    [("05", "night"), ("06", "morning"), ("12", "afternoon"), ("17", "evening"), ("22", "night")],
)
def test_the_part_of_the_day_is_told_by_the_clock_of_the_store(hour: str, part: str) -> None:
    audit = replace(visit().audit, finished_at=f"2026-11-20T{hour}:30:00+09:00")
    assert privacy.for_store(replace(visit(), audit=audit)).audit.daypart == part


def test_who_audited_does_not_change_the_name_of_the_store_s_file() -> None:
    """The kept file is named by what its audience sees: the hash tells no secret either."""
    quiet = replace(visit(), answers={}, photos=(), audience="store")
    renamed = replace(quiet, auditor=replace(quiet.auditor, name="Lee Abbot"))
    assert input_hash(quiet) == input_hash(renamed)
    for_us, of_lee = (replace(one, audience="head_office") for one in (quiet, renamed))
    assert input_hash(for_us) != input_hash(of_lee)
