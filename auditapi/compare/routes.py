"""Comparing stores, as JSON or as a file for spreadsheets."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request

from auditapi.compare import queries, rules, schemas
from auditapi.core.http import Api, Blueprint
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Role

CSV = "text/csv"
JSON = "application/json"

blueprint = Blueprint(
    "compare", __name__, url_prefix="/api/v1/compare", description="Stores beside each other"
)


@blueprint.route("/stores", methods=["GET"])
@signed_in(Role.ADMINISTRATOR, Role.ANALYST, Role.REGIONAL_MANAGER)
@blueprint.arguments(schemas.CompareQuerySchema, location="query")
@blueprint.response(200, schemas.ComparisonSchema)
@blueprint.doc(responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}})
def compare_stores(given: dict[str, Any]) -> Any:
    """Mean, visits, fails and coverage per store and section, by kind of visit and checklist."""
    asked_for = given.pop("format", None)
    lines = _told(queries.Wanted(**given))
    if asked_for == "csv" or (asked_for is None and _accepts_csv()):
        response = Response(rules.as_csv(lines), content_type=f"{CSV}; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="stores.csv"'
    else:
        response = jsonify(schemas.ComparisonSchema().dump({"stores": lines}))
    response.vary.add("Accept")
    return response


def _accepts_csv() -> bool:
    return request.accept_mimetypes.best_match([JSON, CSV], JSON) == CSV


def _told(wanted: queries.Wanted) -> list[dict[str, Any]]:
    """By store code, kind and checklist."""
    compared = queries.compared(actor(), wanted)
    stores = queries.stores([line.store_id for line in compared])
    lines = [
        {
            "store": stores[line.store_id],
            "kind": line.kind,
            "checklist": line.checklist,
            **_figures(overall),
            "not_rated": overall.not_rated,
            "sections": [{"section": part.section, **_figures(part)} for part in sections],
        }
        for line, (overall, sections) in compared.items()
    ]
    return sorted(
        lines, key=lambda told: (told["store"]["code"], told["kind"].value, told["checklist"])
    )


def _figures(of: queries.Overall | queries.OfSection) -> dict[str, Any]:
    return {
        "mean": rules.as_printed(of.mean),
        "visits": of.visits,
        "fails": of.fails,
        "coverage": rules.as_printed(of.coverage),
    }


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
