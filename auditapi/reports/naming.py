"""File names that people recognise: 2026-11-21_SEOUL-014_service-standard.pdf"""

from __future__ import annotations

import re
from datetime import date

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def file_name(visited_on: date | None, store_code: str, checklist_key: str) -> str:
    day = visited_on.isoformat() if visited_on else "undated"
    stem = "_".join((day, store_code, checklist_key))
    return _UNFIT.sub("-", stem) + ".pdf"
