"""Refusals: why bytes are no photo. The codes are part of the API; they never change."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    EMPTY = "empty"
    UNKNOWN = "unknown_format"
    UNSUPPORTED = "unsupported_format"
    TRUNCATED = "truncated"
    BROKEN = "broken"
    ANIMATED = "animated"
    TOO_LONG = "too_long_side"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_COSTLY = "too_costly"
    POLYGLOT = "polyglot"
    TRAILING_DATA = "trailing_data"


class NotAPhoto(ValueError):
    """These bytes are not taken as a photo.

    `code` is stable and for programs, `message` for people.
    """

    def __init__(self, code: RefusalCode, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")
