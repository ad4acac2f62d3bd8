"""What `show_if` and scoring may read besides answers: the store and the assignment (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditapi.audits.states import Scenario, VisitKind


def of_store(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return dict(attributes)


def of_assignment(kind: VisitKind, scenario: Scenario | None, *, purchase: bool) -> dict[str, Any]:
    """The same names that the phone uses."""
    return {
        "kind": kind.value,
        "scenario": scenario.value if scenario else None,
        "purchase": purchase,
        "covert": kind is VisitKind.MYSTERY_SHOP,
    }
