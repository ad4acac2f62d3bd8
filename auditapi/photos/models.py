"""What the server knows of a photo's bytes. Which audit shows them is the audits' matter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, belongs_to, now, of_organisation, organisation_id


class Blob(Base):
    """Bytes stored once an organisation, named by their SHA-256 (hex).

    `object_key` is fresh at each store, so that a late delete can't take a re-uploaded photo.
    What EXIF said stands here; the original is untouched. `erased_at`: only the digest is left.
    """

    __tablename__ = "photo_blobs"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    object_key: Mapped[str] = mapped_column(String(200))
    bytes: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    orientation: Mapped[int]
    taken_at: Mapped[str | None] = mapped_column(String(40))
    camera: Mapped[str | None] = mapped_column(String(200))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    perceptual_hash: Mapped[int | None] = mapped_column(BigInteger)
    stored_at: Mapped[datetime] = mapped_column(default=now)
    erased_at: Mapped[datetime | None]
    __table_args__ = (
        of_organisation(),
        Index("ix_photo_blobs_stored_at", "organisation_id", "stored_at"),
    )


class Holder(Base):
    """Who delivered the bytes, and so may claim them: digests are printed in reports, so
    knowing one proves nothing."""

    __tablename__ = "photo_holders"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    delivered_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (belongs_to("people", "person_id"),)


class Refusal(Base):
    """Bytes that arrived whole and are no photo; the audit is not blocked by them."""

    __tablename__ = "photo_refusals"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(400))
    refused_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (belongs_to("people", "person_id"),)


class Piece(Base):
    """A part of an upload under way. The table is unlogged: a crash costs a re-send, no more."""

    __tablename__ = "photo_pieces"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    upload_length: Mapped[int]
    data: Mapped[bytes]
    received_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("start >= 0 AND length > 0", name="range"),
        Index("ix_photo_pieces_received_at", "received_at"),
        {"prefixes": ["UNLOGGED"]},
    )


class Derivative(Base):
    """The upright pictures without metadata, made from one blob under one set of redactions.

    `redactions` is the SHA-256 of the redact marks burnt in.
    """

    __tablename__ = "photo_derivatives"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    redactions: Mapped[str] = mapped_column(String(64), primary_key=True)
    print_key: Mapped[str] = mapped_column(String(200))
    thumbnail_key: Mapped[str] = mapped_column(String(200))
    print_sha256: Mapped[str] = mapped_column(String(64))
    print_width: Mapped[int]
    print_height: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (of_organisation(),)
