"""Ed25519 keys of organisations: made, locked up, used (pure; no database).

A private key is kept sealed with AES-256-GCM under a key that HKDF derives from SECRET_KEY, so
that a dump of the database alone can't sign.
"""

from __future__ import annotations

import hashlib
import os
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"auditapi manifest 1\n"
"""Stands before everything that is signed: a signature for this is worth nothing elsewhere."""
_NONCE = 12


class SealBroken(Exception):
    """The sealed key does not open: SECRET_KEY is another one, or the bytes were changed."""


def new_key() -> tuple[bytes, bytes]:
    """A private key and its public key, 32 bytes each."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def name_of(public: bytes) -> str:
    """A key's name, as printed: the first 64 bits of its SHA-256, in hex."""
    return hashlib.sha256(public).hexdigest()[:16]


def seal(private: bytes, public: bytes, organisation: UUID, secret: str) -> bytes:
    """The private key, locked up for this organisation."""
    nonce = os.urandom(_NONCE)
    locked = AESGCM(_lock(organisation, secret)).encrypt(nonce, private, public)
    return nonce + locked


def unseal(sealed: bytes, public: bytes, organisation: UUID, secret: str) -> bytes:
    """The private key. Raises `SealBroken`."""
    lock = AESGCM(_lock(organisation, secret))
    try:
        return lock.decrypt(sealed[:_NONCE], sealed[_NONCE:], public)
    except InvalidTag:
        raise SealBroken(name_of(public)) from None


def _lock(organisation: UUID, secret: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=organisation.bytes, info=b"auditapi signing keys 1")
    return derived.derive(secret.encode())


def sign(private: bytes, body: bytes) -> bytes:
    """64 bytes; the same for the same key and body."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(_PURPOSE + body)


def holds(public: bytes, body: bytes, signature: bytes) -> bool:
    """Whether this key signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _PURPOSE + body)
    except InvalidSignature:
        return False
    return True
