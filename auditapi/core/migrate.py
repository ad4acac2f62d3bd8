"""Bring a database's tables to the newest migration, as the role that owns them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

FOLDER = Path(__file__).parents[2] / "migrations"


def config_for(owner_url: str, app_url: str) -> Config:
    """Alembic's settings; rights are granted to the role that `app_url` signs in as."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option(
        "file_template",
        "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(rev)s_%%(slug)s",
    )
    config.attributes["url"] = owner_url.replace("postgresql://", "postgresql+psycopg://", 1)
    config.attributes["app_role"] = make_url(app_url).username
    return config


def upgrade(owner_url: str, app_url: str, revision: str = "head") -> None:
    command.upgrade(config_for(owner_url, app_url), revision)


def downgrade(owner_url: str, app_url: str, revision: str) -> None:
    command.downgrade(config_for(owner_url, app_url), revision)


def new_migration(owner_url: str, app_url: str, message: str) -> None:
    command.revision(config_for(owner_url, app_url), message, autogenerate=True)


def differences(owner_url: str) -> list[object]:
    """What the models say and the migrated database does not (should be nothing)."""
    from auditapi.core.db import Base

    engine = create_engine(owner_url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": is_ours, "compare_type": True}
        )
        found = list(compare_metadata(context, Base.metadata))
    engine.dispose()
    return found


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leaves the queue's own tables out of comparisons."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))
