"""Runs migrations as the owner of the tables; never waits long for a lock."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, text

import auditapi.models  # noqa: F401 - fills the metadata
from auditapi.core.db import Base
from auditapi.core.migrate import is_ours

if context.is_offline_mode():
    raise SystemExit("migrations need a database")

engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=is_ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
