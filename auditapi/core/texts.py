"""What text can be kept (pure)."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """PostgreSQL can't keep NUL, nor halves of a character (lone surrogates)."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
