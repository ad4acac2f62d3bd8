"""Parsed checklists of stored versions. A version never changes, so a parse is kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from auditapi.checklists.document import Checklist
from auditapi.checklists.models import ChecklistVersion

_MOST = 64
_kept: OrderedDict[str, Checklist] = OrderedDict()
_lock = Lock()


def parsed(version: ChecklistVersion) -> Checklist:
    """Reads the version's document from the database only when it is not kept.

    What was published was checked then; here only its shape is read, so that checks which are
    added later never lock a frozen version out.
    """
    with _lock:
        if version.sha256 in _kept:
            _kept.move_to_end(version.sha256)
            return _kept[version.sha256]
    checklist = Checklist.model_validate(version.document)
    with _lock:
        _kept[version.sha256] = checklist
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return checklist
