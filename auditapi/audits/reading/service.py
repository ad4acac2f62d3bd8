"""The one reading that leaves a trace."""

from __future__ import annotations

from auditapi.audits.models import Audit, AuditPhoto
from auditapi.audits.states import PhotoState
from auditapi.core import activity
from auditapi.core.problems import NOT_FOUND, Problem
from auditapi.photos import queries as photos


def original(audit: Audit, photo: AuditPhoto) -> tuple[str, str]:
    """The object key and file name of a photo's original; that somebody looked is recorded.

    Raises `Problem(NOT_FOUND)` when the bytes never came or are erased.
    """
    blob = photos.blob(photo.sha256) if photo.state is PhotoState.STORED else None
    if blob is None or blob.erased_at is not None:
        raise Problem(NOT_FOUND, "The photo's bytes are not here.")
    activity.record("photo.original_seen", audit, position=photo.position, sha256=photo.sha256)
    ending = blob.media_type.rpartition("/")[2]
    return blob.object_key, f"photo-{photo.position + 1}-original.{ending}"
