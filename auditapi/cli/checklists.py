"""Checklists: check files, compare them, publish them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from auditapi.checklists import service
from auditapi.checklists.difference import Change, difference, meaning_changes
from auditapi.checklists.document import Checklist, InvalidChecklist, read_yaml
from auditapi.cli.refusals import transaction

checklist_group = AppGroup("checklist", help="Service standards, as YAML files.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Moment(click.ParamType[datetime]):
    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a moment such as 2026-12-01T06:00+09:00", param, ctx)
        return at if at.tzinfo else at.replace(tzinfo=UTC)


@checklist_group.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Print everything that is wrong with checklist files, as file:line: path: message."""
    _read_all(files)
    click.echo(f"{len(files)} in order.")


@checklist_group.command("publish")
@click.argument("organisation")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--available-from", type=_Moment(), help="From when on it is handed out; now unless said."
)
def publish(organisation: str, files: tuple[Path, ...], available_from: datetime | None) -> None:
    """Freeze checklist files as new versions, all or none."""
    checklists = _read_all(files)
    with transaction(organisation):
        versions = [
            service.publish(checklist, available_from=available_from)
            for checklist in checklists.values()
        ]
    for version in versions:
        click.echo(f"{version.key} version {version.number} ({version.sha256})")


@checklist_group.command("difference")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
def show_difference(old: Path, new: Path) -> None:
    """Print what changed from one file to another, item by item.

    Ends with 1 when something changed that publishing would refuse.
    """
    checklists = _read_all((old, new))
    for change in difference(checklists[old], checklists[new]):
        click.echo(_line(change))
    refused = meaning_changes(checklists[old], checklists[new])
    if refused:
        raise click.ClickException("\n".join(InvalidChecklist(refused, str(new)).lines()))


def _read_all(files: tuple[Path, ...]) -> dict[Path, Checklist]:
    """Every file, or everything that is wrong with any of them."""
    found, faults = {}, []
    for file in files:
        try:
            found[file] = read_yaml(file.read_text(encoding="utf-8"), str(file))
        except InvalidChecklist as error:
            faults += error.lines()
        except UnicodeDecodeError:
            faults.append(f"{file}:1: is not UTF-8 text")
    for line in faults:
        click.echo(line)
    if faults:
        raise click.exceptions.Exit(1)
    return found


def _line(change: Change) -> str:
    what = f"{change.what} {change.key}: {change.change}"
    if change.field is None:
        return what
    return f"{what} {change.field}: {_short(change.old)} → {_short(change.new)}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:199] + "…"


COMMANDS = (checklist_group,)
