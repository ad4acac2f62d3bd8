"""`flask …`: what an installation's keeper types."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from auditapi.core import db, docs, jobs, migrate, objects
from auditapi.core.problems import Problem
from auditapi.core.settings import Settings
from auditapi.people import queries as people_queries
from auditapi.people import service as people

organisation_group = AppGroup("organisation", help="Chains on this installation.")
person_group = AppGroup("person", help="People of a chain.")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables and the bucket up to date."""
    migrate.upgrade(_settings().database_owner_url, _settings().database_url)
    objects.objects().ensure_bucket()


@click.command("new-migration")
@click.argument("message")
def new_migration(message: str) -> None:
    """Write a migration for what has changed in the models."""
    migrate.new_migration(_settings().database_owner_url, _settings().database_url, message)


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, help="Jobs at the same time.")
def worker(concurrency: int) -> None:
    """Run the jobs that wait in the queue, until stopped."""
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


@organisation_group.command("create")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--language", default="en", show_default=True)
@click.option("--admin-name", required=True)
@click.option("--admin-email", required=True)
@click.password_option("--admin-password", envvar="ADMIN_PASSWORD")
def create_organisation(
    slug: str, name: str, language: str, admin_name: str, admin_email: str, admin_password: str
) -> None:
    """Add a chain with its first administrator."""
    administrator = {"name": admin_name, "email": admin_email, "password": admin_password}
    with _refusals(), db.transaction():
        people.create_organisation(slug, name, administrator, language=language)
    click.echo(f"{name} is there; {admin_email} signs in to «{slug}».")


@person_group.command("set-password")
@click.argument("organisation")
@click.argument("email")
@click.password_option(envvar="PASSWORD")
def set_password(organisation: str, email: str, password: str) -> None:
    """Set a password and sign the person's devices out."""
    with _refusals(), db.transaction():
        db.enter(people_queries.organisation_id_of(organisation))
        person = people_queries.person_by_email(email)
        if person is None:
            raise click.ClickException(f"nobody in «{organisation}» has the e-mail {email}")
        people.set_password(person, password)
    click.echo("The password is set; all devices are signed out.")


class _refusals:
    """A problem's words instead of a traceback."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Problem):
            places = "".join(f"\n  {place.path}: {place.message}" for place in error.places)
            raise click.ClickException(error.detail + places) from None


def init_app(app: Flask) -> None:
    for command in (migrate_command, new_migration, worker, openapi):
        app.cli.add_command(command)
    app.cli.add_command(organisation_group)
    app.cli.add_command(person_group)
