"""Duplicates: is this photo one that another audit already has?

Two signs. The same digest is the same file. Perceptual hashes that differ in a few bits are the
same picture, resized, compressed anew, darkened or sent through a messenger. A reviewer is shown
the pair and decides; nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# Copies of one picture (half the size, JPEG quality 40, 20 % darker, paler) lie 0 to 4 bits apart.
# Two photos of one notice board from a step apart begin at 6, unrelated pictures at 18; two hashes
# of chance differ by 5 bits or fewer once in 10^12.
NEAR = 4

# A hash of (nearly) no bits comes from a picture of one colour: a finger on the lens. Such pictures
# resemble each other without being copies.
_LEAST_DETAIL = 6
_BITS = (1 << 64) - 1


class Likeness(StrEnum):
    EXACT = "exact"
    NEAR = "near"


@dataclass(frozen=True)
class Fingerprint:
    """One photo of one audit. `perceptual_hash` is None until its derivatives are made."""

    audit_id: str
    sha256: str
    perceptual_hash: int | None = None


@dataclass(frozen=True)
class Duplicate:
    """A photo of another audit that looks the same; `distance` in bits, 0 for the same bytes."""

    of: Fingerprint
    likeness: Likeness
    distance: int


def hamming(one: int, other: int) -> int:
    """How many of 64 bits differ; signed and unsigned hashes alike."""
    return ((one ^ other) & _BITS).bit_count()


def is_telling(perceptual_hash: int) -> bool:
    """Whether the picture has enough detail for its hash to mean anything."""
    return _LEAST_DETAIL <= (perceptual_hash & _BITS).bit_count() <= 64 - _LEAST_DETAIL


def likeness(one: Fingerprint, other: Fingerprint) -> tuple[Likeness, int] | None:
    """How alike two photos are, with the distance of their hashes; None when they are not."""
    if one.sha256 == other.sha256:
        return Likeness.EXACT, 0
    if one.perceptual_hash is None or other.perceptual_hash is None:
        return None
    if not (is_telling(one.perceptual_hash) and is_telling(other.perceptual_hash)):
        return None
    distance = hamming(one.perceptual_hash, other.perceptual_hash)
    return (Likeness.NEAR, distance) if distance <= NEAR else None


def find_duplicates(photo: Fingerprint, others: Iterable[Fingerprint]) -> list[Duplicate]:
    """The photos of *other* audits that this one repeats, the likest first.

    Within one audit auditors photograph the same thing twice on purpose; that is no news.
    """
    found = [
        Duplicate(other, *alike)
        for other in others
        if other.audit_id != photo.audit_id and (alike := likeness(photo, other))
    ]
    return sorted(found, key=lambda d: (d.likeness is not Likeness.EXACT, d.distance, d.of.sha256))
