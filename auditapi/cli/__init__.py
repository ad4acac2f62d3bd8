"""`flask …`: what an installation's keeper types. One module for each room's commands."""

from __future__ import annotations

from flask import Flask

from auditapi.cli import audits, checklists, demo, people, service, stores


def init_app(app: Flask) -> None:
    for module in (service, people, stores, checklists, audits, demo):
        for command in module.COMMANDS:
            app.cli.add_command(command)
