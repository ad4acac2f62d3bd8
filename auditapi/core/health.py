"""Whether the service is alive and ready, and its metrics."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from auditapi.core import db, metrics
from auditapi.core.http import Api, takes_body
from auditapi.core.objects import objects

blueprint = Blueprint("health", __name__)

_TOO_MIGHTY = text(
    "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_class"
    " WHERE relowner = pg_roles.oid AND relname = 'organisations')"
    " FROM pg_roles WHERE rolname = current_user"
)


@blueprint.get("/healthz")
@takes_body
def healthz() -> dict[str, str]:
    """The process answers; says nothing of database or storage."""
    return {"status": "alive"}


@blueprint.get("/readyz")
@takes_body
def readyz() -> tuple[dict[str, Any], int]:
    """Database and object storage answer, and row-level security binds us."""
    checks = {"database": _database(), "objects": "ok" if objects().ready() else "no answer"}
    ready = set(checks.values()) == {"ok"}
    return {"status": "ready" if ready else "not ready", **checks}, 200 if ready else 503


def _database() -> str:
    try:
        with db.transaction() as session:
            too_mighty = session.scalar(_TOO_MIGHTY)
    except Exception:
        return "no answer"
    return "the role may bypass row-level security" if too_mighty else "ok"


@blueprint.get("/metrics", endpoint="metrics")
@takes_body
def tell_metrics() -> Response:
    """Prometheus text; keep it off the open internet at the proxy."""
    return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST)


def init_app(app: Flask, _api: Api) -> None:
    app.register_blueprint(blueprint)
