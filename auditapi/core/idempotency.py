"""Effects happen once: a POST repeated under its Idempotency-Key gets the stored answer."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import Index, String, delete, text
from sqlalchemy.orm import Mapped, mapped_column

from auditapi.core import contract, headers
from auditapi.core.activity import acting_person
from auditapi.core.db import Base, now, organisation_id, session
from auditapi.core.problems import KEY_MISSING, KEY_REUSED, STILL_RUNNING, Problem

KEPT = timedelta(hours=48)
View = TypeVar("View", bound=Callable[..., Any])


class KeptAnswer(Base):
    __tablename__ = "idempotency_keys"
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True, default=organisation_id)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    body_sha256: Mapped[bytes]
    status: Mapped[int]
    answer: Mapped[bytes]
    content_type: Mapped[str] = mapped_column(String(100))
    kept_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index("ix_idempotency_keys_kept_at", "kept_at"),)


def once(view: View) -> View:
    """Wraps a signed-in POST view. Refusals roll back and are not kept: they may be retried."""

    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        key = (request.headers.get("Idempotency-Key") or "").strip().strip('"')
        if not 1 <= len(key) <= 100:
            raise Problem(KEY_MISSING, "Send an Idempotency-Key of up to 100 characters.")
        identity = (organisation_id(), acting_person.get(), request.endpoint, key)
        _lock(identity)
        digest = hashlib.sha256(request.full_path.encode() + b"\0" + request.get_data()).digest()
        kept = session().get(KeptAnswer, identity)
        if kept is not None:
            return _replay(kept, digest)
        response = make_response(view(*args, **kwargs))
        session().add(_keep(identity, digest, response))
        return response

    contract.note(wrapper, parameters=[headers.IDEMPOTENCY_KEY], refusals=contract.ONCE)
    return wrapper  # type: ignore[return-value]


def lock_of(identity: tuple[object, ...]) -> int:
    """The advisory lock that is held while the request of this identity is carried out."""
    named = "|".join(map(str, identity)).encode()
    return int.from_bytes(hashlib.sha256(named).digest()[:8], "big", signed=True)


def _lock(identity: tuple[object, ...]) -> None:
    got = session().scalar(
        text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": lock_of(identity)}
    )
    if not got:
        raise Problem(
            STILL_RUNNING, "The first of these requests is not done.", headers={"Retry-After": "1"}
        )


def _replay(kept: KeptAnswer, digest: bytes) -> Response:
    if kept.body_sha256 != digest:
        raise Problem(KEY_REUSED, "Use a new key for a new request.")
    return Response(kept.answer, status=kept.status, content_type=kept.content_type)


def _keep(identity: tuple[Any, ...], digest: bytes, response: Response) -> KeptAnswer:
    organisation, person, route, key = identity
    return KeptAnswer(
        organisation_id=organisation,
        person_id=person,
        route=route,
        key=key,
        body_sha256=digest,
        status=response.status_code,
        answer=response.get_data(),
        content_type=response.content_type,
    )


def forget_old() -> int:
    """Drop what is older than 48 hours in the open transaction's organisation."""
    done = session().execute(delete(KeptAnswer).where(KeptAnswer.kept_at < now() - KEPT))
    return int(done.rowcount)  # type: ignore[attr-defined]
