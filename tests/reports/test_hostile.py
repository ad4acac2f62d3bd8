"""Hostile content in every field a person can fill: nothing is fetched, nothing escapes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditapi.reports import html
from auditapi.reports.failures import RenderFailed
from auditapi.reports.press import Press
from auditapi.reports.story import tell
from auditapi.reports.view import Auditor, Organisation, Photo, ReportInput, Revision, Store
from tests.reports import pdf, samples

SHELF = samples.jpeg(640, 480, seed=9)
CORPUS = {
    "a script": "<script>alert(1)</script>",
    "the end of a style sheet": "</style></head><h1>out</h1>",
    "an image from a file": '<img src="file:///etc/passwd"/>',
    "an image from the network": "<img src=http://127.0.0.1:9/x onerror=x>",
    "an attachment": '<link rel="attachment" href="file:///etc/passwd"/>',
    "SVG with a file": '<svg xmlns="http://www.w3.org/2000/svg"><use href="file:///x"/></svg>',
    "SVG that ends early": "</title></svg><svg><image href='file:///etc/passwd'/>",
    "an entity": "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "CDATA": "]]><![CDATA[ <b>x</b> ]]>",
    "CSS": "} body { background: url(file:///etc/passwd) } @import 'http://127.0.0.1:9/';",
    "a CSS string": '" url(file:///etc/passwd) "',
    "a template": "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "a format": "{n} {0.__class__} %s %(x)s",
    "control characters": "\x00\x01\x08\x0b\x0c\x1b[31m\x7f\x85\ufffe\uffff",
    "directions": "\u202e\u2066abc\u2069\u200f gnp.exe",
    "lone surrogates": "\ud800 \udfff",
    "emoji": "😀👩‍👩‍👧‍👦🇰🇷🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣",
    "piled accents": "Z" + "\u0351\u0489\u20d2" * 300,
    "scripts without a font": "กขค العربية हिन्दी",
    "no place to break": "W" * 4_000,
    "no place to break in Korean": "가" * 4_000,
    "200,000 characters": "많은 글 and more. " * 12_500,
    "many lines": "\n" * 5_000 + "x\u2028y",
    "nothing": " \t\n ",
}
FORBIDDEN = ("script", "link", "use", "image", "object", "iframe", "base", "i")


def filled(*said: str) -> ReportInput:
    """An audit with the next of `said` in every field that a person can fill."""
    say = cycle(said).__next__
    plain = samples.report(
        photos=[samples.photo(SHELF, item="A2"), samples.photo(SHELF, item=None)], language="en"
    )
    answers = {
        key: {**answer, "note": say(), **({"value": say()} if _is_text(plain, key) else {})}
        for key, answer in plain.answers.items()
    }
    answers |= {"A3": {"na": True, "reason": say()}, "V1": {"value": say()}, "V5": {"value": say()}}
    photos = tuple(
        replace(
            photo,
            caption=say(),
            taken_at=say(),
            marks=({"kind": "text", "at": [1, 1], "text": say(), "color": say()},),
        )
        for photo in plain.photos
    )
    lost = Photo(sha256="1" * 64, print_sha256=None, width=1, height=1, missing=say(), item=say())
    changed = Revision(
        number=2, at="2026-11-21T10:00:00+09:00", author=say(), reason=say(), items=(say(),)
    )
    return replace(
        plain,
        organisation=Organisation(name=say(), accent=say()),
        store=Store(code=say(), name=say(), address=say(), region=say(), time_zone="Asia/Seoul"),
        auditor=Auditor(code=say(), name=say()),
        audit=replace(
            plain.audit,
            kind=say(),
            scenario=say(),
            language="en",
            revisions=(changed,),
            position_missing=say(),
            positions=tuple(replace(p, what=say(), at=say()) for p in plain.audit.positions),
        ),
        answers=answers,
        photos=(*photos, lost),
        evidence=replace(plain.evidence, code=say(), verify_url=say()[:200] or "x"),
        checklist=_checklist(plain.checklist, say),
    )


def _is_text(report: ReportInput, key: str) -> bool:
    items = (item for section in report.checklist["sections"] for item in section["items"])
    return any(item["key"] == key and item["kind"] == "text" for item in items)


def _checklist(checklist: Any, say: Callable[[], str]) -> Any:
    sections = [
        {
            **section,
            "title": {"en": say()},
            "items": [{**item, "text": {"en": say()}} for item in section["items"]],
        }
        for section in checklist["sections"][:3]
    ]
    return {**checklist, "title": {"en": say()}, "sections": sections}


def tree_of(report: ReportInput) -> ElementTree.Element:
    return html.tree(tell(report), contents=True)


def plain_tags() -> set[str]:
    return {element.tag for element in tree_of(filled("plain words")).iter()}


@pytest.mark.parametrize("what", CORPUS)
def test_in_every_field_it_stays_words(what: str) -> None:
    tree = tree_of(filled(CORPUS[what]))
    assert {element.tag for element in tree.iter()} <= plain_tags() | {"b", "span", "ul", "li"}
    assert not {element.tag for element in tree.iter()} & set(FORBIDDEN)
    sources = {element.get("src") for element in tree.iter("img")}
    assert sources <= {f"asset:{samples.sha256(SHELF)}"}
    assert all(element.get("href", "#").startswith("#") for element in tree.iter())


@pytest.mark.parametrize("audience", ["store", "head_office"])
@pytest.mark.parametrize("first", [0, 9])
def test_a_report_full_of_it_is_printed_whole(first: int, audience: Any) -> None:
    said = [*CORPUS.values()]
    report = replace(filled(*said[first:], *said[:first]), audience=audience)
    printed = pdf.made(report, samples.pictures_of(SHELF))
    assert SHELF in printed
    assert b"root:x:0" not in pdf.everything(printed)


def test_a_note_of_200_000_characters_is_cut_with_a_sign() -> None:
    notes = {"A6": {"value": "five", "note": CORPUS["200,000 characters"]}}
    plain = samples.report(language="en")
    story = tell(replace(plain, answers={**plain.answers, **notes}))
    row = next(row for section in story.items for row in section.rows if row.key == "A6")
    assert row.note is not None
    assert len(row.note.text) <= 5_000
    assert row.note.text.endswith("…")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=120))
def test_whatever_is_typed_the_page_stays_well_formed(typed: str) -> None:
    tree = tree_of(filled(typed))
    assert not {element.tag for element in tree.iter()} & set(FORBIDDEN)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "data:image/png;base64,AAAA", "asset:"],
)
@pytest.mark.parametrize(
    "page",
    [
        '<img src="{}" alt="x"/>',
        '<p style="background: url({})">x</p>',
        '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title>'
        '<image href="{}" width="9" height="9"/></svg>',
    ],
)
def test_the_door_is_closed_even_if_markup_came_through(
    page: str, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Were a template ever to let markup pass, the fetcher refuses and the render fails."""
    body = page.format(address)
    root = ElementTree.fromstring(
        f'<html lang="en"><head><title>x</title></head><body>{body}</body></html>'
    )
    asked: list[str] = []

    def read() -> bytes:
        asked.append("shelf")
        return SHELF

    monkeypatch.setattr(html, "tree", lambda story, contents: root)
    with pytest.raises(RenderFailed):
        Press().print(samples.report(), {samples.sha256(SHELF): read}, io.BytesIO(), tmp_path)
    assert asked == []
