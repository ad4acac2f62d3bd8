"""Reads of regions and stores. `visible_stores` is the one answer to «who sees what»."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import CTE, Select, select, true

from auditapi.core.db import session
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.people.models import Actor, Person, Role
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
        below = _managed_regions(actor)
        return select(Store.id).where(Store.region_id.in_(select(below.c.id)))
    if actor.role is Role.STORE_MANAGER:
        return select(StoreManager.store_id).where(StoreManager.person_id == actor.person_id)
    return select(Store.id).where(~true())


def _managed_regions(actor: Actor) -> CTE:
    roots = select(RegionManager.region_id.label("id")).where(
        RegionManager.person_id == actor.person_id
    )
    return with_all_below(roots, "my_regions")


def visible_regions(actor: Actor) -> Select[UUID]:
    """Ids of the regions a person may see: head office all, a regional manager those managed and
    below, a store manager those of the stores managed."""
    if actor.is_head_office:
        return select(Region.id).where(true())
    if actor.role is Role.REGIONAL_MANAGER:
        return select(_managed_regions(actor).c.id)
    return select(Store.region_id).where(Store.id.in_(visible_stores(actor)))


def regions(actor: Actor) -> Select[Region]:
    """By code; a region of them may stand below one that this person does not see."""
    return select(Region).where(Region.id.in_(visible_regions(actor))).order_by(Region.code)


def region(actor: Actor, region_id: UUID) -> Region:
    """Raises `Problem(NOT_FOUND)`, also for what this person may not see."""
    found = session().scalar(
        select(Region).where(Region.id == region_id, Region.id.in_(visible_regions(actor)))
    )
    if found is None:
        raise Problem(NOT_FOUND, "There is no such region.")
    return found


def parents_locked() -> dict[UUID, UUID | None]:
    """The whole tree, each region with the one above it; nobody else changes it until the end of
    the transaction."""
    statement = select(Region.id, Region.parent_id).order_by(Region.id).with_for_update()
    return {row.id: row.parent_id for row in session().execute(statement)}


def region_ids_by_code() -> dict[str, UUID]:
    rows = session().execute(select(Region.code, Region.id)).all()
    return {row.code: row.id for row in rows}


def stores(
    actor: Actor,
    *,
    region_id: UUID | None = None,
    code: str | None = None,
    closed: bool | None = None,
) -> Select[Store]:
    """Without an order, for `page_of`. `region_id` includes all regions below it."""
    statement = select(Store).where(Store.id.in_(visible_stores(actor)))
    if region_id is not None:
        below = with_all_below(select(Region.id).where(Region.id == region_id))
        statement = statement.where(Store.region_id.in_(select(below.c.id)))
    if code is not None:
        statement = statement.where(Store.code == code)
    if closed is not None:
        statement = statement.where((Store.closed_at.is_not(None)) == closed)
    return statement


def store(actor: Actor, store_id: UUID) -> Store:
    """Raises `Problem(NOT_FOUND)`, also for what this person may not see."""
    found = session().scalar(stores(actor).where(Store.id == store_id))
    if found is None:
        raise Problem(NOT_FOUND, "There is no such store.")
    return found


def codes_taken(codes: Collection[str]) -> set[str]:
    return set(session().scalars(select(Store.code).where(Store.code.in_(codes))))


def managers_of_region(region_id: UUID) -> Select[Person]:
    """People bound to the region itself, by name."""
    bound = select(RegionManager.person_id).where(RegionManager.region_id == region_id)
    return select(Person).where(Person.id.in_(bound)).order_by(Person.name, Person.id)


def managers_of_store(store_id: UUID) -> Select[Person]:
    bound = select(StoreManager.person_id).where(StoreManager.store_id == store_id)
    return select(Person).where(Person.id.in_(bound)).order_by(Person.name, Person.id)


def manager_names(store_id: UUID | None) -> list[str]:
    """The names of those who are bound to the store."""
    bound = select(Person.name).join(StoreManager, StoreManager.person_id == Person.id)
    found = bound.where(StoreManager.store_id == store_id).order_by(Person.name)
    return list(session().scalars(found)) if store_id is not None else []
