"""Reads of regions and stores. `visible_stores` is the one answer to «who sees what»."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CTE, Select, select, true

from auditapi.people.models import Actor, Role
from auditapi.stores.models import Region, RegionManager, Store, StoreManager


def with_all_below(roots: Select[UUID], name: str = "regions_below") -> CTE:
    """The regions in `roots` and every region below them, as (id)."""
    tree = roots.cte(name, recursive=True)
    return tree.union(select(Region.id).join(tree, Region.parent_id == tree.c.id))


def visible_stores(actor: Actor) -> Select[UUID]:
    """Ids of the stores that this person may see; all other reads join to it.

    Auditors see stores through their assignments, which add themselves to this.
    """
    if actor.is_head_office:
        return select(Store.id).where(true())
    if actor.role is Role.REGIONAL_MANAGER:
        roots = select(RegionManager.region_id.label("id")).where(
            RegionManager.person_id == actor.person_id
        )
        below = with_all_below(roots, "my_regions")
        return select(Store.id).where(Store.region_id.in_(select(below.c.id)))
    if actor.role is Role.STORE_MANAGER:
        return select(StoreManager.store_id).where(StoreManager.person_id == actor.person_id)
    return select(Store.id).where(~true())
