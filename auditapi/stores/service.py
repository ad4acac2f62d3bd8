"""Writes: regions, stores, and who is bound to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from auditapi.core import activity
from auditapi.core.db import now, organisation_id, session
from auditapi.core.problems import INVALID, Place, Problem
from auditapi.people.models import Person, Role
from auditapi.stores import queries, rules
from auditapi.stores.models import Region, RegionManager, Store, StoreManager


def add_region(*, code: str, name: str, parent_id: UUID | None = None) -> Region:
    _require_region(parent_id, "parent_id")
    region = Region(code=code, name=name, parent_id=parent_id)
    session().add(region)
    session().flush()
    activity.record("region.added", region, code=code)
    return region


def change_region(region: Region, changes: Mapping[str, Any]) -> Region:
    """`changes`: code, name, parent_id (None: a root)."""
    parent_id = changes.get("parent_id")
    if parent_id is not None:
        parents = queries.parents_locked()
        _require_region(parent_id, "parent_id")
        if rules.goes_in_a_circle(region.id, parent_id, parents):
            raise _invalid("parent_id", "is this region itself, or one below it")
    for name, value in changes.items():
        setattr(region, name, value)
    activity.record("region.changed", region, fields=sorted(changes))
    return region


def add_store(*, region_id: UUID, **values: Any) -> Store:
    """`values`: code, name, address, latitude, longitude, time_zone, language, attributes."""
    _require_region(region_id, "region_id")
    store = Store(region_id=region_id, **values)
    session().add(store)
    session().flush()
    activity.record("store.added", store, code=store.code)
    return store


def change_store(store: Store, changes: dict[str, Any]) -> Store:
    """`changes`: as for `add_store`, and closed (bool). What is not named stays as it is."""
    closed = changes.pop("closed", None)
    if "region_id" in changes:
        _require_region(changes["region_id"], "region_id")
    for name, value in changes.items():
        setattr(store, name, value)
    if closed is not None:
        store.closed_at = (store.closed_at or now()) if closed else None
    activity.record("store.changed", store, fields=sorted(changes), closed=closed)
    return store


def import_stores(rows: Sequence[Any], faults: Sequence[Place] = ()) -> list[Store]:
    """All stores or none. A row has what `add_store` takes, but `region`, a region's code.

    `faults` is what is known to be wrong with the rows already; it is told together with what
    is found here, so that a list can be put right in one go.
    """
    regions = queries.region_ids_by_code()
    taken = queries.codes_taken(rules.codes_in(rows))
    places = [*faults, *rules.import_faults(rows, regions, taken)]
    if places:
        raise Problem(
            INVALID, "Nothing was imported.", places=sorted(places, key=rules.number_of_row)
        )
    stores = [Store(region_id=regions[row.pop("region")], **row) for row in rows]
    session().add_all(stores)
    session().flush()
    for store in stores:
        activity.record("store.added", store, code=store.code, imported=True)
    return stores


def bind_to_region(region: Region, person: Person) -> None:
    """May be repeated."""
    _require_role(person, Role.REGIONAL_MANAGER)
    row = insert(RegionManager).values(
        organisation_id=organisation_id(), region_id=region.id, person_id=person.id
    )
    if session().scalar(row.on_conflict_do_nothing().returning(RegionManager.person_id)):
        activity.record("region.manager_bound", region, person_id=str(person.id))


def unbind_from_region(region: Region, person: Person) -> None:
    """May be repeated."""
    gone = delete(RegionManager).where(
        RegionManager.region_id == region.id, RegionManager.person_id == person.id
    )
    if session().scalar(gone.returning(RegionManager.person_id)):
        activity.record("region.manager_unbound", region, person_id=str(person.id))


def bind_to_store(store: Store, person: Person) -> None:
    """May be repeated."""
    _require_role(person, Role.STORE_MANAGER)
    row = insert(StoreManager).values(
        organisation_id=organisation_id(), store_id=store.id, person_id=person.id
    )
    if session().scalar(row.on_conflict_do_nothing().returning(StoreManager.person_id)):
        activity.record("store.manager_bound", store, person_id=str(person.id))


def unbind_from_store(store: Store, person: Person) -> None:
    """May be repeated."""
    gone = delete(StoreManager).where(
        StoreManager.store_id == store.id, StoreManager.person_id == person.id
    )
    if session().scalar(gone.returning(StoreManager.person_id)):
        activity.record("store.manager_unbound", store, person_id=str(person.id))


def _require_region(region_id: UUID | None, field: str) -> None:
    if region_id is not None and session().get(Region, (organisation_id(), region_id)) is None:
        raise _invalid(field, "is not a region")


def _require_role(person: Person, role: Role) -> None:
    if person.role is not role:
        raise _invalid("person_id", f"is not a {role.value.replace('_', ' ')}", "path")


def _invalid(field: str, message: str, where: str = "json") -> Problem:
    place = Place(f"{where}.{field}", message)
    return Problem(INVALID, f"{field} {message}.", places=[place])
