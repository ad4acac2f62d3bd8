"""Stores in bulk."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from auditapi.cli.refusals import transaction
from auditapi.stores import schemas, service

store_group = AppGroup("store", help="Stores of a chain.")


@store_group.command("import")
@click.argument("organisation")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_stores(organisation: str, file: Path) -> None:
    """Add the stores of a JSON file, {"stores": […]} as the API takes it; all or none."""
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{file} is not JSON: {error}") from None
    with transaction(organisation):
        added = service.import_stores(*schemas.read_import(body))
    click.echo(f"Stores added: {len(added)}.")


COMMANDS = (store_group,)
