"""Rounds, assignments and audits as rows. Scores and their parts: score_models.py."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    String,
    UniqueConstraint,
    func,
    literal,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column

from auditapi.audits.states import (
    Acceptance,
    AssignmentState,
    ByObject,
    ByTime,
    Delivery,
    FlagKind,
    Mode,
    NotPossible,
    PhotoState,
    Release,
    Scenario,
    VisitKind,
)
from auditapi.core.db import (
    Base,
    Scoped,
    belongs_to,
    column_of,
    now,
    of_organisation,
    organisation_id,
)


class Round(Scoped, Base):
    """A period in which stores are visited under one checklist version.

    `quotas`: {"weekday": {"sat": 4}, "daypart": {"evening": 6}} visits wanted.
    `seed`, `sample_size` and `sampled_from` let the draw of stores be repeated.
    """

    __tablename__ = "rounds"
    name: Mapped[str] = mapped_column(String(200))
    period_from: Mapped[date]
    period_until: Mapped[date]
    checklist_version_id: Mapped[UUID]
    kind: Mapped[VisitKind] = mapped_column(column_of(VisitKind))
    sampling: Mapped[ByObject] = mapped_column(column_of(ByObject))
    seed: Mapped[int | None] = mapped_column(BigInteger)
    sample_size: Mapped[int | None]
    sampled_from: Mapped[list[str]] = mapped_column(JSONB, default=list)
    quotas: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    minimum_days_between: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        of_organisation(),
        belongs_to("checklist_versions", "checklist_version_id"),
        CheckConstraint("period_from <= period_until", name="period"),
        CheckConstraint("minimum_days_between >= 0", name="minimum_days_between"),
    )


class Assignment(Scoped, Base):
    """One visit asked of one auditor. `brief` carries what the items need on the spot."""

    __tablename__ = "assignments"
    round_id: Mapped[UUID]
    auditor_id: Mapped[UUID]
    store_id: Mapped[UUID]
    checklist_version_id: Mapped[UUID]
    kind: Mapped[VisitKind] = mapped_column(column_of(VisitKind))
    by_time: Mapped[ByTime] = mapped_column(column_of(ByTime), default=ByTime.REGULAR)
    by_object: Mapped[ByObject] = mapped_column(column_of(ByObject), default=ByObject.ALL)
    mode: Mapped[Mode] = mapped_column(column_of(Mode), default=Mode.DIRECT)
    scenario: Mapped[Scenario | None] = mapped_column(column_of(Scenario))
    purchase: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    brief: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    state: Mapped[AssignmentState] = mapped_column(
        column_of(AssignmentState), default=AssignmentState.OFFERED
    )
    not_possible: Mapped[NotPossible | None] = mapped_column(column_of(NotPossible))
    state_note: Mapped[str | None] = mapped_column(String(2000))
    payable: Mapped[bool | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    __table_args__ = (
        of_organisation(),
        belongs_to("rounds", "round_id"),
        belongs_to("people", "auditor_id"),
        belongs_to("stores", "store_id"),
        belongs_to("checklist_versions", "checklist_version_id"),
        CheckConstraint("not_before < not_after", name="window"),
        Index("ix_assignments_auditor_id", "organisation_id", "auditor_id", "not_after"),
        Index("ix_assignments_store_id", "organisation_id", "store_id", "not_before"),
        Index("ix_assignments_round_id", "organisation_id", "round_id"),
    )


class Audit(Scoped, Base):
    """A store audit. `id` and the document were made by the phone; only who made it may send it.

    `id` tells the millisecond of the visit, so stores know the audit by its `alias`: whatever
    tells an audit's name asks `readers.known_as`.

    What a broken document does not tell stays empty, and the audit is quarantined: `reasons`
    lists {"place", "code", "message"}. `context` freezes what `show_if` could read of the store
    and the assignment, so that a later revision is scored by the same.

    Every time of the document stands as the phone's clock had it. `visited_from` and
    `visited_until` are told where the visit and the filling in are two things (covert work).
    """

    __tablename__ = "audits"
    alias: Mapped[UUID] = mapped_column(default=uuid4)
    auditor_id: Mapped[UUID]
    document_sha256: Mapped[str] = mapped_column(String(64))
    assignment_id: Mapped[UUID | None]
    store_id: Mapped[UUID | None]
    checklist_version_id: Mapped[UUID | None]
    kind: Mapped[VisitKind | None] = mapped_column(column_of(VisitKind))
    language: Mapped[str | None] = mapped_column(String(12))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    visited_from: Mapped[datetime | None]
    visited_until: Mapped[datetime | None]
    visited_on: Mapped[date | None] = mapped_column()
    #: For lists by day, which go on from a row: what tells no day comes before all others.
    listed_on: Mapped[date] = column_property(
        func.coalesce(visited_on, literal(date.min)), deferred=True
    )
    received_at: Mapped[datetime] = mapped_column(default=now)
    delivery: Mapped[Delivery] = mapped_column(column_of(Delivery))
    delivered_at: Mapped[datetime | None]
    acceptance: Mapped[Acceptance] = mapped_column(column_of(Acceptance))
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    context: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSONB, default=dict)
    completed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)
    release: Mapped[Release] = mapped_column(column_of(Release), default=Release.NOT_YET)
    released_at: Mapped[datetime | None]
    returned_until: Mapped[datetime | None]
    review_note: Mapped[str | None] = mapped_column(String(4000))
    __table_args__ = (
        of_organisation(),
        belongs_to("people", "auditor_id"),
        belongs_to("assignments", "assignment_id"),
        belongs_to("stores", "store_id"),
        belongs_to("checklist_versions", "checklist_version_id"),
        CheckConstraint(
            "completed_at IS NULL OR (delivery = 'delivered' AND acceptance = 'accepted')",
            name="complete_means_delivered_and_accepted",
        ),
        CheckConstraint("(completed_at IS NULL) = (revision = 0)", name="revision"),
        UniqueConstraint("organisation_id", "alias"),
        Index("ix_audits_store_id", "organisation_id", "store_id", "id"),
        Index("ix_audits_auditor_id", "organisation_id", "auditor_id", "id"),
        Index("ix_audits_assignment_id", "organisation_id", "assignment_id"),
        Index("ix_audits_visited_on", "organisation_id", "visited_on"),
        Index("ix_audits_received_at", "organisation_id", "received_at", "id"),
        Index(
            "ix_audits_auditor_id_received_at",
            "organisation_id",
            "auditor_id",
            "received_at",
            "id",
        ),
        Index(
            "ix_audits_open",
            "organisation_id",
            "received_at",
            postgresql_where=text("completed_at IS NULL"),
        ),
    )


class Document(Base):
    """The exact bytes a phone sealed. Corrections before completion add rows; none changes."""

    __tablename__ = "audit_documents"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes]
    received_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (belongs_to("audits", "audit_id"),)


class Revision(Base):
    """What stands over the sealed document. Revision 1 is the document as completed; later
    ones are reviewers': `changes` = [{"item", "answer", "before"}], each with its reason."""

    __tablename__ = "audit_revisions"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(4000), default="")
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    made_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (belongs_to("audits", "audit_id"), belongs_to("people", "author_id"))


class AuditPhoto(Base):
    """A photo as the audit's document names it, and whether its bytes are here.

    `revision`: with which it came. 1 is the document; later ones are replies to a return.
    `elsewhere`: the phone was over a kilometre from the store and kept no more than that.
    """

    __tablename__ = "audit_photos"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    audit_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    item: Mapped[str | None] = mapped_column(String(80))
    bytes: Mapped[int | None]
    media_type: Mapped[str | None] = mapped_column(String(100))
    taken_at: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(String(40))
    location: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    elsewhere: Mapped[bool] = mapped_column(default=False)
    caption: Mapped[str | None] = mapped_column(String(2000))
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    redactions: Mapped[str] = mapped_column(String(64))
    state: Mapped[PhotoState] = mapped_column(column_of(PhotoState))
    reason: Mapped[str | None] = mapped_column(String(400))
    revision: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        belongs_to("audits", "audit_id"),
        Index("ix_audit_photos_sha256", "organisation_id", "sha256"),
    )


class Flag(Scoped, Base):
    """Something about an audit that a reviewer should look at."""

    __tablename__ = "audit_flags"
    audit_id: Mapped[UUID]
    kind: Mapped[FlagKind] = mapped_column(column_of(FlagKind))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    raised_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    __table_args__ = (
        belongs_to("audits", "audit_id"),
        belongs_to("people", "settled_by"),
        Index("ix_audit_flags_audit_id", "organisation_id", "audit_id"),
    )
