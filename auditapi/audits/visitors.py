"""Who may make which kind of visit: planning assigns by it, and intake judges work by it that
nobody had assigned."""

from __future__ import annotations

from auditapi.audits.states import VisitKind
from auditapi.checklists.queries import STORE_PEOPLE
from auditapi.people.models import Role


def may_shop(role: Role) -> bool:
    """People of a store or region don't shop their own chain: they are known there."""
    return role not in STORE_PEOPLE


def may_come_unasked(role: Role, kind: VisitKind | None) -> bool:
    """Auditors come when they are asked; a store checks itself, and a region its stores."""
    if role is Role.AUDITOR:
        return False
    if role is Role.STORE_MANAGER:
        return kind is VisitKind.SELF_CHECK
    return kind is not VisitKind.MYSTERY_SHOP or may_shop(role)
