"""The answers that count: the sealed document's, with the revisions laid over them (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def with_changes(
    answers: Mapping[str, Any], revisions: Iterable[Iterable[Mapping[str, Any]]]
) -> dict[str, Any]:
    """`revisions` in order; each change is {"item", "answer"}, an answer of None takes it away."""
    result = dict(answers)
    for changes in revisions:
        for change in changes:
            if change["answer"] is None:
                result.pop(change["item"], None)
            else:
                result[change["item"]] = change["answer"]
    return result
