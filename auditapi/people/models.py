"""What an organisation, a person and a signed-in device are."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from auditapi.core.db import Base, Scoped, belongs_to, column_of, now, of_organisation


class Role(enum.Enum):
    AUDITOR = "auditor"
    STORE_MANAGER = "store_manager"
    REGIONAL_MANAGER = "regional_manager"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


PHONE_SETTINGS = ("photo_originals", "photo_long_side")
HEAD_OFFICE = frozenset({Role.ANALYST, Role.ADMINISTRATOR})


class Organisation(Base):
    """A chain or an agency. Installations hold several, which never see each other.

    `photo_originals`: phones send photos as the camera made them; else shrunk until the longer
    side has `photo_long_side` pixels.
    """

    __tablename__ = "organisations"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12), default="en")
    accent_colour: Mapped[str] = mapped_column(String(7), default="#1f5fa8")
    photo_originals: Mapped[bool] = mapped_column(default=False)
    photo_long_side: Mapped[int] = mapped_column(default=1600)
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("photo_long_side BETWEEN 800 AND 6000", name="photo_long_side"),
        CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]*$'", name="slug"),
        CheckConstraint("accent_colour ~ '^#[0-9a-f]{6}$'", name="accent_colour"),
    )

    @property
    def phone_settings(self) -> dict[str, bool | int]:
        return {name: getattr(self, name) for name in PHONE_SETTINGS}

    @property
    def organisation_id(self) -> UUID:
        """Itself, so that the activity log can name it like any other row."""
        return self.id


class Person(Scoped, Base):
    """`code` stands for the name wherever a store may not know who came."""

    __tablename__ = "people"
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    code: Mapped[str] = mapped_column(String(20))
    role: Mapped[Role] = mapped_column(column_of(Role))
    language: Mapped[str] = mapped_column(String(12), default="en")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        of_organisation(),
        UniqueConstraint("organisation_id", "email"),
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )


class Token(Scoped, Base):
    """One signed-in device. The token itself is never stored, only its SHA-256."""

    __tablename__ = "tokens"
    person_id: Mapped[UUID]
    fingerprint: Mapped[bytes]
    device: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        belongs_to("people", "person_id", ondelete="CASCADE"),
        Index("ix_tokens_fingerprint", "organisation_id", "fingerprint", unique=True),
        Index("ix_tokens_person_id", "organisation_id", "person_id"),
    )


class SignInCode(Scoped, Base):
    """A short code, once usable, that an administrator hands out instead of a password."""

    __tablename__ = "sign_in_codes"
    person_id: Mapped[UUID]
    fingerprint: Mapped[bytes]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (
        belongs_to("people", "person_id", ondelete="CASCADE"),
        Index("ix_sign_in_codes_fingerprint", "organisation_id", "fingerprint", unique=True),
    )


class FailedSignIns(Base):
    """How often signing in failed lately, for one account or one network address."""

    __tablename__ = "failed_sign_ins"
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]


@dataclass(frozen=True)
class Actor:
    """The person behind a request, as plain values. `token_id`: the device; None when somebody
    else does it in this person's name. `submit_only`: disabled, may still send work that was
    done before."""

    person_id: UUID
    organisation_id: UUID
    role: Role
    name: str
    language: str
    token_id: UUID | None
    submit_only: bool = False

    @property
    def is_head_office(self) -> bool:
        return self.role in HEAD_OFFICE
