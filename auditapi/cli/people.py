"""Organisations and the people in them."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from auditapi.cli.refusals import transaction
from auditapi.core import settings
from auditapi.people import new_organisation, qr, queries, rules, service
from auditapi.people.models import Person
from auditapi.reports.evidence import keys
from auditapi.reports.evidence import service as evidence

organisation_group = AppGroup("organisation", help="Chains on this installation.")
person_group = AppGroup("person", help="People of a chain.")
OPTIONS = {
    "slug": "SLUG",
    "name": "--name",
    "language": "--language",
    "administrator.name": "--admin-name",
    "administrator.email": "--admin-email",
    "administrator.password": "--admin-password",
}


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
    given = {"slug": slug, "name": name, "language": language}
    administrator = {"name": admin_name, "email": admin_email, "password": admin_password}
    with transaction():
        found, person = new_organisation.read(given, administrator, OPTIONS)
        service.create_organisation(administrator=person, **found)
    click.echo(f"{found['name']} is there; {person['email']} signs in to «{slug}».")


@organisation_group.command("rotate-key")
@click.argument("slug")
def rotate_key(slug: str) -> None:
    """Retire the key that signs a chain's audits; what it signed still verifies."""
    with transaction(slug):
        key, _ = evidence.rotate_key()
        name, public = keys.name_of(key.public), key.public.hex()
    click.echo(f"Audits of «{slug}» are signed with key {name} from now on.\nPublic key: {public}")


@person_group.command("set-password")
@click.argument("organisation")
@click.argument("email")
@click.password_option(envvar="PASSWORD")
def set_password(organisation: str, email: str, password: str) -> None:
    """Set a password, sign the person's devices out, and forgive failed sign-ins."""
    with transaction(organisation):
        person = _person(organisation, email)
        service.set_password(person, password)
    click.echo("The password is set; all devices are signed out, and open sign-in codes are void.")
    if person.disabled_at is not None:
        click.echo(
            f"{email} is disabled and can't sign in before this:\n"
            f"  flask --app wsgi person enable {organisation} {email}"
        )


@person_group.command("enable")
@click.argument("organisation")
@click.argument("email")
def enable(organisation: str, email: str) -> None:
    """Let somebody disabled in again."""
    with transaction(organisation):
        person = _person(organisation, email)
        was_disabled = person.disabled_at is not None
        if was_disabled:
            service.change_person(person, {"disabled": False})
    click.echo(f"{email} may sign in again." if was_disabled else f"{email} was not disabled.")


@person_group.command("sign-in-code")
@click.argument("organisation")
@click.argument("email")
@click.option("--picture", type=click.Path(dir_okay=False, writable=True), help="An SVG to print.")
def sign_in_code(organisation: str, email: str, picture: str | None) -> None:
    """Hand out a code by which a phone signs in once, as a QR code and as text."""
    with transaction(organisation):
        person = _person(organisation, email)
        code = service.hand_out_code(person, rules.CODE_MINUTES)
    address = qr.app_address(settings.current().public_url, code)
    if picture is not None:
        Path(picture).write_text(qr.qr_picture(address), encoding="utf-8")
    click.echo(qr.qr_for_terminal(address))
    click.echo(f"{address}\n\nIt works once, within {rules.CODE_MINUTES} minutes. Code: {code}")


def _person(organisation: str, email: str) -> Person:
    person = queries.person_by_email(email)
    if person is None:
        raise click.ClickException(f"nobody in «{organisation}» has the e-mail {email}")
    return person


COMMANDS = (organisation_group, person_group)
