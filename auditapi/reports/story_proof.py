"""What the report can be held against: signatures, changes after release, digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

import segno

from auditapi.reports import text
from auditapi.reports.pages import EvidencePage, Free, Signed
from auditapi.reports.telling import Telling

SIGNATURE = (56.0, 22.0)
_SVG = "http://www.w3.org/2000/svg"


def signatures(telling: Telling) -> tuple[Signed, ...]:
    """Every signature given, drawn from its strokes."""
    made = []
    for item in telling.items.values():
        answer = telling.report.answers.get(item["key"])
        value = answer.get("value") if isinstance(answer, Mapping) else None
        if item["kind"] == "signature" and isinstance(value, Mapping):
            name = value.get("name")
            title = telling.tell(item["text"], 200)
            spoken = telling.word("signatures.alt", item=title.text)
            made.append(
                Signed(
                    item=title,
                    name=telling.line(str(name), 120) if name else None,
                    drawing=_strokes(value.get("strokes") or (), spoken),
                )
            )
    return tuple(made)


def _strokes(strokes: Sequence[Sequence[Sequence[float]]], title: str) -> str:
    if not any(strokes):
        return ""
    wide, high = SIGNATURE
    path = "".join(_line(stroke, wide, high) for stroke in strokes if stroke)
    return (
        f'<svg xmlns="{_SVG}" class="signature" viewBox="0 0 {wide:g} {high:g}" '
        f'width="{wide:g}mm" height="{high:g}mm"><title>{escape(title)}</title>'
        f'<path d="{path}" fill="none" stroke="#1c2430" stroke-width="0.45" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _line(stroke: Sequence[Sequence[float]], wide: float, high: float) -> str:
    """One stroke as path data; a dot is a line to itself."""
    points = [f"{point[0] * wide:.2f} {point[1] * high:.2f}" for point in stroke]
    return "M" + "L".join(points if len(points) > 1 else points * 2)


def revisions_title(telling: Telling) -> str:
    """Stores are told what changed after the release only, head office all of it."""
    for_store = telling.report.audience == "store"
    return telling.word("revisions.title" if for_store else "revisions.title_all")


def revisions(telling: Telling) -> tuple[tuple[str, str, Free, str, str], ...]:
    """Number, day, reason, items and author of every change that is told, newest first."""
    report, word = telling.report, telling.word
    made = []
    for revision in sorted(report.audit.revisions, key=lambda one: -one.number):
        exact = "T" in revision.at
        at = word.moment(revision.at, report.store.time_zone) if exact else word.day(revision.at)
        items = [key for key in revision.items if key in telling.items]
        made.append(
            (
                str(revision.number),
                at,
                telling.own(revision.reason, 600) or telling.said("–"),
                telling.names(items) or "–",
                telling.line(revision.author, 120).text if revision.author else "–",
            )
        )
    return tuple(made)


def evidence(telling: Telling) -> EvidencePage:
    """The page that says what is proven, and what is not."""
    report, word = telling.report, telling.word
    proof = report.evidence
    arrived = None
    if proof.received_at is not None:
        arrived = word.moment(proof.received_at, report.store.time_zone)
    elif proof.received_day is not None:
        arrived = word.day(proof.received_day)
    proven = proof.code is not None and arrived is not None
    url = text.one_line(proof.verify_url, 300) if proof.verify_url else None
    return EvidencePage(
        sentence=word("evidence.proves", at=arrived) if proven else word("evidence.proves_plain"),
        code=text.one_line(proof.code, 80) if proof.code else None,
        verify=word("evidence.verify", url=url) if url else None,
        qr=_qr(url, word("evidence.qr", url=url)) if url else "",
        digests=tuple(_digests(telling)),
        positions=tuple(_position(telling, position) for position in report.audit.positions),
        position_missing=_position_missing(telling),
    )


def _digests(telling: Telling) -> list[tuple[str, str]]:
    report, word = telling.report, telling.word
    proof = report.evidence
    listed = [
        (word("evidence.document"), proof.document_sha256),
        (word("evidence.checklist"), report.checklist_sha256),
    ]
    if proof.score_sha256:
        listed.append((word("evidence.score"), proof.score_sha256))
    listed += [(word("evidence.photo", n=number), photo.sha256) for number, photo in telling.photos]
    if report.audit.id is not None:
        listed.append((word("evidence.audit"), report.audit.id))
    return [(name, text.one_line(digest, 80)) for name, digest in listed]


_TAPS = frozenset({"arrived", "left", "start", "finish"})


def _position(telling: Telling, position: Any) -> str:
    word = telling.word
    known = position.what in _TAPS
    return word(
        "evidence.position",
        what=word(f"evidence.{position.what}") if known else text.one_line(position.what, 40),
        at=telling.moment(position.at),
        latitude=f"{position.latitude:.5f}",
        longitude=f"{position.longitude:.5f}",
        accuracy="?" if position.accuracy is None else word.number(position.accuracy, 0),
    )


def _position_missing(telling: Telling) -> Free | None:
    reason = telling.own(telling.report.audit.position_missing, 500)
    if reason is None:
        return None
    return Free(telling.word("evidence.position_missing", reason=reason.text), reason.lang)


def _qr(url: str, title: str) -> str:
    matrix = segno.make(url, error="m", micro=False).matrix
    size = len(matrix)
    pen = 'fill="none" stroke="#000000" stroke-width="1"'
    # A path for each row: browsers and others are slow at reading long ones.
    rows = "".join(f'<path d="{_runs(row, y + 0.5)}" {pen}/>' for y, row in enumerate(matrix))
    return (
        f'<svg xmlns="{_SVG}" class="qr" viewBox="-2 -2 {size + 4} {size + 4}" width="26mm" '
        f'height="26mm"><title>{escape(title)}</title>{rows}</svg>'
    )


def _runs(row: Sequence[int], y: float) -> str:
    """The dark stretches of a row as strokes, one unit high."""
    path, x = "", 0
    for dark, run in groupby(row):
        length = len(list(run))
        path += f"M{x} {y}h{length}" if dark else ""
        x += length
    return path
