"""The demo chain: `flask demo load`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from auditapi.cli.refusals import in_words
from auditapi.core.settings import Settings
from auditapi.demo import standing, summary

demo_group = AppGroup("demo", help="A chain to try everything with.")
COMMANDS = (demo_group,)


@demo_group.command("load")
@click.option("--url", help="Where the service answers; PUBLIC_URL when left out.")
@click.option("--facts", type=click.Path(path_type=Path), help="Keep what is told here, as JSON.")
@click.option("--only-if-empty", is_flag=True, help="Load nothing beside other chains.")
def load_demo(url: str | None, facts: Path | None, only_if_empty: bool) -> None:
    """Load the demo chain into a running service, through its API.

    Where it stands already, only what there is to say about it is said again. What a load that
    broke off has left behind is closed to everybody. One load at a time.
    """
    from auditapi.demo.visiting import load

    chain = load("chain.yaml")
    slug = chain["organisation"]["slug"]
    with in_words():
        found = standing.look(slug)
    settings: Settings = current_app.config["SETTINGS"]
    url = url or settings.public_url
    report = (facts or Path.cwd() / "demo.json").parent / "store-report.pdf"
    if not found.whole:
        if found.others and only_if_empty:
            click.echo("There are chains here already, so no demo is loaded.")
            return
        if slug in found.others:
            raise click.ClickException(f"the organisation «{slug}» is there already, and no demo")
        with in_words():
            standing.close(found.unfinished)
            _bring(chain, url, report)
    told = summary.of(chain, report)
    if facts is not None:
        summary.write(facts, told)
    click.echo(summary.text(told, url))


def _bring(chain: Mapping[str, Any], url: str, report: Path) -> None:
    # Here, not above: no other command draws pictures.
    from auditapi.demo.loading import Demo, bring
    from auditapi.demo.phone import GaveUp, NetworkError

    try:
        bring(Demo(url, standing.begin(chain), click.echo, chain), report)
    except (GaveUp, NetworkError) as error:
        raise click.ClickException(str(error)) from None
