"""Signing keys, signed manifests, and the digest of every PDF that ever went out.

Manifests and issued PDFs are only ever added to: the app's role may not change or delete them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core.db import Base, Scoped, belongs_to, now, of_organisation, organisation_id


class SigningKey(Scoped, Base):
    """`sealed` is the private key, see `keys`. A retired key signs no more, and verifies for
    ever."""

    __tablename__ = "signing_keys"
    public: Mapped[bytes]
    sealed: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(default=now)
    retired_at: Mapped[datetime | None]
    __table_args__ = (
        of_organisation(),
        Index(
            "uq_signing_keys_in_use",
            "organisation_id",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )


class SignedManifest(Base):
    """One for each revision of an audit. `body` is what was signed, to the byte."""

    __tablename__ = "manifests"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[UUID]
    body: Mapped[bytes]
    signature: Mapped[bytes]
    code: Mapped[str] = mapped_column(String(20))
    signed_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "audit_id", "revision"],
            [
                "audit_revisions.organisation_id",
                "audit_revisions.audit_id",
                "audit_revisions.number",
            ],
        ),
        belongs_to("signing_keys", "key_id"),
        Index("uq_manifests_code", "code", unique=True),
    )


class IssuedPdf(Base):
    """A PDF that was made to be handed out: a report of an audit's revision, or a book. `form`:
    {"audience", "language", "variant", "paper"} of a report."""

    __tablename__ = "issued_pdfs"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    audit_id: Mapped[UUID | None]
    revision: Mapped[int | None]
    book_id: Mapped[UUID | None]
    form: Mapped[dict[str, Any]] = mapped_column(JSONB)
    bytes: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        belongs_to("audits", "audit_id"),
        belongs_to("books", "book_id"),
        CheckConstraint("(audit_id IS NULL) <> (book_id IS NULL)", name="of_what"),
        CheckConstraint("(audit_id IS NULL) = (revision IS NULL)", name="revision"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        Index("ix_issued_pdfs_sha256", "sha256"),
    )
