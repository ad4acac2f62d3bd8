"""The perceptual hash: 64 bits that stay nearly the same when a picture is resized or compressed.

It is made of waves (a discrete cosine transform of the picture at 32 x 32): a bit for each of 64
slow waves, whether it is stronger than the middle one. The slowest, the mere brightness of sides,
are left out: they tell light from left from light from above, not one shelf from another.
Tried on 55 drawn scenes: a hash of neighbouring brightnesses (dHash) has copies at 0…5 bits and
other photos of the same layout at 0…12; this one has copies at 0…4 and the others from 6 on.
"""

from __future__ import annotations

import math

from PIL import Image

_SIDE = 32
_WAVES = [
    [math.cos(math.pi * (2 * x + 1) * number / (2 * _SIDE)) for x in range(_SIDE)]
    for number in range(1, 9)
]


def perceptual_hash(picture: Image.Image) -> int:
    """A signed number of 64 bits, as a PostgreSQL bigint holds it; 0 for a picture of one colour.

    `picture` is upright and uncovered, so that turning or redacting a copy does not hide it.
    """
    small = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()
    rows = [small[at : at + _SIDE] for at in range(0, _SIDE * _SIDE, _SIDE)]
    columns = [[_strength(wave, row) for row in rows] for wave in _WAVES]
    # Rounded, so that a picture of one colour has no waves at all.
    found = [round(_strength(wave, column), 3) for wave in _WAVES for column in columns]
    middle = sorted(found)[len(found) // 2]
    bits = 0
    for strength in found:
        bits = bits << 1 | (strength > middle)
    return bits - (1 << 64) if bits >> 63 else bits


def _strength(wave: list[float], values: bytes | list[float]) -> float:
    return sum(a * b for a, b in zip(wave, values, strict=True))
