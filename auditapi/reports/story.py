"""The whole report told: from plain data to every word and figure on paper."""

from __future__ import annotations

from auditapi.reports import privacy, text
from auditapi.reports import story_first as first
from auditapi.reports import story_items as items
from auditapi.reports import story_photos as photos
from auditapi.reports import story_proof as proof
from auditapi.reports.colour import readable_on_white, tint
from auditapi.reports.pages import Story
from auditapi.reports.telling import Telling
from auditapi.reports.view import BLOCKS, ReportInput

SHORT_BLOCKS = ("findings", "sections")
PHOTO_BLOCKS = ("photos",)


def tell(report: ReportInput) -> Story:
    """The story of `report` as its audience may know it."""
    return _tell(privacy.for_audience(report))


def _tell(report: ReportInput) -> Story:
    telling = Telling(report)
    accent = readable_on_white(report.organisation.accent)
    top, more = first.told(telling, first.ranked(telling))
    head = first.head(telling)
    blocks = _blocks(report)
    store = f"{head.store_code} {head.store.text}"
    title = telling.word.joined("kind", store, first.kind(telling), first.day(telling))
    return Story(
        language=report.language,
        title=title,
        author=head.organisation,
        footer=" · ".join((head.store_code, text.fit(head.store.text, 30), _day(telling))),
        paper=report.paper,
        variant=report.variant,
        accent=accent,
        pale=tint(accent, 0.08),
        head=head,
        verdict=first.verdict(telling, accent),
        top=tuple(top),
        more_follow=_more_follow(telling, len(more)) if "findings" in blocks else None,
        more=tuple(more),
        praise=first.praised(telling),
        action_lines=2 if first.crowded(telling) else 3,
        blocks=blocks,
        sections=items.section_rows(telling, accent),
        sections_legend=items.legend(telling),
        rules=items.rules(telling),
        figures=items.figures(telling),
        items=items.item_sections(telling),
        photo_rows=photos.rows(telling),
        signatures=proof.signatures(telling),
        revisions=proof.revisions(telling),
        revisions_title=proof.revisions_title(telling),
        evidence=proof.evidence(telling),
    )


def _blocks(report: ReportInput) -> tuple[str, ...]:
    if report.blocks is not None:
        return tuple(block for block in report.blocks if block in BLOCKS)
    by_variant = {"short": SHORT_BLOCKS, "photo_sheet": PHOTO_BLOCKS}
    return by_variant.get(report.variant, BLOCKS)


def _day(telling: Telling) -> str:
    return telling.word.day(first.day(telling)) if first.day(telling) else ""


def _more_follow(telling: Telling, count: int) -> str | None:
    return telling.word("findings.more_follow", n=count) if count else None
