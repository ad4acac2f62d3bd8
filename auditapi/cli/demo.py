"""The demo chain: `flask demo load`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from auditapi.cli.refusals import transaction
from auditapi.core import db
from auditapi.people import queries, service

demo_group = AppGroup("demo", help="A chain to try everything with.")
COMMANDS = (demo_group,)


@demo_group.command("load")
@click.option("--url", help="Where the service answers; PUBLIC_URL when left out.")
@click.option("--summary", type=click.Path(path_type=Path), help="Also write the summary here.")
def load_demo(url: str | None, summary: Path | None) -> None:
    """Load the demo chain into a running service, through its API."""
    from auditapi.demo.loading import Demo, fetch_report, fill
    from auditapi.demo.phone import GaveUp, NetworkError
    from auditapi.demo.visiting import load

    chain = load("chain.yaml")
    slug = chain["organisation"]["slug"]
    with db.transaction():
        if queries.organisation_id_of(slug) is not None:
            raise click.ClickException(f"the organisation «{slug}» is there already")
    # Under a name of its own until it is whole: a load that breaks off leaves no half demo.
    loading = f"{slug}-{secrets.token_hex(4)}"
    _create_organisation(chain, loading)
    demo = Demo(url or current_app.config["SETTINGS"].public_url, loading, click.echo)
    report = (summary or Path.cwd() / "demo.txt").parent / "store-report.pdf"
    try:
        audits = fill(demo)
        click.echo("The report …")
        report.write_bytes(fetch_report(demo, audits["SEOUL-001 announced_audit"], "en"))
    except (GaveUp, NetworkError) as error:
        raise click.ClickException(str(error)) from None
    with transaction(loading):
        service.rename_organisation(slug)
    text = _summary(demo.url, chain, report)
    if summary is not None:
        summary.write_text(text, encoding="utf-8")
    click.echo(text)


def _create_organisation(chain: Mapping[str, Any], slug: str) -> None:
    administrator = {
        "name": chain["people"]["ada"]["name"],
        "email": "ada@demo.example",
        "password": chain["password"],
    }
    given = chain["organisation"]
    with transaction():
        service.create_organisation(slug, given["name"], administrator, language=given["language"])


def _summary(url: str, chain: Mapping[str, Any], report: Path) -> str:
    slug, password = chain["organisation"]["slug"], chain["password"]
    people = "\n".join(
        f"  {who + '@demo.example':<22} {person['role'].replace('_', ' ')}"
        for who, person in chain["people"].items()
    )
    return (
        f"\nThe service answers at {url}\n"
        f"  auditors' app  {url}/app\n"
        f"  API to read    {url}/api/docs\n\n"
        f"Sign in to organisation «{slug}» with password «{password}» as\n{people}\n\n"
        f"A fresh store report: {report}\n"
    )
