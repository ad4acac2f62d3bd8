"""A draft as the server keeps it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, belongs_to, now, organisation_id


class Draft(Base):
    """The exact bytes that one person's phone sent last. What they say is the phone's business;
    `assignment_id` and `store_id` only repeat it for the list, and may point nowhere.

    The person is part of the key: whatever name another one's phone makes up, they never meet.
    """

    __tablename__ = "drafts"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(deferred=True)
    bytes: Mapped[int]
    device: Mapped[str] = mapped_column(String(200))
    assignment_id: Mapped[UUID | None]
    store_id: Mapped[UUID | None]
    saved_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        belongs_to("people", "person_id", ondelete="CASCADE"),
        Index("ix_drafts_person_id", "organisation_id", "person_id", "saved_at", "id"),
        Index("ix_drafts_saved_at", "organisation_id", "saved_at"),
    )

    @property
    def etag(self) -> str:
        return f'"{self.sha256}"'
