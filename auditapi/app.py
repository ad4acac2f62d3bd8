"""Wiring only: settings in, a Flask application out."""

from __future__ import annotations

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from auditapi import cli, models, reactions
from auditapi.audits.drafts import routes as drafts
from auditapi.audits.importing import routes as importing
from auditapi.audits.intake import routes as intake
from auditapi.audits.planning import routes as planning
from auditapi.audits.reading import routes as reading
from auditapi.audits.review import routes as review
from auditapi.checklists import routes as checklists
from auditapi.compare import routes as compare
from auditapi.core import activity, db, docs, health, http, logs, media, objects, settings
from auditapi.people import routes as people
from auditapi.phone import routes as phone
from auditapi.reports import routes as reports
from auditapi.reports.appearance import routes as appearance
from auditapi.reports.books import routes as books
from auditapi.reports.evidence import routes as evidence
from auditapi.stores import routes as stores

ROOMS = (
    health,
    docs,
    media,
    people,
    stores,
    checklists,
    planning,
    intake,
    drafts,
    importing,
    reading,
    review,
    reports,
    evidence,
    appearance,
    books,
    compare,
    phone,
)
LARGEST_BODY = 40 * 1024 * 1024


def create_app(config: settings.Settings | None = None) -> Flask:
    config = config or settings.read()
    settings.use(config)
    logs.configure(config.log_level)
    app = http.TransactionalFlask("auditapi", static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        SETTINGS=config,
        TOKEN_DAYS=config.token_days,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        **docs.OPENAPI,
    )
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
        app.json.sort_keys = False
    db.open_engine(config.database_url, config.database_pool_size)
    objects.connect(config)
    activity.react_by(reactions.TABLE)
    http.init_app(app, config.trusted_proxies)
    api = http.Api(app)
    for room in ROOMS:
        room.init_app(app, api)
    cli.init_app(app)
    return app


__all__ = ["create_app", "models"]
