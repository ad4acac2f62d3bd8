"""Audits that come in by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from auditapi.audits.importing import service
from auditapi.cli.refusals import in_words, transaction
from auditapi.core import db

audit_group = AppGroup("audit", help="Store audits.")


@audit_group.command("import")
@click.argument("organisation")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_audits(organisation: str, file: Path) -> None:
    """Take in a file that a phone wrote by «save unsent audits to a file».

    The same file may be taken any number of times. Ends with 1 when something of it was refused.
    """
    with transaction(organisation):
        organisation_id = db.organisation_id()
    with in_words(), file.open("rb") as opened:
        done = service.take(organisation_id, opened)
    click.echo(f"Audits of {done.person.name}:")
    for audit_id, taken in done.audits.items():
        click.echo(f"  {audit_id}: {taken.name.lower()}, {_stands(done.statuses[audit_id])}")
    for draft_id in done.drafts:
        click.echo(f"  {draft_id}: unfinished, kept for the next phone")
    click.echo(f"Photos: {done.new_photos} new, {done.known_photos} known.")
    faults = _faults(done)
    if faults:
        raise click.ClickException("Not everything could be taken:\n" + "\n".join(faults))


def _stands(status: dict[str, Any]) -> str:
    missing = len(status["missing"])
    photos = f"photos missing: {missing}" if missing else "all photos here"
    reasons = "".join(
        f"\n    {reason['place']}: {reason['message']}" for reason in status.get("reasons", ())
    )
    return photos + reasons


def _faults(done: service.Imported) -> list[str]:
    refused = [*done.refused_audits, *done.refused_photos, *done.refused_drafts]
    return [f"  {one.name}: {one.problem.detail}" for one in refused] + [
        f"  line {one.line}: {one.message}" for one in done.unreadable
    ]


COMMANDS = (audit_group,)
