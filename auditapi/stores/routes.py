"""Regions, stores, and the people bound to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, request

from auditapi.core import contract
from auditapi.core.db import session
from auditapi.core.http import Api, Blueprint
from auditapi.core.idempotency import once
from auditapi.core.paging import page_of
from auditapi.people import queries as people
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role
from auditapi.stores import queries, schemas, service
from auditapi.stores.models import Store

#: Auditors learn of stores by their assignments.
READERS = (Role.ADMINISTRATOR, Role.ANALYST, Role.REGIONAL_MANAGER, Role.STORE_MANAGER)

blueprint = Blueprint("stores", __name__, url_prefix="/api/v1", description="Regions and stores")


@blueprint.route("/regions", methods=["GET"])
@signed_in(*READERS)
@blueprint.response(200, schemas.RegionsSchema)
def list_regions() -> Any:
    """The regions I may see, as a flat list; `parent_id` makes it a tree."""
    return {"regions": session().scalars(queries.regions(actor())).all()}


@blueprint.route("/regions", methods=["POST"])
@signed_in(Role.ADMINISTRATOR)
@once
@blueprint.arguments(schemas.NewRegionSchema)
@blueprint.response(201, schemas.RegionSchema)
@blueprint.alt_response(409, "CONFLICT")
def add_region(given: dict[str, Any]) -> Any:
    """Add a region, below another one or as a root."""
    return service.add_region(**given)


@blueprint.route("/regions/<uuid:region_id>", methods=["PATCH"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.arguments(schemas.RegionChangesSchema)
@blueprint.response(200, schemas.RegionSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def change_region(given: dict[str, Any], region_id: UUID) -> Any:
    """Change a region's code, name or place in the tree."""
    return service.change_region(queries.region(actor(), region_id), given)


@blueprint.route("/regions/<uuid:region_id>/managers")
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.ManagersSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def list_region_managers(region_id: UUID) -> Any:
    """The regional managers of this very region."""
    region = queries.region(actor(), region_id)
    return {"people": session().scalars(queries.managers_of_region(region.id)).all()}


@blueprint.route("/regions/<uuid:region_id>/managers/<uuid:person_id>", methods=["PUT"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(204)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def bind_to_region(region_id: UUID, person_id: UUID) -> None:
    """Let a regional manager see this region and all below it."""
    service.bind_to_region(queries.region(actor(), region_id), people.person(person_id))


@blueprint.route("/regions/<uuid:region_id>/managers/<uuid:person_id>", methods=["DELETE"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(204)
@blueprint.alt_response(404, "NOT_FOUND")
def unbind_from_region(region_id: UUID, person_id: UUID) -> None:
    """Take the region away from a regional manager."""
    service.unbind_from_region(queries.region(actor(), region_id), people.person(person_id))


@blueprint.route("/stores", methods=["GET"])
@signed_in(*READERS)
@blueprint.arguments(schemas.StoresQuerySchema, location="query")
@blueprint.response(200, schemas.StoresSchema)
def list_stores(given: dict[str, Any]) -> Any:
    """The stores I may see, by code."""
    cursor, limit = given.pop("cursor"), given.pop("limit")
    statement = queries.stores(actor(), region_id=given.pop("region", None), **given)
    page = page_of(statement, Store.code, Store.id, cursor=cursor, limit=limit)
    return {"stores": page.rows, "next": page.next}


@blueprint.route("/stores", methods=["POST"])
@signed_in(Role.ADMINISTRATOR)
@once
@blueprint.arguments(schemas.NewStoreSchema)
@blueprint.response(201, schemas.StoreSchema)
@blueprint.alt_response(409, "CONFLICT")
def add_store(given: dict[str, Any]) -> Any:
    """Add a store."""
    return service.add_store(**given)


@blueprint.route("/stores/import", methods=["POST"])
@signed_in(Role.ADMINISTRATOR)
@once
@blueprint.doc(requestBody=contract.body(schemas.StoreImportSchema))
@blueprint.response(201, schemas.ImportedStoresSchema)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def import_stores() -> Any:
    """Add many stores at once, or none: every fault is listed with its place."""
    return {"stores": service.import_stores(*schemas.read_import(request.get_json()))}


@blueprint.route("/stores/<uuid:store_id>", methods=["GET"])
@signed_in(*READERS)
@blueprint.response(200, schemas.StoreSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def show_store(store_id: UUID) -> Any:
    """One store."""
    return queries.store(actor(), store_id)


@blueprint.route("/stores/<uuid:store_id>", methods=["PATCH"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.arguments(schemas.StoreChangesSchema)
@blueprint.response(200, schemas.StoreSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def change_store(given: dict[str, Any], store_id: UUID) -> Any:
    """Change a store, close it or open it again."""
    return service.change_store(queries.store(actor(), store_id), given)


@blueprint.route("/stores/<uuid:store_id>/managers")
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.ManagersSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def list_store_managers(store_id: UUID) -> Any:
    """The managers of this store."""
    store = queries.store(actor(), store_id)
    return {"people": session().scalars(queries.managers_of_store(store.id)).all()}


@blueprint.route("/stores/<uuid:store_id>/managers/<uuid:person_id>", methods=["PUT"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(204)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def bind_to_store(store_id: UUID, person_id: UUID) -> None:
    """Let a store manager see this store."""
    service.bind_to_store(queries.store(actor(), store_id), people.person(person_id))


@blueprint.route("/stores/<uuid:store_id>/managers/<uuid:person_id>", methods=["DELETE"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(204)
@blueprint.alt_response(404, "NOT_FOUND")
def unbind_from_store(store_id: UUID, person_id: UUID) -> None:
    """Take the store away from a store manager."""
    service.unbind_from_store(queries.store(actor(), store_id), people.person(person_id))


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
