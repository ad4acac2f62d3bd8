"""The service itself: tables, jobs, the contract's file."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app

from auditapi.core import docs, jobs, metrics, objects
from auditapi.core.settings import Settings


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables and the bucket up to date."""
    from auditapi.core import migrate  # here, or web server and worker would load Alembic too

    migrate.upgrade(_settings().database_owner_url, _settings().database_url)
    objects.objects().ensure_bucket()


@click.command("new-migration")
@click.argument("message")
def new_migration(message: str) -> None:
    """Write a migration for what has changed in the models."""
    from auditapi.core import migrate

    migrate.new_migration(_settings().database_owner_url, _settings().database_url, message)


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, help="Jobs at the same time.")
def worker(concurrency: int) -> None:
    """Run the jobs that wait in the queue, until stopped."""
    if port := _settings().worker_metrics_port:
        metrics.serve(port)
    jobs.work(_settings().database_url, concurrency)


@click.command("openapi")
@click.option("--check", is_flag=True, help="Only compare docs/openapi.json with the code.")
def openapi(check: bool) -> None:
    """Write docs/openapi.json."""
    path = Path("docs/openapi.json")
    text = json.dumps(docs.api_spec(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if not check:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        raise click.ClickException("docs/openapi.json is out of date: run `make openapi`")


COMMANDS = (migrate_command, new_migration, worker, openapi)
