"""Secrets that are handed out: sign-in tokens, and addresses the app signs.

A sign-in token is `aud_<organisation>_<secret>`: it names its organisation, so that even the
look-up of a token runs under that organisation's row-level security. Only its SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, URLSafeTimedSerializer

PREFIX = "aud"


def new_token(organisation_id: UUID) -> str:
    return f"{PREFIX}_{organisation_id.hex}_{secrets.token_urlsafe(32)}"


def organisation_of(token: str) -> UUID | None:
    prefix, _, rest = token.partition("_")
    organisation, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    try:
        return UUID(hex=organisation)
    except ValueError:
        return None


def fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class Signer:
    """Signs small values for one purpose; a signature for another purpose is worth nothing."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret_key, salt=f"auditapi.{purpose}")

    def sign(self, value: Any) -> str:
        return str(self._serializer.dumps(value))

    def read(self, signed: str, max_age_seconds: int) -> Any | None:
        """The value, or None when it was tampered with or is too old."""
        try:
            return self._serializer.loads(signed, max_age=max_age_seconds)
        except BadSignature:
            return None
