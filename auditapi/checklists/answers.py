"""Answers as the sealed document carries them → values that rules can compare.

An answer is ``{"value": …, "note": "…", "source": "…"}`` or ``{"na": true, "reason": "…"}``. Here
it is only read; whether it is allowed is decided in ``validation``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Answer = Mapping[str, Any]
Answers = Mapping[str, Answer]

#: What a condition compares: text, an exact number, true or false, or the keys of a set.
Value = str | Decimal | bool | tuple[str, ...]


def number_of(raw: object) -> Decimal | None:
    """An exact number; none for anything else, true, false and infinities among it."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    number = raw if isinstance(raw, Decimal) else Decimal(str(raw))
    return number if number.is_finite() else None


def plain(raw: object) -> Value | None:
    """A raw value for comparing; none for what counts as nothing: an empty text or set.

    A count of an entered number is compared by its k, a signature by its name.
    """
    match raw:
        case bool():
            return raw
        case str():
            return raw.strip() or None
        case list() | tuple():
            return tuple(part for part in raw if isinstance(part, str)) or None
        case {"k": k}:
            return number_of(k)
        case {"name": str(name)}:
            return name.strip() or None
    return number_of(raw)


def answer_to(answers: Answers, key: str) -> Answer:
    """The answer to an item; an empty one when there is none, or when it is no mapping."""
    answer = answers.get(key)
    return answer if isinstance(answer, Mapping) else {}


def is_na(answer: Answer) -> bool:
    return answer.get("na") is True


def is_given(answer: Answer) -> bool:
    """Whether a value was entered at all, be it right or wrong. An empty text or set is none."""
    value = answer.get("value")
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value != []


def value_of(answer: Answer) -> Value | None:
    """What an answer says; none when it is not applicable or unanswered."""
    return None if is_na(answer) else plain(answer.get("value"))


def text_in(answer: Answer, name: str) -> str:
    """A note or a reason, stripped; empty when there is none."""
    text = answer.get(name)
    return text.strip() if isinstance(text, str) else ""
