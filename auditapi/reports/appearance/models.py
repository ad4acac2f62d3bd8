"""An organisation's wishes about its reports, as one row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, now, of_organisation, organisation_id


class Appearance(Base):
    """`number` counts the changes to all that shows in a report, name and colour of the
    organisation included: a report that was made under another number is made again when it is
    asked for. `blocks` None: the usual ones. The logo's bytes lie under `logo_key`."""

    __tablename__ = "report_appearances"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    number: Mapped[int] = mapped_column(default=0)
    blocks: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    paper: Mapped[str] = mapped_column(String(10), default="A4")
    photo_size: Mapped[str] = mapped_column(String(10), default="medium")
    photo_order: Mapped[str] = mapped_column(String(10), default="item")
    logo_key: Mapped[str | None] = mapped_column(String(200))
    logo_sha256: Mapped[str | None] = mapped_column(String(64))
    logo_type: Mapped[str | None] = mapped_column(String(20))
    logo_width: Mapped[int | None]
    logo_height: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    __table_args__ = (
        of_organisation(),
        CheckConstraint("(logo_key IS NULL) = (logo_sha256 IS NULL)", name="logo"),
    )
