"""Score a revision of an audit and write the score down: explained, and as typed rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from auditapi.audits.models import Audit
from auditapi.audits.score_models import ItemResult, ScoreRow, SectionResult
from auditapi.checklists.document import Checklist
from auditapi.checklists.scoring import RULES_VERSION, Score, score
from auditapi.core.db import insert_rows, now, organisation_id

_PERCENT = Decimal("0.000000000001")
_WEIGHT = Decimal("0.0001")
_RESULT = Decimal("0.00000001")


def write(
    audit: Audit,
    revision: int,
    checklist: Checklist,
    answers: Mapping[str, Any],
    photos_by_item: Mapping[str, int],
    pictured: Mapping[str, int],
) -> Score:
    """`photos_by_item` are the photos that name each item, `pictured` those of them that are here.

    Raises `NotScorable` when a shown, required item is unanswered; nothing is written then."""
    store, assignment = audit.context["store"], audit.context["assignment"]
    result = score(checklist, answers, store, assignment, photos_by_item, pictured)
    key = {"organisation_id": organisation_id(), "audit_id": audit.id, "revision": revision}
    row = {
        **key,
        "rules_version": RULES_VERSION,
        "percentage": _decimal(result.percentage),
        "raw_percentage": _decimal(result.raw),
        "coverage": _decimal(result.coverage),
        "outcome": result.outcome,
        "band": result.band,
        "explained": result.as_json(),
        "scored_at": now(),
    }
    insert_rows(ScoreRow, [row])
    insert_rows(SectionResult, list(_section_rows(result, key)))
    insert_rows(ItemResult, list(_item_rows(result, key, audit)))
    return result


def _section_rows(result: Score, key: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for section in result.sections:
        yield {
            **key,
            "section": section.key,
            "weight": _decimal(section.weight, _WEIGHT),
            "percentage": _decimal(section.percentage),
            "coverage": _decimal(section.coverage),
        }


def _item_rows(result: Score, key: Mapping[str, Any], audit: Audit) -> Iterator[dict[str, Any]]:
    fired = {critical.item for critical in result.criticals}
    for item in result.items:
        yield {
            **key,
            "visited_on": audit.visited_on,
            "item": item.key,
            "section": item.section,
            "store_id": audit.store_id,
            "checklist_key": result.checklist_key,
            "visit_kind": audit.kind.value if audit.kind else "",
            "left_out": item.left_out,
            "result": _decimal(item.r, _RESULT),
            "weight": _decimal(item.weight, _WEIGHT),
            "earned": _decimal(item.earned, _WEIGHT),
            "tag": item.tag,
            "critical_fired": item.key in fired,
        }


def _decimal(value: Fraction | None, places: Decimal = _PERCENT) -> Decimal | None:
    """Cut off, not rounded: rounding to a printed decimal later is then still right (89.94999…
    must not become 89.95 here and 90.0 there)."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(places, ROUND_FLOOR)
