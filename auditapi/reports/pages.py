"""The report as it will stand on paper: every word chosen, every figure written out.

`story` makes these, the templates print them and decide nothing. Lengths are millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Free:
    """Words that a person wrote, in their own language."""

    text: str
    lang: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One photo at one printed size, with its marks drawn over it (`overlay`, SVG).

    `column` is the width its caption may take.
    """

    number: int
    source: str | None
    column: float
    width: float
    height: float
    alt: str
    overlay: str
    caption: Free | None
    heading: str
    place: Free | None
    marks: tuple[tuple[str, str | Free], ...]
    facts: str
    missing: Free | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that went wrong, ready to print."""

    number: int
    key: str
    text: Free
    section: Free
    labels: tuple[tuple[str, str], ...]
    answer: Free
    lost: str
    note: Free | None
    picture: Picture | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The first page's answer to «how was it»."""

    outcome: str
    outcome_word: str
    figure: str
    band: str | None
    details: str
    criticals: str
    critical_items: tuple[Free, ...]
    coverage: str
    coverage_note: str | None
    chart: str
    chart_note: str
    trust: str | None


@dataclass(frozen=True, kw_only=True)
class SectionRow:
    """One line of the section chart."""

    key: str
    title: Free
    chart: str
    figure: str
    last: str
    coverage: str


@dataclass(frozen=True, kw_only=True)
class ItemRow:
    """One line of the whole checklist. `quiet` rows took no part in the score."""

    key: str
    text: Free
    answer: Free
    points: str
    note: Free | None
    photos: str
    labels: tuple[tuple[str, str], ...]
    quiet: bool
    missed: bool


@dataclass(frozen=True, kw_only=True)
class ItemSection:
    """One section of the whole checklist."""

    key: str
    title: Free
    figure: str
    rows: tuple[ItemRow, ...]


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature: `drawing` is SVG, or empty where it may not be shown."""

    item: Free
    name: Free | None
    drawing: str


@dataclass(frozen=True, kw_only=True)
class EvidencePage:
    """Digests, the manifest's code and where the phone was."""

    sentence: str
    code: str | None
    verify: str | None
    qr: str
    digests: tuple[tuple[str, str], ...]
    positions: tuple[str, ...]
    position_missing: Free | None


@dataclass(frozen=True, kw_only=True)
class Head:
    """Who, where, when."""

    organisation: str
    organisation_lang: str
    logo: str | None
    logo_alt: str
    logo_width: float
    logo_height: float
    report_name: str
    kind: str
    store: Free
    store_code: str
    place: Free
    facts: tuple[tuple[str, Free], ...]


@dataclass(frozen=True, kw_only=True)
class Story:
    """The whole report, in the order of its blocks."""

    language: str
    title: str
    author: str
    footer: str
    paper: str
    variant: str
    accent: str
    pale: str
    head: Head
    verdict: Verdict
    top: tuple[Finding, ...]
    more_follow: str | None
    more: tuple[Finding, ...]
    praise: tuple[Free, ...]
    action_lines: int
    blocks: tuple[str, ...]
    sections: tuple[SectionRow, ...]
    sections_legend: str | None
    rules: str
    figures: tuple[tuple[str, str], ...]
    items: tuple[ItemSection, ...]
    photo_rows: tuple[tuple[Picture, ...], ...]
    signatures: tuple[Signed, ...]
    revisions: tuple[tuple[str, str, Free, str, str], ...]
    revisions_title: str
    evidence: EvidencePage
