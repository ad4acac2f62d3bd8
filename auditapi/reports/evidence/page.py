"""What the page /verify says, as plain values: a heading, sentences and lines to compare (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auditapi.reports.evidence.wording import WORDING
from auditapi.reports.words import Words


@dataclass(frozen=True, kw_only=True)
class Facts:
    """To be compared with the copy in hand.

    Days are ISO 8601, on the store's clocks. `photos` counts those a store may see. `signed`:
    the signature holds. `changed` names the parts that are not what they were when it was
    signed. `newest` is the revision that has taken this one's place, if any. `form` and
    `issued_on` are those of a PDF that was given.
    """

    organisation: str
    store: str
    kind: str
    visited_on: str | None
    checklist: str
    checklist_version: int
    percentage: str | None
    outcome: str
    band: str | None
    photos: int
    revision: int
    newest: int | None
    received_on: str
    code: str
    key: str
    signed: bool
    changed: tuple[str, ...]
    form: dict[str, Any] | None = None
    issued_on: str | None = None

    @property
    def good(self) -> bool:
        return self.signed and not self.changed


@dataclass(frozen=True, kw_only=True)
class BookFacts:
    """What is told of a book; days are ISO 8601."""

    organisation: str
    region: str
    visited_from: str
    visited_until: str
    reports: int
    issued_on: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`mood`: good, compare, bad or refused."""

    mood: str
    heading: str
    sentence: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    statements: list[tuple[str, str]] = field(default_factory=list)


def refused(language: str, key: str, **values: object) -> Verdict:
    """What can't be checked, and why."""
    say = WORDING[language]
    return Verdict(mood="refused", heading=say["title"], sentence=say[key].format_map(values))


def unknown(language: str, what: str) -> Verdict:
    """`what`: pdf or code."""
    say = WORDING[language]
    return Verdict(mood="bad", heading=say[f"{what}_unknown"], sentence=say[f"{what}_unknown_more"])


def known(language: str, facts: Facts | BookFacts) -> Verdict:
    """The facts to compare, what they prove, and what not."""
    say, words = WORDING[language], Words(language)
    if isinstance(facts, BookFacts):
        return _book(say, words, facts)
    if not facts.good:
        parts = (() if facts.signed else ("signature",)) + facts.changed
        listed = words.listing([say[f"part_{part}"] for part in parts])
        more = say["broken_more"].format(parts=listed)
        return Verdict(
            mood="bad", heading=say["broken"], sentence=more, lines=_lines(say, words, facts)
        )
    what = "code" if facts.form is None else "pdf"
    issued = words.day(facts.issued_on) if facts.issued_on else ""
    return Verdict(
        mood="compare" if facts.form is None else "good",
        heading=say[f"{what}_known"],
        sentence=say[f"{what}_known_more"].format(day=issued),
        lines=_lines(say, words, facts),
        statements=[
            (say["proven"], say["proven_more"].format(at=words.day(facts.received_on))),
            (say["not_proven"], say["not_proven_more"]),
        ],
    )


def _book(say: Mapping[str, str], words: Words, facts: BookFacts) -> Verdict:
    return Verdict(
        mood="good",
        heading=say["pdf_known"],
        sentence=say["book_known_more"].format(day=words.day(facts.issued_on)),
        lines=[
            (say["organisation"], facts.organisation),
            (say["region"], facts.region),
            (say["from"], words.day(facts.visited_from)),
            (say["until"], words.day(facts.visited_until)),
            (say["reports"], str(facts.reports)),
        ],
        statements=[
            (say["proven"], say["book_proven_more"]),
            (say["not_proven"], say["not_proven_more"]),
        ],
    )


def _lines(say: Mapping[str, str], words: Words, facts: Facts) -> list[tuple[str, str]]:
    revision = str(facts.revision)
    if facts.newest is not None:
        revision = say["newer"].format(revision=facts.revision, newest=facts.newest)
    told = {
        "organisation": facts.organisation,
        "store": facts.store,
        "day": words.day(facts.visited_on) if facts.visited_on else "–",
        "kind": words(f"kind.{facts.kind}"),
        "checklist": f"{facts.checklist} {facts.checklist_version}",
        "result": _result(say, words, facts),
        "revision": revision,
        "photos": say["photos_more"].format(photos=facts.photos),
        "received": words.day(facts.received_on),
        "manifest": facts.code,
        "key": facts.key,
    }
    if facts.form is not None:
        names = (facts.form["variant"], facts.form["audience"])
        told["form"] = words.listing(
            [words(f"variant.{names[0]}"), words(f"audience.{names[1]}"), facts.form["paper"]]
        )
    return [(say[name], value) for name, value in told.items()]


def _result(say: Mapping[str, str], words: Words, facts: Facts) -> str:
    parts = [words(f"outcome.{facts.outcome}")]
    if facts.percentage is not None:
        parts.insert(0, words.percent(facts.percentage))
    if facts.band is not None:
        parts.append(say["band"].format(band=facts.band))
    return words.listing(parts)
