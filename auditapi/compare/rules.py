"""How a comparison is told: printed figures, and cells that no spreadsheet runs (pure)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from auditapi.checklists.scoring import printed

COLUMNS = (
    "store_code", "store_name", "region", "kind", "checklist", "section",
    "mean", "visits", "not_rated", "fails", "coverage",
)  # fmt: skip
# A cell that begins so is a formula to spreadsheets.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_RIGHT = Decimal("0.000000001")
BYTE_ORDER_MARK = "\ufeff"


def as_printed(value: Decimal | None) -> str | None:
    """One decimal, half up. A mean is of percentages cut off after twelve places: the ninth is
    right again once rounded, so that a mean of 62.45 is not told as 62.4."""
    return None if value is None else str(printed(Fraction(value.quantize(_RIGHT, ROUND_HALF_UP))))


def harmless(cell: object) -> object:
    """Text that would start a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_DANGEROUS):
        return f"'{cell}"
    return cell


def as_csv(lines: Iterable[Mapping[str, Any]]) -> str:
    """One row for each line's whole visit (section empty), one for each of its sections."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines:
        for row in _rows(line):
            writer.writerow([harmless(cell) for cell in row])
    return text.getvalue()


def _rows(line: Mapping[str, Any]) -> Iterable[Sequence[object]]:
    store = line["store"]
    whose = (store["code"], store["name"], store["region"], line["kind"].value, line["checklist"])
    yield (
        *whose, "", line["mean"], line["visits"], line["not_rated"], line["fails"],
        line["coverage"],
    )  # fmt: skip
    for part in line["sections"]:
        figures = (part["mean"], part["visits"], "", part["fails"], part["coverage"])
        yield (*whose, part["section"], *figures)
